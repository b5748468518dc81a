-- Where COPY puts verdicts before they are merged; gone with the transaction.
CREATE TEMPORARY TABLE staged_verdict (
    station_id text PRIMARY KEY, verdict text, rule text, kind text, reason_zh text, reason_en text, evidence jsonb,
    line text  -- WKT, WGS-84
) ON COMMIT DROP
