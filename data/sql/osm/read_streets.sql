-- Layer streets within a rectangle (contract geo.frames.STREETS, and tags that networks need); of an object that two sources hold, the newer data.
-- Parameters: west, south, east, north (degrees, WGS-84). Geometry as EWKB in hex, EPSG:4326.
SELECT DISTINCT ON (o.osm_id) o.osm_id, o.highway, o.name, o.width_m, o.lanes, o.layer, o.bridge, o.tunnel,
       o.tags ->> 'access' AS access, o.tags ->> 'foot' AS foot, o.tags ->> 'sidewalk' AS sidewalk,
       o.tags ->> 'service' AS service, o.tags ->> 'footway' AS footway, o.tags ->> 'motorroad' AS motorroad,
       o.tags ->> 'oneway' AS oneway, o.tags ->> 'bicycle' AS bicycle, o.tags ->> 'vehicle' AS vehicle,
       o.tags ->> 'oneway:foot' AS "oneway:foot", o.tags ->> 'oneway:bicycle' AS "oneway:bicycle",
       o.tags ->> 'cycleway' AS cycleway, o.tags ->> 'junction' AS junction, o.node_ids,
       o.source, o.geom::text AS geom
FROM yizhan.street AS o JOIN yizhan.street_source AS s USING (source)
WHERE o.geom OPERATOR(public.&&) public.ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
ORDER BY o.osm_id, s.data_date DESC NULLS LAST, s.imported_at DESC, o.source
