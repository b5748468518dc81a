-- What forms state of stations, and selections (推树): campaigns, their candidates, every step kept.

-- {fact: {"declared" | "visited": {"state": "yes" | "no", "on": day, "by": unit}}}
CREATE FUNCTION yizhan.stated_valid(stated jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_typeof(stated) = 'object' AND NOT EXISTS (
        SELECT 1 FROM jsonb_each(stated) AS f(fact, kinds) WHERE NOT (
            f.fact ~ '^[a-z][a-z0-9_]{0,39}$' AND jsonb_typeof(f.kinds) = 'object' AND f.kinds <> '{}'
            AND NOT EXISTS (
                SELECT 1 FROM jsonb_each(f.kinds) AS k(kind, entry) WHERE NOT (
                    k.kind IN ('declared', 'visited') AND jsonb_typeof(k.entry) = 'object'
                    AND coalesce(k.entry ->> 'state' IN ('yes', 'no'), false)
                    AND coalesce(k.entry ->> 'on' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', true)
                    AND length(coalesce(k.entry ->> 'by', '')) <= 1000))))
$$;

CREATE TABLE yizhan.evidence (
    station_id text PRIMARY KEY REFERENCES yizhan.station (station_id),
    stated     jsonb NOT NULL DEFAULT '{}' CHECK (yizhan.stated_valid(stated)),
    version    integer NOT NULL DEFAULT 1 CHECK (version > 0),
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE yizhan.evidence IS '申报与核实的“有”：标识、宣传、服务、制度、成效；位置、设施、时间在 station 中';

ALTER TABLE yizhan.history DROP CONSTRAINT history_entity_check;
ALTER TABLE yizhan.history ADD CONSTRAINT history_entity_check
    CHECK (entity IN ('station', 'frontage', 'evidence'));

CREATE FUNCTION yizhan.number_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stated = OLD.stated THEN
        RETURN NULL;
    END IF;
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER number_evidence BEFORE UPDATE ON yizhan.evidence
    FOR EACH ROW EXECUTE FUNCTION yizhan.number_evidence();

-- No reader of the snapshot sees evidence: its changes are kept under the present data version, not a new one.
-- AFTER, because an upsert passes the BEFORE INSERT triggers even where it becomes an update.
CREATE FUNCTION yizhan.keep_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP = 'UPDATE' THEN OLD.stated ELSE '{}' END;
BEGIN
    INSERT INTO yizhan.history (station_id, entity, operation, data_version, actor, old, new)
    SELECT NEW.station_id, 'evidence', lower(TG_OP), r.data_version, yizhan.actor(),
           yizhan.changed_columns(before, NEW.stated), yizhan.changed_columns(NEW.stated, before)
    FROM yizhan.registry AS r;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_evidence AFTER INSERT OR UPDATE ON yizhan.evidence
    FOR EACH ROW EXECUTE FUNCTION yizhan.keep_evidence();
CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON yizhan.evidence
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.refuse('evidence is never deleted; state it anew');

-- A campaign: by which rules, how many of each level, how long the public notice lasts.
-- levels: [{"code", "name", "quota", "districts": {adcode: most}}], in the order in which they choose.
CREATE TABLE yizhan.campaign (
    campaign_id   text PRIMARY KEY CHECK (campaign_id ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    title         yizhan.line NOT NULL,
    rules_version yizhan.line NOT NULL,
    rules_text    text NOT NULL,  -- the whole rule set, so that a file that changes later changes nothing here
    levels        jsonb NOT NULL CHECK (jsonb_typeof(levels) = 'array' AND jsonb_array_length(levels) > 0),
    notice_days   smallint NOT NULL CHECK (notice_days BETWEEN 1 AND 60),  -- working days
    opened_on     date NOT NULL,
    opened_by     yizhan.line NOT NULL,
    version       integer NOT NULL DEFAULT 1 CHECK (version > 0),
    recorded_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE yizhan.candidate (
    campaign_id  text NOT NULL REFERENCES yizhan.campaign (campaign_id),
    station_id   text NOT NULL REFERENCES yizhan.station (station_id),
    step         text NOT NULL CHECK (step IN ('recommended', 'reviewed', 'in_notice', 'confirmed', 'returned')),
    level        text NOT NULL,
    on_day       date NOT NULL,
    by_whom      yizhan.line NOT NULL,
    reason       yizhan.line CHECK ((step = 'returned') <= (reason IS NOT NULL)),
    notice_until date CHECK ((step IN ('in_notice', 'confirmed')) = (notice_until IS NOT NULL)),  -- its last day
    card         jsonb NOT NULL CHECK (jsonb_typeof(card) = 'object'),  -- the score card as it was at this step
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    PRIMARY KEY (campaign_id, station_id)
);

-- Every step that was ever made; nothing is changed or removed here.
CREATE TABLE yizhan.candidate_step (
    step_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id  text NOT NULL,
    station_id   text NOT NULL,
    from_step    text,
    to_step      text NOT NULL,
    level        text NOT NULL,
    on_day       date NOT NULL,
    by_whom      text NOT NULL,
    reason       text,
    notice_until date,
    card         jsonb NOT NULL,
    actor        text NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX candidate_step_of ON yizhan.candidate_step (campaign_id, station_id, step_id);
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON yizhan.candidate_step
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.refuse('steps of candidates are never changed');

-- The four steps in order, none skipped; whoever writes by psql is held to the same.
CREATE FUNCTION yizhan.step_candidate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.step END;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.campaign_id, NEW.station_id) <> (OLD.campaign_id, OLD.station_id) THEN
        RAISE EXCEPTION 'a candidate is of one campaign and one station' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT (
        (NEW.step = 'recommended' AND (before IS NULL OR before = 'returned'))
        OR (NEW.step = 'reviewed' AND before = 'recommended')
        OR (NEW.step = 'in_notice' AND before = 'reviewed')
        OR (NEW.step = 'confirmed' AND before = 'in_notice')
        OR (NEW.step = 'returned' AND before IN ('recommended', 'reviewed', 'in_notice'))
    ) THEN
        RAISE EXCEPTION 'step % does not follow %', NEW.step, coalesce(before, 'nothing')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'candidate_step_order';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.step = 'confirmed' AND NEW.notice_until IS DISTINCT FROM OLD.notice_until THEN
            RAISE EXCEPTION 'the notice of a candidate is not moved' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.on_day < OLD.on_day THEN
            RAISE EXCEPTION 'a step is not before the one it follows'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'candidate_step_day';
        END IF;
        NEW.version := OLD.version + 1;
    END IF;
    IF NEW.step = 'confirmed' AND NEW.on_day <= NEW.notice_until THEN
        RAISE EXCEPTION 'the notice lasts until %', NEW.notice_until
            USING ERRCODE = 'check_violation', CONSTRAINT = 'candidate_notice_over';
    END IF;
    IF NEW.step = 'in_notice' AND NEW.notice_until < NEW.on_day THEN
        RAISE EXCEPTION 'a notice ends after it begins' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER step_candidate BEFORE INSERT OR UPDATE ON yizhan.candidate
    FOR EACH ROW EXECUTE FUNCTION yizhan.step_candidate();

CREATE FUNCTION yizhan.keep_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO yizhan.candidate_step (campaign_id, station_id, from_step, to_step, level, on_day, by_whom, reason,
                                       notice_until, card, actor)
    VALUES (NEW.campaign_id, NEW.station_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.step END, NEW.step, NEW.level,
            NEW.on_day, NEW.by_whom, NEW.reason, NEW.notice_until, NEW.card, yizhan.actor());
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_step AFTER INSERT OR UPDATE ON yizhan.candidate
    FOR EACH ROW EXECUTE FUNCTION yizhan.keep_step();
CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON yizhan.candidate
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.refuse('candidates are never deleted; return them with a reason');

-- What a campaign asks may change until the first of its candidates is in public notice.
CREATE FUNCTION yizhan.keep_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.campaign_id <> OLD.campaign_id THEN
        RAISE EXCEPTION 'campaign_id never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM yizhan.candidate_step AS s
               WHERE s.campaign_id = OLD.campaign_id AND s.to_step = 'in_notice') THEN
        RAISE EXCEPTION 'a campaign does not change after its public notice has begun'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'campaign_after_notice';
    END IF;
    NEW.version := OLD.version + 1;
    INSERT INTO yizhan.campaign_change (campaign_id, version, old, actor)
    VALUES (OLD.campaign_id, OLD.version, to_jsonb(OLD), yizhan.actor());
    RETURN NEW;
END
$$;
CREATE TABLE yizhan.campaign_change (
    change_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id text NOT NULL,
    version     integer NOT NULL,
    old         jsonb NOT NULL,
    actor       text NOT NULL,
    changed_at  timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER keep_campaign BEFORE UPDATE ON yizhan.campaign
    FOR EACH ROW EXECUTE FUNCTION yizhan.keep_campaign();
CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON yizhan.campaign
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.refuse('campaigns are never deleted');
