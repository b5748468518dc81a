-- Tombstone the living stations of a source that no row of the file is. Parameters: source.
UPDATE yizhan.station AS t SET deleted_at = now()
WHERE t.source = %(source)s AND t.deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM matched_station AS m WHERE m.station_id = t.station_id)
