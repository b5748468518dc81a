-- Every change of one station, oldest first. Parameters: station_id.
SELECT h.history_id, h.entity, h.operation, h.data_version, h.actor, h.changed_at, h.old, h.new
FROM yizhan.history AS h WHERE h.station_id = %(station_id)s ORDER BY h.history_id
