-- A public station, held until the transaction ends. Parameter: station_id.
SELECT station_id FROM yizhan.station
WHERE station_id = %(station_id)s AND deleted_at IS NULL AND audience = 'outdoor_workers'
  AND status IN ('open', 'temporarily_closed')
FOR NO KEY UPDATE
