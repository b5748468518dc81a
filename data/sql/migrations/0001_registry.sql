-- The registry: one row per station, one history entry per change, one data version.
-- Every name is schema-qualified, because a restore by pg_restore runs with an empty search_path.

CREATE SCHEMA IF NOT EXISTS yizhan;

CREATE DOMAIN yizhan.ternary AS text CHECK (VALUE IN ('yes', 'no', 'unknown'));
-- A short text that a person typed: no control character, no surrounding space, never empty.
CREATE DOMAIN yizhan.line AS text
    CHECK (VALUE <> '' AND VALUE = btrim(VALUE) AND VALUE !~ '[\x01-\x08\x0b-\x1f\x7f]' AND length(VALUE) <= 1000);

-- The data version: one row, so that a transaction that commits later also numbers later.
CREATE TABLE yizhan.registry (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    registry_id  uuid NOT NULL DEFAULT gen_random_uuid(),
    data_version bigint NOT NULL DEFAULT 0 CHECK (data_version >= 0),
    changed_at   timestamptz NOT NULL DEFAULT now()
);
INSERT INTO yizhan.registry DEFAULT VALUES;

-- Facilities are part of the station row ({code: state}), so that one row is one version of the station.
CREATE FUNCTION yizhan.facilities_valid(facilities jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_typeof(facilities) = 'object' AND NOT EXISTS (
        SELECT 1 FROM jsonb_each_text(facilities) AS f(code, state)
        WHERE f.state IS NULL OR f.state NOT IN ('working', 'broken', 'unknown')
           OR f.code NOT IN (
            'seat', 'drinking_water', 'hot_water', 'microwave', 'fridge', 'cooling_heating', 'phone_charging',
            'first_aid', 'toilet', 'toilet_nearby', 'rain_gear', 'tyre_pump', 'tool_kit', 'emergency_supplies',
            'wifi', 'reading', 'tv', 'lockers', 'shower', 'nursing_room', 'aed', 'ebike_parking',
            'ebike_charging', 'battery_swap', 'vending_24h', 'meal_discount', 'hairdryer', 'sewing_kit',
            'wheelchair', 'feedback_box'))
$$;

CREATE FUNCTION yizhan.external_ids_valid(ids jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_typeof(ids) = 'object' AND NOT EXISTS (
        SELECT 1 FROM jsonb_each(ids) AS e(platform, id)
        WHERE e.platform NOT IN ('amap', 'baidu', 'osm') OR jsonb_typeof(e.id) <> 'string')
$$;

CREATE TABLE yizhan.import_batch (
    batch_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      yizhan.line NOT NULL,
    file_name   text NOT NULL,
    file_sha256 text NOT NULL CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
    coordsys    text CHECK (coordsys IN ('wgs84', 'gcj02', 'bd09', 'bd09mc')),
    options     jsonb NOT NULL DEFAULT '{}',
    counts      jsonb NOT NULL DEFAULT '{}',
    imported_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE yizhan.station (
    station_id            text PRIMARY KEY CHECK (station_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
    code                  yizhan.line,
    external_ids          jsonb NOT NULL DEFAULT '{}' CHECK (yizhan.external_ids_valid(external_ids)),
    name                  yizhan.line NOT NULL CHECK (length(name) <= 200),
    address               yizhan.line,
    city                  yizhan.line,
    district              yizhan.line,
    township              yizhan.line,
    adcode                text CHECK (adcode ~ '^[1-9][0-9]{5}$'),
    township_code         text CHECK (township_code ~ '^[1-9][0-9]{8}([0-9]{3})?$'),
    brand                 yizhan.line,
    operator              yizhan.line,
    host                  yizhan.line,
    host_kind             text NOT NULL DEFAULT 'unknown' CHECK (host_kind IN (
                              'bank', 'post_office', 'telecom', 'fuel', 'party_service_centre',
                              'government_hall', 'mall', 'shop', 'pharmacy', 'restaurant', 'hospital',
                              'public_toilet', 'courier_depot', 'community', 'park', 'self_built', 'other',
                              'unknown')),
    kind                  text NOT NULL DEFAULT 'unknown'
                              CHECK (kind IN ('fixed', 'container', 'vehicle', 'cabinet', 'unknown')),
    audience              text NOT NULL DEFAULT 'unknown'
                              CHECK (audience IN ('outdoor_workers', 'members', 'staff', 'unknown')),
    status                text NOT NULL DEFAULT 'open'
                              CHECK (status IN ('open', 'temporarily_closed', 'closed', 'planned')),
    status_reason         yizhan.line,
    floor                 smallint CHECK (floor <> 0 AND floor BETWEEN -9 AND 200),
    capacity              integer CHECK (capacity BETWEEN 0 AND 100000),
    area_m2               double precision CHECK (area_m2 > 0 AND area_m2 <= 1e6),
    phone                 yizhan.line CHECK (phone !~ '^(\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}$'),
    -- WGS-84; NULL = unlocated: the station is kept but cannot be found by distance.
    position              public.geography(Point, 4326)
                              CHECK (NOT public.ST_IsEmpty(position::public.geometry)),
    position_kind         text NOT NULL DEFAULT 'unknown'
                              CHECK (position_kind IN ('entrance', 'building', 'address', 'unknown')),
    accuracy_m            double precision CHECK (accuracy_m > 0 AND accuracy_m <= 1e5),
    given_x               double precision,
    given_y               double precision,
    given_coordsys        text CHECK (given_coordsys IN ('wgs84', 'gcj02', 'bd09', 'bd09mc')),
    hours_posted          yizhan.line,
    opening_hours         yizhan.line,
    makeup_days           boolean NOT NULL DEFAULT false,
    access_method         text NOT NULL DEFAULT 'unknown' CHECK (access_method IN (
                              'open_door', 'staff', 'qr', 'app', 'id_card', 'face', 'membership', 'unknown')),
    door_24h              yizhan.ternary NOT NULL DEFAULT 'unknown',
    unattended_24h        yizhan.ternary NOT NULL DEFAULT 'unknown',
    goods_24h             yizhan.ternary NOT NULL DEFAULT 'unknown',
    facilities            jsonb NOT NULL DEFAULT '{}' CHECK (yizhan.facilities_valid(facilities)),
    street_door           yizhan.ternary NOT NULL DEFAULT 'unknown',
    in_compound           yizhan.ternary NOT NULL DEFAULT 'unknown',
    registration_required yizhan.ternary NOT NULL DEFAULT 'unknown',
    declared_by           yizhan.line,
    declared_on           date,
    source                yizhan.line NOT NULL,
    provenance            jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(provenance) = 'object'),
    verified_at           date,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    version               integer NOT NULL DEFAULT 1 CHECK (version > 0),
    data_version          bigint NOT NULL DEFAULT 0,
    deleted_at            timestamptz,  -- a tombstone when set
    CHECK ((position IS NULL) = (given_x IS NULL)),
    CHECK ((given_x IS NULL) = (given_y IS NULL) AND (given_x IS NULL) = (given_coordsys IS NULL)),
    CHECK (deleted_at IS NULL OR deleted_at >= created_at)
);
CREATE INDEX station_position ON yizhan.station USING gist (position);
CREATE INDEX station_data_version ON yizhan.station (data_version);
CREATE INDEX station_source ON yizhan.station (source);
CREATE UNIQUE INDEX station_code ON yizhan.station (source, code) WHERE deleted_at IS NULL;

COMMENT ON TABLE yizhan.station IS '驿站登记表：一行一站；deleted_at 非空为已撤销';
COMMENT ON COLUMN yizhan.station.position IS 'WGS-84 entrance point; NULL = unlocated';
COMMENT ON COLUMN yizhan.station.given_x IS 'longitude as given, in given_coordsys (metres for bd09mc)';
COMMENT ON COLUMN yizhan.station.opening_hours IS 'OSM opening_hours; NULL = unknown';
COMMENT ON COLUMN yizhan.station.makeup_days IS 'true: Mo-Fr rules also hold on make-up working days (调休)';

CREATE VIEW yizhan.station_facility AS
    SELECT s.station_id, f.code, f.state
    FROM yizhan.station AS s CROSS JOIN LATERAL jsonb_each_text(s.facilities) AS f(code, state)
    WHERE s.deleted_at IS NULL;

-- The street-facing verdict of a station, as computed; gone when the station's position changes.
CREATE TABLE yizhan.frontage (
    station_id   text PRIMARY KEY REFERENCES yizhan.station (station_id),
    verdict      yizhan.ternary NOT NULL,
    rule         text NOT NULL,
    reason_zh    text NOT NULL,
    reason_en    text NOT NULL,
    evidence     jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'object'),
    parameters   jsonb NOT NULL,
    line         public.geometry(LineString, 4326),
    streets_date date,
    checked_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE yizhan.history (
    history_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    station_id   text NOT NULL,
    entity       text NOT NULL CHECK (entity IN ('station', 'frontage')),
    operation    text NOT NULL CHECK (operation IN ('insert', 'update', 'delete')),
    data_version bigint NOT NULL,
    actor        text NOT NULL,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    old          jsonb,  -- only the columns that changed
    new          jsonb   -- only the columns that changed; both NULL for an insert
);
CREATE INDEX history_station ON yizhan.history (station_id, history_id);

-- 中国法定节假日与调休工作日
CREATE TABLE yizhan.holiday (
    day    date PRIMARY KEY,
    kind   text NOT NULL CHECK (kind IN ('holiday', 'workday')),  -- workday = a make-up day (调休)
    name   yizhan.line NOT NULL,
    source yizhan.line NOT NULL
);
-- Years whose arrangement has been announced: beyond them a holiday is unknown.
CREATE TABLE yizhan.holiday_year (
    year   smallint PRIMARY KEY CHECK (year BETWEEN 2000 AND 2200),
    source yizhan.line NOT NULL
);
