-- Layer gates within a rectangle (contract geo.frames.GATES); of an object that two sources hold, the newer data.
-- Parameters: west, south, east, north (degrees, WGS-84). Geometry as EWKB in hex, EPSG:4326.
SELECT DISTINCT ON (o.osm_id) o.osm_id, o.tags ->> 'barrier' AS barrier, o.tags ->> 'entrance' AS entrance, o.tags ->> 'access' AS access,
       o.tags ->> 'foot' AS foot, o.tags ->> 'locked' AS locked, o.tags ->> 'bicycle' AS bicycle, o.tags ->> 'vehicle' AS vehicle,
       o.source, o.geom::text AS geom
FROM yizhan.gate AS o JOIN yizhan.street_source AS s USING (source)
WHERE o.geom OPERATOR(public.&&) public.ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
ORDER BY o.osm_id, s.data_date DESC NULLS LAST, s.imported_at DESC, o.source
