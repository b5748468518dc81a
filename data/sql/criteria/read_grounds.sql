-- What score cards are made of, ordered by station_id: living stations with their verdict and what forms stated.
-- Parameters: station_ids = only these, or NULL; adcode = its first digits, or NULL; source = only of this list, or NULL.
-- Positions: WGS-84 degrees. Days: ISO 8601. JSON columns as text.
SELECT s.station_id, s.name, s.address, s.city, s.district, s.adcode, s.township, s.host, s.operator, s.brand,
       s.audience, s.status, s.kind, s.floor, s.opening_hours, s.hours_posted,
       ST_X(s.position::geometry) AS lon, ST_Y(s.position::geometry) AS lat,
       s.door_24h, s.unattended_24h, s.goods_24h, s.facilities::text AS facilities, s.registration_required,
       s.declared_by, s.declared_on::text AS declared_on, s.verified_at::text AS verified_at,
       s.visited ->> 'on' AS visited_on, s.visited ->> 'by' AS visited_by,
       s.visited ->> 'registration_required' AS visited_registration_required,
       coalesce(f.verdict, 'unknown') AS street_facing, f.kind AS street_facing_kind,
       f.reason_zh AS street_facing_zh, f.reason_en AS street_facing_en,
       to_char(f.checked_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS checked_on,
       coalesce(e.stated, '{}')::text AS stated
FROM yizhan.station AS s
LEFT JOIN yizhan.frontage AS f USING (station_id)
LEFT JOIN yizhan.evidence AS e USING (station_id)
WHERE s.deleted_at IS NULL
  AND (%(station_ids)s::text[] IS NULL OR s.station_id = ANY (%(station_ids)s))
  AND (%(adcode)s::text IS NULL OR s.adcode LIKE %(adcode)s || '%%')
  AND (%(source)s::text IS NULL OR s.source = %(source)s)
ORDER BY s.station_id COLLATE "C"
