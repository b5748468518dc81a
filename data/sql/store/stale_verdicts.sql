-- Living, located stations whose verdict is absent or was computed with other parameters or another street map.
-- Parameters: parameters = JSON of the parameters; streets_date = date of the street data or NULL; all = check
-- every station again; source, adcode = only these, or NULL.
SELECT s.station_id FROM yizhan.station AS s LEFT JOIN yizhan.frontage AS f USING (station_id)
WHERE s.deleted_at IS NULL AND s.position IS NOT NULL
  AND (%(source)s::text IS NULL OR s.source = %(source)s)
  AND (%(adcode)s::text IS NULL OR s.adcode LIKE %(adcode)s || '%%')
  AND (%(all)s OR f.station_id IS NULL OR f.parameters <> %(parameters)s::jsonb
       OR f.streets_date IS DISTINCT FROM %(streets_date)s::date)
ORDER BY s.station_id COLLATE "C"
