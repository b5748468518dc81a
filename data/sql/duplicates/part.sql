-- A merge is taken back: the station is one of its own again. Parameters: goes.
UPDATE yizhan.station SET deleted_at = NULL, merged_into = NULL WHERE station_id = %(goes)s
