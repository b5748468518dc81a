-- Bulk-load obstacles as CSV; geometry as WKB in hex (EPSG:4326); an empty field is NULL.
COPY yizhan.obstacle (source, osm_id, kind, tags, geom)
FROM STDIN (FORMAT csv)
