-- Where the candidates of a campaign stand, ordered by station_id; public: not withdrawn, for outdoor workers, in service.
-- Parameters: campaign_id; steps = only at these, or NULL; level = only of this, or NULL. JSON as text.
SELECT c.station_id, c.step, c.level, c.on_day, c.by_whom, c.reason, c.notice_until, c.card::text, c.version,
       s.name, s.address, s.city, s.district, s.adcode, s.township, s.operator, s.host,
       ST_X(s.position::geometry) AS lon, ST_Y(s.position::geometry) AS lat,
       s.hours_posted, s.opening_hours, s.door_24h, s.unattended_24h, s.goods_24h,
       coalesce(f.verdict, 'unknown') AS street_facing,
       s.deleted_at IS NULL AND s.audience = 'outdoor_workers' AND s.status IN ('open', 'temporarily_closed') AS public
FROM yizhan.candidate AS c
JOIN yizhan.station AS s USING (station_id)
LEFT JOIN yizhan.frontage AS f USING (station_id)
WHERE c.campaign_id = %(campaign_id)s
  AND (%(steps)s::text[] IS NULL OR c.step = ANY (%(steps)s))
  AND (%(level)s::text IS NULL OR c.level = %(level)s)
ORDER BY c.station_id COLLATE "C"
