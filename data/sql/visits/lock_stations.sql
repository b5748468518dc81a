-- The stations that a worksheet names, locked until this transaction ends. Positions: WGS-84 degrees.
-- Parameters: ids = text array.
SELECT s.station_id, s.version, s.visited::text, ST_X(s.position::geometry), ST_Y(s.position::geometry),
       s.deleted_at IS NOT NULL
FROM yizhan.station AS s WHERE s.station_id = ANY (%(ids)s) ORDER BY s.station_id COLLATE "C" FOR UPDATE
