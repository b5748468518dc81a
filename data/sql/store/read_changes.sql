-- One page of a station's changes, newest first; what forms state (evidence) is for selections and not among them.
-- Parameters: station_id; before = only entries with a smaller history_id, NULL = from the newest; limit = rows.
SELECT h.history_id, h.entity, h.operation, h.data_version, h.actor, h.changed_at, h.old, h.new
FROM yizhan.history AS h
WHERE h.station_id = %(station_id)s AND h.entity <> 'evidence'
  AND (%(before)s::bigint IS NULL OR h.history_id < %(before)s::bigint)
ORDER BY h.history_id DESC LIMIT %(limit)s
