-- Candidates to their next step. Parameter: rows = JSON array of objects with station_id, step, on_day, by_whom,
-- reason, notice_until, card; and campaign_id.
UPDATE yizhan.candidate AS c SET
    step = r.step, on_day = r.on_day, by_whom = r.by_whom, reason = r.reason, notice_until = r.notice_until,
    card = r.card
FROM jsonb_to_recordset(%(rows)s)
    AS r(station_id text, step text, on_day date, by_whom text, reason text, notice_until date, card jsonb)
WHERE c.campaign_id = %(campaign_id)s AND c.station_id = r.station_id
RETURNING c.station_id
