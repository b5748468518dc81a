-- Footprints near any of the given places (contract geo.frames.BUILDINGS); an object of two sources comes once.
-- Parameters: lon, lat = arrays of degrees (WGS-84); east_deg, north_deg = how far around, degrees.
SELECT DISTINCT ON (o.osm_id) o.osm_id, o.tags ->> 'building' AS building,
       o.source, o.geom::text AS geom
FROM unnest(%(lon)s::double precision[], %(lat)s::double precision[]) AS p(lon, lat)
JOIN yizhan.building AS o ON o.geom OPERATOR(public.&&) public.ST_Expand(
    public.ST_SetSRID(public.ST_MakePoint(p.lon, p.lat), 4326), %(east_deg)s, %(north_deg)s)
ORDER BY o.osm_id, o.source
