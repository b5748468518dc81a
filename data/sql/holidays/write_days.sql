-- Insert or correct special days; rows that stay the same are not touched.
-- Parameters: days date[], kinds text[], names text[] (same length), source text.
INSERT INTO yizhan.holiday AS h (day, kind, name, source)
SELECT d.day, d.kind, d.name, %(source)s
FROM unnest(%(days)s::date[], %(kinds)s::text[], %(names)s::text[]) AS d(day, kind, name)
ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, name = excluded.name, source = excluded.source
WHERE (h.kind, h.name) IS DISTINCT FROM (excluded.kind, excluded.name)
