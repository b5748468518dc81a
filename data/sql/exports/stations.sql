-- Living stations with every exported field, ordered by source, city, district, name. Parameters: source or NULL.
-- Positions as given, in the system as given; lon, lat: WGS-84. What the registry worked out itself (OSM hours,
-- make-up days, 24-hour facts) is NULL, so that an edit of its grounds is not overruled by its former result.
SELECT s.station_id, s.code, s.name, s.address, s.city, s.district, s.township, s.adcode, s.township_code, s.brand,
       s.operator, s.host, s.host_kind, s.kind, s.audience, s.status, s.status_reason, s.hours_posted,
       CASE WHEN s.provenance ? 'stated.opening_hours' THEN s.opening_hours END AS opening_hours,
       CASE WHEN s.provenance ? 'stated.opening_hours' THEN s.makeup_days END AS makeup_days,
       s.access_method,
       CASE WHEN s.provenance ? 'stated.door_24h' THEN s.door_24h END AS door_24h,
       CASE WHEN s.provenance ? 'stated.unattended_24h' THEN s.unattended_24h END AS unattended_24h,
       CASE WHEN s.provenance ? 'stated.goods_24h' THEN s.goods_24h END AS goods_24h,
       s.facilities::text AS facilities, s.provenance ->> 'unknown_facilities' AS unknown_facilities,
       s.floor, s.capacity, s.area_m2, s.phone, s.given_x, s.given_y, s.given_coordsys, s.position_kind,
       s.accuracy_m, s.street_door, s.in_compound, s.registration_required, s.declared_by,
       s.declared_on::text AS declared_on, s.external_ids ->> 'amap' AS amap_id,
       s.external_ids ->> 'baidu' AS baidu_id, s.external_ids ->> 'osm' AS osm_id, s.source,
       s.verified_at::text AS verified_at, s.version,
       (SELECT r.data_version FROM yizhan.registry AS r) AS data_version,
       ST_X(s.position::geometry) AS lon, ST_Y(s.position::geometry) AS lat
FROM yizhan.station AS s
WHERE s.deleted_at IS NULL AND (%(source)s::text IS NULL OR s.source = %(source)s)
ORDER BY s.source, s.city, s.district, s.name, s.station_id
