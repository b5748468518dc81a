-- Reports with their station, as a work list: stations with the most weight first, the oldest report first there.
-- A report of a closed door within posted hours weighs 3, of no way in 2, others 1.
-- Parameters: only_open; station_id = only of this, or NULL; adcode = its first digits, or NULL; limit.
WITH told AS (
    SELECT r.*, CASE WHEN r.reason = 'closed' AND r.within_hours = 'yes' THEN 3 WHEN r.reason = 'no_entry' THEN 2
                     ELSE 1 END AS weight
    FROM yizhan.report AS r
    WHERE (NOT %(only_open)s OR r.state = 'open')
      AND (%(station_id)s::text IS NULL OR r.station_id = %(station_id)s))
SELECT t.report_id, t.station_id, s.name, s.address, s.district, s.adcode, s.hours_posted, t.reason, t.facility,
       t.found_at, t.within_hours, t.note, t.received_on, t.state, t.decided_on, t.decided_by, t.decision,
       s.verified_at, s.reported_closed_on, s.deleted_at IS NOT NULL AS deleted,
       sum(t.weight) FILTER (WHERE t.state = 'open') OVER (PARTITION BY t.station_id) AS weight
FROM told AS t JOIN yizhan.station AS s USING (station_id)
WHERE %(adcode)s::text IS NULL OR s.adcode LIKE %(adcode)s || '%%'
ORDER BY weight DESC NULLS LAST, t.station_id COLLATE "C", t.report_id
LIMIT %(limit)s::bigint
