-- Bulk-load streets as CSV; geometry as WKB in hex (EPSG:4326); an empty field is NULL.
COPY yizhan.street (source, osm_id, highway, name, width_m, lanes, layer, bridge, tunnel, tags, node_ids, geom)
FROM STDIN (FORMAT csv)
