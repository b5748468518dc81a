-- Bulk-load entrances as CSV; geometry as WKB in hex (EPSG:4326); an empty field is NULL.
COPY yizhan.entrance (source, osm_id, entrance, tags, geom)
FROM STDIN (FORMAT csv)
