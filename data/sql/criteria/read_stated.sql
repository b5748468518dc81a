-- What forms stated of some living stations. A statement of its own after lock_stated: what another wrote while the lock
-- was waited for is seen only by a statement that begins later. Parameter: station_ids. JSON as text.
SELECT s.station_id, coalesce(e.stated, '{}')::text
FROM yizhan.station AS s LEFT JOIN yizhan.evidence AS e USING (station_id)
WHERE s.deleted_at IS NULL AND s.station_id = ANY (%(station_ids)s)
