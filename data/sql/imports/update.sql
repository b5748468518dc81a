-- Merged stations into the registry; a tombstoned one comes back.
UPDATE yizhan.station AS t SET
    code = m.code, external_ids = m.external_ids, name = m.name, address = m.address, city = m.city,
    district = m.district, township = m.township, adcode = m.adcode, township_code = m.township_code,
    brand = m.brand, operator = m.operator, host = m.host, host_kind = m.host_kind, kind = m.kind,
    audience = m.audience, status = m.status, status_reason = m.status_reason, floor = m.floor,
    capacity = m.capacity, area_m2 = m.area_m2, phone = m.phone, position = m.position,
    position_kind = m.position_kind, accuracy_m = m.accuracy_m, given_x = m.given_x, given_y = m.given_y,
    given_coordsys = m.given_coordsys, hours_posted = m.hours_posted, opening_hours = m.opening_hours,
    makeup_days = m.makeup_days, access_method = m.access_method, door_24h = m.door_24h,
    unattended_24h = m.unattended_24h, goods_24h = m.goods_24h, facilities = m.facilities,
    street_door = m.street_door, in_compound = m.in_compound, registration_required = m.registration_required,
    declared_by = m.declared_by, declared_on = m.declared_on, source = m.source, provenance = m.provenance,
    verified_at = m.verified_at, deleted_at = NULL
FROM merged_station AS m WHERE t.station_id = m.station_id
