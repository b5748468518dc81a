-- A tombstone is a station again. Parameters: station_id.
UPDATE yizhan.station SET deleted_at = NULL WHERE station_id = %(station_id)s
