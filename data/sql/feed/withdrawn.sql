-- Stations that were public, ceased to be after a version and are not now: what a follower forgets. Parameters: since.
-- Columns: station_id, data_version of the withdrawal, withdrawn_at, merged_into or NULL; by station_id.
SELECT w.station_id, w.data_version, w.withdrawn_at,
       CASE WHEN yizhan.is_public(t.audience, t.status, t.deleted_at) THEN s.merged_into END
FROM yizhan.withdrawal AS w JOIN yizhan.station AS s USING (station_id)
LEFT JOIN yizhan.station AS t ON t.station_id = s.merged_into
WHERE w.data_version > %(since)s AND NOT yizhan.is_public(s.audience, s.status, s.deleted_at)
ORDER BY w.station_id COLLATE "C"
