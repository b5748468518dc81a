-- Stations to look at next, the most urgent first: with open reports, never verified, verified too long ago.
-- Parameters: before = a verified day older than this is too old; adcode = its first digits, or NULL; limit.
SELECT s.station_id, s.name, s.address, s.district, s.adcode, ST_X(s.position::geometry) AS lon,
       ST_Y(s.position::geometry) AS lat, s.verified_at, coalesce(r.open_reports, 0) AS open_reports,
       s.reported_closed_on
FROM yizhan.station AS s
LEFT JOIN (SELECT station_id, count(*) AS open_reports,
                  sum(CASE WHEN reason = 'closed' AND within_hours = 'yes' THEN 3 WHEN reason = 'no_entry' THEN 2
                      ELSE 1 END) AS weight
           FROM yizhan.report WHERE state = 'open' GROUP BY station_id) AS r USING (station_id)
WHERE s.deleted_at IS NULL AND s.audience = 'outdoor_workers' AND s.status IN ('open', 'temporarily_closed')
  AND (r.station_id IS NOT NULL OR s.verified_at IS NULL OR s.verified_at < %(before)s::date)
  AND (%(adcode)s::text IS NULL OR s.adcode LIKE %(adcode)s || '%%')
ORDER BY s.reported_closed_on IS NULL, r.weight DESC NULLS LAST, s.verified_at NULLS FIRST, s.station_id COLLATE "C"
LIMIT %(limit)s::bigint
