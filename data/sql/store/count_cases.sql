-- How many living stations there are to review: with a position, and without one.
-- Parameters: adcode (its first digits), verdict = only these, or NULL (never checked counts as unknown).
SELECT count(s.position), count(*) - count(s.position)
FROM yizhan.station AS s LEFT JOIN yizhan.frontage AS f USING (station_id)
WHERE s.deleted_at IS NULL
  AND (%(adcode)s::text IS NULL OR s.adcode LIKE %(adcode)s || '%%')
  AND (%(verdict)s::text IS NULL OR coalesce(f.verdict, 'unknown') = %(verdict)s)
