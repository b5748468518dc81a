-- Rows that are a station which a person found to be another one: row_no, station_id, merged_into.
SELECT m.row_no, m.station_id, t.merged_into
FROM matched_station AS m JOIN yizhan.station AS t USING (station_id)
WHERE t.merged_into IS NOT NULL AND NOT m.rejected ORDER BY m.row_no
