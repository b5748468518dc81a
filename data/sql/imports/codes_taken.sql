-- Rows whose code belongs to another living station of the same source. Returns row_no, code, station_id.
SELECT m.row_no, m.code, t.station_id
FROM merged_station AS m JOIN yizhan.station AS t ON t.source = m.source AND t.code = m.code
WHERE t.station_id <> m.station_id AND t.deleted_at IS NULL
UNION ALL
SELECT n.row_no, n.code, t.station_id
FROM staged_station AS n JOIN yizhan.station AS t ON t.source = n.source AND t.code = n.code
WHERE n.station_id IS NOT NULL AND NOT n.rejected AND t.deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM matched_station AS m WHERE m.row_no = n.row_no)
ORDER BY row_no
