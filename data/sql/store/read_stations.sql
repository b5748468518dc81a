-- Stations as the frame contract geo.frames.STATIONS has them, plus `deleted`; in no order.
-- Parameters: since = data version; only rows numbered after it, tombstones included. NULL = all living rows.
-- Positions: WGS-84 degrees. Times: RFC 3339 in UTC. JSON columns as text.
SELECT s.station_id, s.code, s.external_ids::text AS external_ids, s.name, s.address, s.city, s.district,
       s.township, s.adcode, s.township_code, s.brand, s.operator, s.host, s.host_kind, s.kind, s.audience,
       s.status, s.status_reason, s.floor, s.capacity, s.area_m2, s.phone,
       ST_X(s.position::geometry) AS lon, ST_Y(s.position::geometry) AS lat,
       s.position_kind, s.accuracy_m, s.given_x, s.given_y, s.given_coordsys,
       s.hours_posted, s.opening_hours, s.makeup_days, s.access_method,
       s.door_24h, s.unattended_24h, s.goods_24h, s.facilities::text AS facilities,
       s.street_door, s.in_compound, s.registration_required, s.declared_by, s.declared_on::text AS declared_on,
       s.source, s.verified_at::text AS verified_at, s.visited::text AS visited,
       s.reported_closed_on::text AS reported_closed_on,
       to_char(s.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS updated_at,
       s.version, s.data_version,
       coalesce(f.verdict, 'unknown') AS street_facing, f.rule AS street_facing_rule,
       f.reason_zh AS street_facing_zh, f.reason_en AS street_facing_en,
       s.deleted_at IS NOT NULL AS deleted
FROM yizhan.station AS s
LEFT JOIN yizhan.frontage AS f USING (station_id)
WHERE CASE WHEN %(since)s::bigint IS NULL THEN s.deleted_at IS NULL ELSE s.data_version > %(since)s::bigint END
