-- Some living stations, held until the transaction ends. Parameter: station_ids.
SELECT station_id FROM yizhan.station
WHERE deleted_at IS NULL AND station_id = ANY (%(station_ids)s)
ORDER BY station_id COLLATE "C"
FOR UPDATE
