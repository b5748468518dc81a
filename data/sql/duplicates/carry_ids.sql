-- The station that stays takes over the ids of other platforms that it lacks. Parameters: stays, goes.
UPDATE yizhan.station AS s SET external_ids = g.external_ids || s.external_ids
FROM yizhan.station AS g WHERE s.station_id = %(stays)s AND g.station_id = %(goes)s
