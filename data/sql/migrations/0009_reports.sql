-- What users report of stations, for the people who keep the registry. Never published, no identity; a report changes
-- neither status nor hours. Two reports of "found closed" on different days show with their date until somebody decides.

CREATE TABLE yizhan.report_salt (
    day  date PRIMARY KEY,
    salt bytea NOT NULL CHECK (length(salt) = 32)
);
COMMENT ON TABLE yizhan.report_salt IS '当日的盐；过期即删，此后地址摘要无法还原或关联';

CREATE TABLE yizhan.report (
    report_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    station_id   text NOT NULL REFERENCES yizhan.station (station_id),
    reason       text NOT NULL CHECK (reason IN ('closed', 'moved', 'broken', 'no_entry', 'wrong_data')),
    facility     text CHECK ((facility IS NOT NULL) <= (reason = 'broken')),
    found_at     timestamptz NOT NULL,
    found_day    date NOT NULL,  -- in China
    within_hours yizhan.ternary NOT NULL,  -- whether the station should have been open then
    note         text CHECK (length(note) BETWEEN 1 AND 200),
    address_hash bytea NOT NULL CHECK (length(address_hash) = 16),
    received_on  date NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT now(),
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'mended', 'rejected')),
    decided_on   date,
    decided_by   yizhan.line,
    decision     yizhan.line,  -- what was found, in words
    CHECK ((state = 'open') = (decided_on IS NULL) AND (state = 'open') = (decided_by IS NULL)),
    UNIQUE (station_id, reason, address_hash, received_on)
);
CREATE INDEX report_open ON yizhan.report (station_id) WHERE state = 'open';

ALTER TABLE yizhan.station ADD COLUMN reported_closed_on date;
COMMENT ON COLUMN yizhan.station.reported_closed_on IS '有人反映未开门：最近一次的日期；待人工处理';

-- What was said and decided stays; only a decision is added, once.
CREATE FUNCTION yizhan.decide_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'report % is decided: %', OLD.report_id, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'report_decided';
    END IF;
    IF (NEW.station_id, NEW.reason, NEW.facility, NEW.found_at, NEW.found_day, NEW.within_hours, NEW.note,
        NEW.address_hash, NEW.received_on, NEW.received_at)
       IS DISTINCT FROM
       (OLD.station_id, OLD.reason, OLD.facility, OLD.found_at, OLD.found_day, OLD.within_hours, OLD.note,
        OLD.address_hash, OLD.received_on, OLD.received_at) THEN
        RAISE EXCEPTION 'what a report says never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER decide_report BEFORE UPDATE ON yizhan.report
    FOR EACH ROW EXECUTE FUNCTION yizhan.decide_report();
CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON yizhan.report
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.refuse('reports are never deleted; decide them');
