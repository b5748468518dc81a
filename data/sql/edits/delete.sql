-- A station becomes a tombstone. Parameters: station_id.
UPDATE yizhan.station SET deleted_at = now() WHERE station_id = %(station_id)s AND deleted_at IS NULL
