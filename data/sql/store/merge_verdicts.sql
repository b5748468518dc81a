-- Staged verdicts into yizhan.frontage, with the date of the newest street data around each (NULL = unknown).
-- Parameters: parameters = JSON; checked_version = data version of the stations that were checked: a station
-- changed since is left out; streets_version = number of the street map that was read.
INSERT INTO yizhan.frontage AS f
    (station_id, verdict, rule, kind, reason_zh, reason_en, evidence, parameters, line, streets_date, streets_version)
SELECT v.station_id, v.verdict, v.rule, v.kind, v.reason_zh, v.reason_en, v.evidence, %(parameters)s::jsonb,
       ST_GeomFromText(v.line, 4326), (SELECT max(m.data_date) FROM yizhan.street_source AS m
        WHERE ST_Intersects(ST_Expand(m.extent, 0.005), s.position::geometry)), %(streets_version)s
FROM staged_verdict AS v JOIN yizhan.station AS s USING (station_id)
WHERE s.deleted_at IS NULL AND s.position IS NOT NULL AND s.data_version <= %(checked_version)s
ON CONFLICT (station_id) DO UPDATE SET
    verdict = excluded.verdict, rule = excluded.rule, kind = excluded.kind, reason_zh = excluded.reason_zh,
    reason_en = excluded.reason_en, evidence = excluded.evidence, parameters = excluded.parameters,
    line = excluded.line, streets_date = excluded.streets_date, streets_version = excluded.streets_version,
    checked_at = now()
