-- Bulk-load compounds as CSV; geometry as WKB in hex (EPSG:4326); an empty field is NULL.
COPY yizhan.compound (source, osm_id, kind, name, closed, tags, geom)
FROM STDIN (FORMAT csv)
