-- What became of each staged row: station_id, matched, changed, first_row (below row_no's own: listed twice),
-- and of the station as it will be: located, public. Read before update and insert.
SELECT n.row_no, coalesce(m.station_id, n.station_id, n.new_id) AS station_id,
       m.station_id IS NOT NULL AS matched, g.row_no IS NOT NULL AS changed, m.first_row,
       CASE WHEN g.row_no IS NOT NULL THEN g.position IS NOT NULL
            WHEN t.station_id IS NOT NULL THEN t.position IS NOT NULL ELSE n.lon IS NOT NULL END AS located,
       coalesce(g.audience, t.audience, n.audience, 'unknown') = 'outdoor_workers' AS public
FROM staged_station AS n
LEFT JOIN matched_station AS m USING (row_no)
LEFT JOIN merged_station AS g USING (row_no)
LEFT JOIN yizhan.station AS t ON t.station_id = m.station_id
ORDER BY n.row_no
