-- The station that goes becomes a tombstone that names the one that stays, as do those merged into it before.
-- Parameters: stays, goes.
UPDATE yizhan.station SET deleted_at = coalesce(deleted_at, now()), merged_into = %(stays)s
WHERE station_id = %(goes)s OR merged_into = %(goes)s
