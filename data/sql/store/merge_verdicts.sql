-- Staged verdicts into yizhan.frontage. Parameters: parameters = JSON, streets_date = date or NULL.
-- A station that vanished or moved meanwhile is left out (its data version is above the one checked).
INSERT INTO yizhan.frontage AS f
    (station_id, verdict, rule, reason_zh, reason_en, evidence, parameters, line, streets_date)
SELECT v.station_id, v.verdict, v.rule, v.reason_zh, v.reason_en, v.evidence, %(parameters)s::jsonb,
       ST_GeomFromText(v.line, 4326), %(streets_date)s::date
FROM staged_verdict AS v JOIN yizhan.station AS s USING (station_id)
WHERE s.deleted_at IS NULL AND s.position IS NOT NULL AND s.data_version <= %(checked_version)s
ON CONFLICT (station_id) DO UPDATE SET
    verdict = excluded.verdict, rule = excluded.rule, reason_zh = excluded.reason_zh,
    reason_en = excluded.reason_en, evidence = excluded.evidence, parameters = excluded.parameters,
    line = excluded.line, streets_date = excluded.streets_date, checked_at = now()
