-- Stations that become candidates, or do so again after a return. Parameter: rows = JSON array of objects with
-- station_id, level, on_day, by_whom, card; and campaign_id.
INSERT INTO yizhan.candidate (campaign_id, station_id, step, level, on_day, by_whom, card)
SELECT %(campaign_id)s, r.station_id, 'recommended', r.level, r.on_day, r.by_whom, r.card
FROM jsonb_to_recordset(%(rows)s) AS r(station_id text, level text, on_day date, by_whom text, card jsonb)
ORDER BY r.station_id COLLATE "C"
ON CONFLICT (campaign_id, station_id) DO UPDATE SET
    step = excluded.step, level = excluded.level, on_day = excluded.on_day, by_whom = excluded.by_whom,
    reason = NULL, notice_until = NULL, card = excluded.card
RETURNING station_id
