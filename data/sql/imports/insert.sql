-- Rows that match no registered station become new ones.
INSERT INTO yizhan.station
    (station_id, code, external_ids, name, address, city, district, township, adcode, township_code, brand,
     operator, host, host_kind, kind, audience, status, status_reason, floor, capacity, area_m2, phone, position,
     position_kind, accuracy_m, given_x, given_y, given_coordsys, hours_posted, opening_hours, makeup_days,
     access_method, door_24h, unattended_24h, goods_24h, facilities, street_door, in_compound,
     registration_required, declared_by, declared_on, source, provenance, verified_at)
SELECT coalesce(n.station_id, n.new_id), n.code, coalesce(n.external_ids, '{}'), n.name, n.address, n.city,
       n.district, n.township, n.adcode, n.township_code, n.brand, n.operator, n.host,
       coalesce(n.host_kind, 'unknown'), coalesce(n.kind, 'unknown'), coalesce(n.audience, 'unknown'),
       coalesce(n.status, 'open'), n.status_reason, n.floor, n.capacity, n.area_m2, n.phone,
       CASE WHEN n.lon IS NOT NULL
            THEN public.ST_SetSRID(public.ST_MakePoint(n.lon, n.lat), 4326)::public.geography END,
       coalesce(n.position_kind, 'unknown'), n.accuracy_m, n.given_x, n.given_y, n.given_coordsys,
       n.hours_posted, n.opening_hours, coalesce(n.makeup_days, false), coalesce(n.access_method, 'unknown'),
       n.computed_door_24h, n.computed_unattended_24h, n.computed_goods_24h, coalesce(n.facilities, '{}'),
       coalesce(n.street_door, 'unknown'), coalesce(n.in_compound, 'unknown'),
       coalesce(n.registration_required, 'unknown'), n.declared_by, n.declared_on, n.source,
       jsonb_strip_nulls(n.provenance), n.verified_at
FROM staged_station AS n
WHERE NOT n.rejected AND NOT EXISTS (SELECT 1 FROM matched_station AS m WHERE m.row_no = n.row_no)
