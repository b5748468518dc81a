-- Every step made in a campaign, in order. Parameters: campaign_id; station_id = only of this, or NULL.
SELECT p.station_id, s.name, p.from_step, p.to_step, p.level, p.on_day, p.by_whom, p.reason, p.notice_until,
       p.recorded_at
FROM yizhan.candidate_step AS p LEFT JOIN yizhan.station AS s USING (station_id)
WHERE p.campaign_id = %(campaign_id)s AND (%(station_id)s::text IS NULL OR p.station_id = %(station_id)s)
ORDER BY p.step_id
