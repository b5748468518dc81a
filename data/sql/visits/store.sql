-- Visits into the registry; a row that changes nothing is left alone and not returned. A position that the visit
-- corrected is that of the entrance. Parameters: rows = JSON array; lon, lat in WGS-84 degrees, given_* as given.
UPDATE yizhan.station AS t SET
    visited = r.visited,
    verified_at = greatest(t.verified_at, (r.visited ->> 'on')::date),
    floor = coalesce(r.floor, t.floor),
    position = CASE WHEN r.lon IS NULL THEN t.position
                    ELSE ST_SetSRID(ST_MakePoint(r.lon, r.lat), 4326)::geography END,
    position_kind = CASE WHEN r.lon IS NULL THEN t.position_kind ELSE 'entrance' END,
    accuracy_m = CASE WHEN r.lon IS NULL THEN t.accuracy_m END,
    given_x = CASE WHEN r.lon IS NULL THEN t.given_x ELSE r.given_x END,
    given_y = CASE WHEN r.lon IS NULL THEN t.given_y ELSE r.given_y END,
    given_coordsys = CASE WHEN r.lon IS NULL THEN t.given_coordsys ELSE r.given_coordsys END
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(
    station_id text, visited jsonb, floor smallint, lon double precision, lat double precision,
    given_x double precision, given_y double precision, given_coordsys text)
WHERE t.station_id = r.station_id AND t.deleted_at IS NULL
RETURNING t.station_id
