-- The registry in numbers: id, data version, living stations, entries of its history, when the oldest is of, from when on
-- it is whole (NULL = from the beginning).
SELECT r.registry_id::text, r.data_version,
       (SELECT count(*) FROM yizhan.station AS s WHERE s.deleted_at IS NULL),
       (SELECT count(*) FROM yizhan.history), (SELECT min(h.changed_at) FROM yizhan.history AS h), r.history_since
FROM yizhan.registry AS r
