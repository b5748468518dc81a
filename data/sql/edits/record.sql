-- One station as it is edited: what was stated, not what the registry worked out itself (as exports/stations.sql),
-- positions as given. A tombstone too. Parameters: station_id.
SELECT s.version, (extract(epoch FROM s.updated_at) * 1000000)::bigint AS updated_us,
       s.deleted_at IS NOT NULL AS deleted, s.merged_into,
       s.name, s.code, s.address, s.city, s.district, s.township, s.adcode, s.township_code, s.brand, s.operator,
       s.host, s.host_kind, s.kind, s.audience, s.status, s.status_reason, s.hours_posted,
       CASE WHEN s.provenance ? 'stated.opening_hours' THEN s.opening_hours END AS opening_hours,
       CASE WHEN s.provenance ? 'stated.opening_hours' THEN s.makeup_days END AS makeup_days,
       s.access_method,
       CASE WHEN s.provenance ? 'stated.door_24h' THEN s.door_24h END AS door_24h,
       CASE WHEN s.provenance ? 'stated.unattended_24h' THEN s.unattended_24h END AS unattended_24h,
       CASE WHEN s.provenance ? 'stated.goods_24h' THEN s.goods_24h END AS goods_24h,
       s.facilities::text AS facilities, s.floor, s.capacity, s.area_m2, s.phone,
       s.given_x AS lon, s.given_y AS lat, s.given_coordsys AS coordsys, s.position_kind, s.accuracy_m,
       s.street_door, s.in_compound, s.registration_required, s.declared_by, s.declared_on::text AS declared_on,
       s.external_ids::text AS external_ids, s.source, s.verified_at::text AS verified_at
FROM yizhan.station AS s WHERE s.station_id = %(station_id)s
