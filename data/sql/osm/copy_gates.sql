-- Bulk-load gates as CSV; geometry as WKB in hex (EPSG:4326); an empty field is NULL.
COPY yizhan.gate (source, osm_id, tags, geom)
FROM STDIN (FORMAT csv)
