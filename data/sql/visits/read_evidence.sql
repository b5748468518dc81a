-- What left a verdict open: evidence (jsonb as text) by station, of the verdicts that are unknown.
SELECT f.station_id, f.evidence::text FROM yizhan.frontage AS f
WHERE f.verdict = 'unknown' ORDER BY f.station_id COLLATE "C"
