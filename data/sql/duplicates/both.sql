-- Two stations as they are: station_id, deleted, merged_into. Parameters: first_id, second_id.
SELECT station_id, deleted_at IS NOT NULL, merged_into FROM yizhan.station
WHERE station_id IN (%(first_id)s, %(second_id)s)
