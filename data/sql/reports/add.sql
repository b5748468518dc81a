-- A report; none when the same was said before today from there. Parameters: the columns.
INSERT INTO yizhan.report
    (station_id, reason, facility, found_at, found_day, within_hours, note, address_hash, received_on)
VALUES (%(station_id)s, %(reason)s, %(facility)s, %(found_at)s, %(found_day)s, %(within_hours)s, %(note)s,
        %(address_hash)s, %(received_on)s)
ON CONFLICT (station_id, reason, coalesce(facility, ''), address_hash, received_on) DO NOTHING
RETURNING report_id
