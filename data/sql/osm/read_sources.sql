-- The stored street sources, newest data first. Extent as west, south, east, north (degrees, WGS-84).
SELECT source, file_name, data_date, counts::text, imported_at,
       public.ST_XMin(extent), public.ST_YMin(extent), public.ST_XMax(extent), public.ST_YMax(extent)
FROM yizhan.street_source
ORDER BY data_date DESC NULLS LAST, imported_at DESC, source
