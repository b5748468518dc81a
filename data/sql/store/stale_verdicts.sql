-- Living, located stations whose verdict is absent, was computed with other parameters or from an unknown street
-- map, or within whose reach the street map changed since.
-- Parameters: parameters = JSON of the parameters; all = check every station again; source, adcode = only these,
-- or NULL; within_m = how far around a station the street map matters, metres, beyond its own uncertainty (50 m
-- where not stated). Degrees: 110574 m of latitude and at most 111320 m of longitude times the cosine.
SELECT s.station_id FROM yizhan.station AS s LEFT JOIN yizhan.frontage AS f USING (station_id)
WHERE s.deleted_at IS NULL AND s.position IS NOT NULL
  AND (%(source)s::text IS NULL OR s.source = %(source)s)
  AND (%(adcode)s::text IS NULL OR s.adcode LIKE %(adcode)s || '%%')
  AND (%(all)s OR f.station_id IS NULL OR f.parameters <> %(parameters)s::jsonb OR f.streets_version < 0
       OR (f.streets_version < (SELECT street_version FROM yizhan.registry)
           AND EXISTS (
               SELECT FROM yizhan.street_change AS c
               WHERE c.street_version > f.streets_version
                 AND c.place && ST_Expand(
                     s.position::geometry,
                     (%(within_m)s + least(coalesce(s.accuracy_m, 50), 500))
                         / (111320 * greatest(cos(radians(ST_Y(s.position::geometry))), 0.01)),
                     (%(within_m)s + least(coalesce(s.accuracy_m, 50), 500)) / 110574))))
ORDER BY s.station_id COLLATE "C"
