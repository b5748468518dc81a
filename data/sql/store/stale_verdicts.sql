-- Living, located stations whose verdict is absent, was computed with other parameters, or is older than the
-- street map around it (extents widened by 0.005 degrees, about 500 m).
-- Parameters: parameters = JSON of the parameters; all = check every station again; source, adcode = only these,
-- or NULL.
SELECT s.station_id FROM yizhan.station AS s LEFT JOIN yizhan.frontage AS f USING (station_id)
WHERE s.deleted_at IS NULL AND s.position IS NOT NULL
  AND (%(source)s::text IS NULL OR s.source = %(source)s)
  AND (%(adcode)s::text IS NULL OR s.adcode LIKE %(adcode)s || '%%')
  AND (%(all)s OR f.station_id IS NULL OR f.parameters <> %(parameters)s::jsonb
       OR EXISTS (SELECT FROM yizhan.street_source AS m
                  WHERE m.imported_at > f.checked_at
                    AND ST_Intersects(ST_Expand(m.extent, 0.005), s.position::geometry)))
ORDER BY s.station_id COLLATE "C"
