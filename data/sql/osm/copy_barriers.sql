-- Bulk-load barriers as CSV; geometry as WKB in hex (EPSG:4326); an empty field is NULL.
COPY yizhan.barrier (source, osm_id, barrier, tags, geom)
FROM STDIN (FORMAT csv)
