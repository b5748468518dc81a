-- Bulk-load buildings as CSV; geometry as WKB in hex (EPSG:4326); an empty field is NULL.
COPY yizhan.building (source, osm_id, tags, geom)
FROM STDIN (FORMAT csv)
