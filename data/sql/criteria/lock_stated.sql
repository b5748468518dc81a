-- What forms stated of some living stations, held until the transaction ends. Parameter: station_ids. JSON as text.
SELECT s.station_id, coalesce(e.stated, '{}')::text
FROM yizhan.station AS s LEFT JOIN yizhan.evidence AS e USING (station_id)
WHERE s.deleted_at IS NULL AND s.station_id = ANY (%(station_ids)s)
ORDER BY s.station_id COLLATE "C"
FOR UPDATE OF s
