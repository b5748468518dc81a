-- Stations that may be one with another: the living ones, and tombstones that no person merged yet.
-- Positions: WGS-84 degrees. created_s, deleted_s: seconds since 1970 (deleted_s NULL: living).
SELECT s.station_id, s.name, s.address, s.city, s.district, s.adcode, s.floor, s.source, s.brand, s.position_kind,
       ST_X(s.position::geometry) AS lon, ST_Y(s.position::geometry) AS lat, s.external_ids::text AS external_ids,
       extract(epoch FROM s.created_at)::double precision AS created_s,
       extract(epoch FROM s.deleted_at)::double precision AS deleted_s
FROM yizhan.station AS s WHERE s.merged_into IS NULL ORDER BY s.station_id COLLATE "C"
