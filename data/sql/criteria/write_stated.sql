-- What forms state of stations. Parameter: rows = JSON array of objects with station_id and stated.
INSERT INTO yizhan.evidence (station_id, stated)
SELECT r.station_id, r.stated FROM jsonb_to_recordset(%(rows)s) AS r(station_id text, stated jsonb)
ON CONFLICT (station_id) DO UPDATE SET stated = excluded.stated
