-- New rows that may be a registered station under a new name: same source, the station matched by no row, and the
-- same address or a position within 30 m; rows that a code or an external id identifies are left out.
-- Returns row_no, name, station_id, old_name.
WITH left_over AS MATERIALIZED (
    SELECT t.station_id, t.source, t.name, t.address, t.position FROM yizhan.station AS t
    WHERE t.deleted_at IS NULL AND t.source IN (SELECT DISTINCT source FROM staged_station)
      AND NOT EXISTS (SELECT 1 FROM matched_station AS m WHERE m.station_id = t.station_id)
), fresh AS MATERIALIZED (
    SELECT n.row_no, n.name, n.source, n.address, n.lon, n.lat FROM staged_station AS n
    WHERE NOT n.rejected AND n.station_id IS NULL AND n.code IS NULL AND n.external_ids IS NULL
      AND EXISTS (SELECT 1 FROM left_over)
      AND NOT EXISTS (SELECT 1 FROM matched_station AS m WHERE m.row_no = n.row_no)
)
SELECT f.row_no, f.name, l.station_id, l.name AS old_name
FROM fresh AS f JOIN left_over AS l ON l.source = f.source AND l.address = f.address
UNION
SELECT f.row_no, f.name, t.station_id, t.name
FROM fresh AS f
JOIN yizhan.station AS t
    ON public.ST_DWithin(t.position, public.ST_SetSRID(public.ST_MakePoint(f.lon, f.lat), 4326)::public.geography, 30)
JOIN left_over AS l ON l.station_id = t.station_id AND l.source = f.source
WHERE f.lon IS NOT NULL
ORDER BY row_no, station_id
