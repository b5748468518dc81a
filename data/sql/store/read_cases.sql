-- Located living stations with their verdicts and evidence (contract geo.frames.CASES), ordered by station_id.
-- Parameters: station_id, adcode (its first digits), verdict = only these, or NULL (never checked counts as unknown);
-- within_m = how far around a station the street map matters (as in stale_verdicts); limit = at most so many, or NULL.
-- Positions: WGS-84 degrees. Line as EWKB in hex, EPSG:4326. JSON columns as text. Times: RFC 3339 in UTC.
SELECT s.station_id, s.name, s.address, s.district, s.host, s.floor,
       ST_X(s.position::geometry) AS lon, ST_Y(s.position::geometry) AS lat, s.position_kind, s.accuracy_m,
       s.street_door, s.in_compound, s.registration_required, s.declared_by, s.declared_on::text AS declared_on,
       s.source, coalesce(f.verdict, 'unknown') AS street_facing, f.rule AS street_facing_rule,
       f.reason_zh AS street_facing_zh, f.reason_en AS street_facing_en, s.visited::text AS visited, f.kind,
       f.evidence::text AS evidence, f.parameters::text AS parameters, f.streets_date::text AS streets_date,
       to_char(f.checked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS checked_at,
       f.station_id IS NULL OR f.streets_version < 0
           OR (f.streets_version < (SELECT street_version FROM yizhan.registry)
               AND EXISTS (
                   SELECT FROM yizhan.street_change AS c
                   WHERE c.street_version > f.streets_version
                     AND c.place && ST_Expand(
                         s.position::geometry,
                         (%(within_m)s + coalesce(least(s.accuracy_m, 500), 50))
                             / (111320 * greatest(cos(radians(ST_Y(s.position::geometry))), 0.01)),
                         (%(within_m)s + coalesce(least(s.accuracy_m, 500), 50)) / 110574))) AS stale,
       f.line::text AS geometry
FROM yizhan.station AS s LEFT JOIN yizhan.frontage AS f USING (station_id)
WHERE s.deleted_at IS NULL AND s.position IS NOT NULL
  AND (%(station_id)s::text IS NULL OR s.station_id = %(station_id)s)
  AND (%(adcode)s::text IS NULL OR s.adcode LIKE %(adcode)s || '%%')
  AND (%(verdict)s::text IS NULL OR coalesce(f.verdict, 'unknown') = %(verdict)s)
ORDER BY s.station_id COLLATE "C"
LIMIT %(limit)s::bigint
