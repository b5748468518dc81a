-- The street map that verdicts and networks are computed from; WGS-84. A newer extract of the same source
-- replaces the older one whole. Where two sources hold the same OSM object, readers take the newer data.

CREATE TABLE yizhan.street_source (
    source      yizhan.line PRIMARY KEY,
    file_name   text NOT NULL,
    file_sha256 text NOT NULL CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
    data_date   date,  -- newest object of the file, or its header's date
    counts      jsonb NOT NULL DEFAULT '{}',
    extent      public.geometry(Polygon, 4326),
    imported_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE yizhan.street (
    source    yizhan.line NOT NULL REFERENCES yizhan.street_source (source) ON DELETE CASCADE,
    osm_id    text NOT NULL CHECK (osm_id ~ '^way/-?[0-9]+$'),
    highway   text NOT NULL,
    name      text,
    width_m   double precision CHECK (width_m > 0),
    lanes     double precision CHECK (lanes > 0),
    layer     double precision NOT NULL DEFAULT 0,
    bridge    boolean NOT NULL DEFAULT false,
    tunnel    boolean NOT NULL DEFAULT false,
    tags      jsonb NOT NULL DEFAULT '{}',
    node_ids  bigint[] NOT NULL,
    geom      public.geometry(LineString, 4326) NOT NULL,
    PRIMARY KEY (source, osm_id)
);
CREATE TABLE yizhan.building (
    source  yizhan.line NOT NULL REFERENCES yizhan.street_source (source) ON DELETE CASCADE,
    osm_id  text NOT NULL,
    tags    jsonb NOT NULL DEFAULT '{}',
    geom    public.geometry(Geometry, 4326) NOT NULL
                CHECK (public.GeometryType(geom) IN ('POLYGON', 'MULTIPOLYGON')),
    PRIMARY KEY (source, osm_id)
);
CREATE TABLE yizhan.barrier (
    source  yizhan.line NOT NULL REFERENCES yizhan.street_source (source) ON DELETE CASCADE,
    osm_id  text NOT NULL,
    barrier text NOT NULL,
    tags    jsonb NOT NULL DEFAULT '{}',
    geom    public.geometry(LineString, 4326) NOT NULL,
    PRIMARY KEY (source, osm_id)
);
CREATE TABLE yizhan.gate (
    source  yizhan.line NOT NULL REFERENCES yizhan.street_source (source) ON DELETE CASCADE,
    osm_id  text NOT NULL,
    tags    jsonb NOT NULL DEFAULT '{}',
    geom    public.geometry(Point, 4326) NOT NULL,
    PRIMARY KEY (source, osm_id)
);
CREATE TABLE yizhan.compound (
    source  yizhan.line NOT NULL REFERENCES yizhan.street_source (source) ON DELETE CASCADE,
    osm_id  text NOT NULL,
    kind    text NOT NULL,
    name    text,
    closed  yizhan.ternary NOT NULL DEFAULT 'unknown',
    tags    jsonb NOT NULL DEFAULT '{}',
    geom    public.geometry(Geometry, 4326) NOT NULL
                CHECK (public.GeometryType(geom) IN ('POLYGON', 'MULTIPOLYGON')),
    PRIMARY KEY (source, osm_id)
);
CREATE TABLE yizhan.obstacle (
    source  yizhan.line NOT NULL REFERENCES yizhan.street_source (source) ON DELETE CASCADE,
    osm_id  text NOT NULL,
    kind    text NOT NULL CHECK (kind IN ('water', 'rail')),
    tags    jsonb NOT NULL DEFAULT '{}',
    geom    public.geometry(Geometry, 4326) NOT NULL
                CHECK (public.GeometryType(geom) IN ('LINESTRING', 'POLYGON', 'MULTIPOLYGON')),
    PRIMARY KEY (source, osm_id)
);
CREATE TABLE yizhan.entrance (
    source   yizhan.line NOT NULL REFERENCES yizhan.street_source (source) ON DELETE CASCADE,
    osm_id   text NOT NULL,
    entrance text NOT NULL,
    tags     jsonb NOT NULL DEFAULT '{}',
    geom     public.geometry(Point, 4326) NOT NULL,
    PRIMARY KEY (source, osm_id)
);
CREATE INDEX street_geom ON yizhan.street USING gist (geom);
CREATE INDEX building_geom ON yizhan.building USING gist (geom);
CREATE INDEX barrier_geom ON yizhan.barrier USING gist (geom);
CREATE INDEX gate_geom ON yizhan.gate USING gist (geom);
CREATE INDEX compound_geom ON yizhan.compound USING gist (geom);
CREATE INDEX obstacle_geom ON yizhan.obstacle USING gist (geom);
CREATE INDEX entrance_geom ON yizhan.entrance USING gist (geom);
