-- What each matched station will be, for the rows that differ from the registry. Parameters: present = names of
-- the columns that the file states. A stated value wins; a silent cell keeps what is registered, except in a row
-- of an export, where it clears. Facilities: the file's list is the whole list; a state that it does not tell is
-- kept. A position in another coordinate system less than 1 cm away is the same position, kept as first given.
CREATE TEMPORARY TABLE merged_station ON COMMIT DROP AS
WITH rows AS (
    SELECT n.*, m.station_id AS match_id FROM staged_station AS n JOIN matched_station AS m USING (row_no)
    WHERE NOT n.rejected AND m.first_row = n.row_no
      -- What a person merged into another station stays merged, however often a list names it.
      AND NOT EXISTS (SELECT FROM yizhan.station AS t WHERE t.station_id = m.station_id AND t.merged_into IS NOT NULL)
), placed AS (
    SELECT n.*, CASE
        WHEN n.lon IS NULL THEN n.exact AND 'given_x' = ANY (%(present)s) AND t.position IS NOT NULL
        WHEN t.position IS NULL THEN true
        WHEN n.given_coordsys = t.given_coordsys THEN n.given_x <> t.given_x OR n.given_y <> t.given_y
        ELSE public.ST_Distance(t.position,
            public.ST_SetSRID(public.ST_MakePoint(n.lon, n.lat), 4326)::public.geography) > 0.01
        END AS moved
    FROM rows AS n JOIN yizhan.station AS t ON t.station_id = n.match_id
), merged AS (
    SELECT n.row_no, t.station_id, n.exact, n.version AS base_version, n.data_version AS base_data_version,
        coalesce(n.code, CASE WHEN NOT (n.exact AND 'code' = ANY (%(present)s)) THEN t.code END) AS code,
        CASE WHEN n.exact AND 'external_ids' = ANY (%(present)s) THEN coalesce(n.external_ids, '{}')
             ELSE t.external_ids || coalesce(n.external_ids, '{}') END AS external_ids,
        coalesce(n.name, t.name) AS name,
        coalesce(n.address, CASE WHEN NOT (n.exact AND 'address' = ANY (%(present)s)) THEN t.address END) AS address,
        coalesce(n.city, CASE WHEN NOT (n.exact AND 'city' = ANY (%(present)s)) THEN t.city END) AS city,
        coalesce(n.district, CASE WHEN NOT (n.exact AND 'district' = ANY (%(present)s)) THEN t.district END)
            AS district,
        coalesce(n.township, CASE WHEN NOT (n.exact AND 'township' = ANY (%(present)s)) THEN t.township END)
            AS township,
        coalesce(n.adcode, CASE WHEN NOT (n.exact AND 'adcode' = ANY (%(present)s)) THEN t.adcode END) AS adcode,
        coalesce(n.township_code,
            CASE WHEN NOT (n.exact AND 'township_code' = ANY (%(present)s)) THEN t.township_code END)
            AS township_code,
        coalesce(n.brand, CASE WHEN NOT (n.exact AND 'brand' = ANY (%(present)s)) THEN t.brand END) AS brand,
        coalesce(n.operator, CASE WHEN NOT (n.exact AND 'operator' = ANY (%(present)s)) THEN t.operator END)
            AS operator,
        coalesce(n.host, CASE WHEN NOT (n.exact AND 'host' = ANY (%(present)s)) THEN t.host END) AS host,
        coalesce(n.host_kind, CASE WHEN NOT (n.exact AND 'host_kind' = ANY (%(present)s)) THEN t.host_kind END,
            'unknown') AS host_kind,
        coalesce(n.kind, CASE WHEN NOT (n.exact AND 'kind' = ANY (%(present)s)) THEN t.kind END, 'unknown') AS kind,
        coalesce(n.audience, CASE WHEN NOT (n.exact AND 'audience' = ANY (%(present)s)) THEN t.audience END,
            'unknown') AS audience,
        coalesce(n.status, CASE WHEN NOT (n.exact AND 'status' = ANY (%(present)s)) THEN t.status END, 'open')
            AS status,
        coalesce(n.status_reason,
            CASE WHEN NOT (n.exact AND 'status_reason' = ANY (%(present)s)) THEN t.status_reason END)
            AS status_reason,
        coalesce(n.floor, CASE WHEN NOT (n.exact AND 'floor' = ANY (%(present)s)) THEN t.floor END) AS floor,
        coalesce(n.capacity, CASE WHEN NOT (n.exact AND 'capacity' = ANY (%(present)s)) THEN t.capacity END)
            AS capacity,
        coalesce(n.area_m2, CASE WHEN NOT (n.exact AND 'area_m2' = ANY (%(present)s)) THEN t.area_m2 END) AS area_m2,
        coalesce(n.phone, CASE WHEN NOT (n.exact AND 'phone' = ANY (%(present)s)) THEN t.phone END) AS phone,
        CASE WHEN NOT n.moved THEN t.position WHEN n.lon IS NOT NULL
             THEN public.ST_SetSRID(public.ST_MakePoint(n.lon, n.lat), 4326)::public.geography END AS position,
        coalesce(n.position_kind,
            CASE WHEN NOT (n.exact AND 'position_kind' = ANY (%(present)s)) THEN t.position_kind END, 'unknown')
            AS position_kind,
        coalesce(n.accuracy_m, CASE WHEN NOT (n.exact AND 'accuracy_m' = ANY (%(present)s)) THEN t.accuracy_m END)
            AS accuracy_m,
        CASE WHEN n.moved THEN n.given_x ELSE t.given_x END AS given_x,
        CASE WHEN n.moved THEN n.given_y ELSE t.given_y END AS given_y,
        CASE WHEN n.moved THEN n.given_coordsys ELSE t.given_coordsys END AS given_coordsys,
        coalesce(n.hours_posted, CASE WHEN NOT (n.exact AND 'hours_posted' = ANY (%(present)s)) THEN t.hours_posted END)
            AS hours_posted,
        CASE WHEN n.hours_stated THEN n.opening_hours ELSE t.opening_hours END AS opening_hours,
        CASE WHEN n.hours_stated THEN n.makeup_days ELSE t.makeup_days END AS makeup_days,
        coalesce(n.access_method,
            CASE WHEN NOT (n.exact AND 'access_method' = ANY (%(present)s)) THEN t.access_method END, 'unknown')
            AS access_method,
        coalesce(n.door_24h, t.door_24h) AS door_24h,
        coalesce(n.unattended_24h, t.unattended_24h) AS unattended_24h,
        coalesce(n.goods_24h, t.goods_24h) AS goods_24h,
        CASE WHEN n.facilities IS NULL
             THEN CASE WHEN n.exact AND 'facilities' = ANY (%(present)s) THEN '{}' ELSE t.facilities END
             WHEN n.exact OR n.facilities = t.facilities THEN n.facilities
             ELSE coalesce((SELECT jsonb_object_agg(f.key, CASE WHEN f.value = '"unknown"'
                 THEN coalesce(t.facilities -> f.key, f.value) ELSE f.value END)
                 FROM jsonb_each(n.facilities) AS f), '{}') END AS facilities,
        coalesce(n.street_door, CASE WHEN NOT (n.exact AND 'street_door' = ANY (%(present)s)) THEN t.street_door END,
            'unknown') AS street_door,
        coalesce(n.in_compound, CASE WHEN NOT (n.exact AND 'in_compound' = ANY (%(present)s)) THEN t.in_compound END,
            'unknown') AS in_compound,
        coalesce(n.registration_required,
            CASE WHEN NOT (n.exact AND 'registration_required' = ANY (%(present)s)) THEN t.registration_required END,
            'unknown') AS registration_required,
        coalesce(n.declared_by, CASE WHEN NOT (n.exact AND 'declared_by' = ANY (%(present)s)) THEN t.declared_by END)
            AS declared_by,
        coalesce(n.declared_on, CASE WHEN NOT (n.exact AND 'declared_on' = ANY (%(present)s)) THEN t.declared_on END)
            AS declared_on,
        n.source,
        jsonb_strip_nulls(
            CASE WHEN n.exact AND coalesce(n.audience, 'unknown') <> t.audience THEN t.provenance - 'audience'
                 ELSE t.provenance END
            || CASE WHEN coalesce(n.hours_stated, true) THEN n.provenance
                    ELSE n.provenance - 'stated.opening_hours' END) AS provenance,
        coalesce(n.verified_at, CASE WHEN NOT (n.exact AND 'verified_at' = ANY (%(present)s)) THEN t.verified_at END)
            AS verified_at
    FROM placed AS n JOIN yizhan.station AS t ON t.station_id = n.match_id
)
SELECT m.*, t.version AS now_version, t.deleted_at IS NOT NULL AS was_deleted,
       (m.opening_hours, m.access_method, m.facilities, m.provenance)
           IS DISTINCT FROM (t.opening_hours, t.access_method, t.facilities, t.provenance) AS facts_moved
FROM merged AS m JOIN yizhan.station AS t USING (station_id)
WHERE t.deleted_at IS NOT NULL OR (m.exact AND m.base_version <> t.version) OR
    (m.code, m.external_ids, m.name, m.address, m.city, m.district, m.township, m.adcode, m.township_code,
     m.brand, m.operator, m.host, m.host_kind, m.kind, m.audience, m.status, m.status_reason, m.floor, m.capacity,
     m.area_m2, m.phone, m.position_kind, m.accuracy_m, m.given_x, m.given_y, m.given_coordsys, m.hours_posted,
     m.opening_hours, m.makeup_days, m.access_method, m.door_24h, m.unattended_24h, m.goods_24h, m.facilities,
     m.street_door, m.in_compound, m.registration_required, m.declared_by, m.declared_on, m.source, m.provenance,
     m.verified_at)
    IS DISTINCT FROM
    (t.code::text, t.external_ids, t.name::text, t.address::text, t.city::text, t.district::text, t.township::text,
     t.adcode, t.township_code, t.brand::text, t.operator::text, t.host::text, t.host_kind, t.kind, t.audience,
     t.status, t.status_reason::text, t.floor, t.capacity, t.area_m2, t.phone::text, t.position_kind, t.accuracy_m,
     t.given_x, t.given_y, t.given_coordsys, t.hours_posted::text, t.opening_hours::text, t.makeup_days,
     t.access_method, t.door_24h::text, t.unattended_24h::text, t.goods_24h::text, t.facilities,
     t.street_door::text, t.in_compound::text, t.registration_required::text, t.declared_by::text, t.declared_on,
     t.source::text, t.provenance, t.verified_at)
