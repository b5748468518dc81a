-- Whether a station shows as reported closed: at least two undecided reports of it, within posted hours, on different
-- days, from different addresses, the older not more than keep_days before the newer. Shown: the newest day.
-- data_version = -1 asks for a new number: readers see it, the station's own facts did not change.
-- Parameters: station_id, keep_days.
WITH found AS (
    SELECT max(newer.found_day) AS day
    FROM yizhan.report AS newer JOIN yizhan.report AS older USING (station_id)
    WHERE station_id = %(station_id)s
      AND newer.reason = 'closed' AND newer.state = 'open' AND newer.within_hours = 'yes'
      AND older.reason = 'closed' AND older.state = 'open' AND older.within_hours = 'yes'
      AND older.found_day < newer.found_day AND older.found_day >= newer.found_day - %(keep_days)s::integer
      AND older.address_hash <> newer.address_hash)
UPDATE yizhan.station AS s SET reported_closed_on = found.day, data_version = -1
FROM found
WHERE s.station_id = %(station_id)s AND s.reported_closed_on IS DISTINCT FROM found.day
RETURNING s.reported_closed_on
