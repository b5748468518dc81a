-- Who numbers changes: triggers, so that an edit by psql or QGIS is versioned, kept and announced like any other.

-- The data version of this transaction: taken once, by the first change; the row lock makes writers queue.
CREATE FUNCTION yizhan.transaction_data_version() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v text := current_setting('yizhan.data_version', true);
    taken bigint;
BEGIN
    IF v IS NOT NULL AND v <> '' THEN
        RETURN v::bigint;
    END IF;
    UPDATE yizhan.registry SET data_version = data_version + 1, changed_at = now()
        RETURNING data_version INTO taken;
    PERFORM set_config('yizhan.data_version', taken::text, true);
    PERFORM pg_notify('yizhan_changed', taken::text);
    RETURN taken;
END
$$;

CREATE FUNCTION yizhan.actor() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('yizhan.actor', true), ''), session_user::text)
$$;

-- BEFORE INSERT OR UPDATE on station, per row: number it. A row that does not change is left alone.
CREATE FUNCTION yizhan.number_station() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.station_id <> OLD.station_id THEN
            RAISE EXCEPTION 'station_id never changes (% to %)', OLD.station_id, NEW.station_id
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NULL;
        END IF;
        -- -1 asks for a new number only: something that readers see with the station changed, not its facts.
        IF NEW.data_version <> -1 THEN
            NEW.version := OLD.version + 1;
            NEW.updated_at := now();
        END IF;
    ELSE
        NEW.version := 1;
        NEW.updated_at := now();
        -- An upsert comes by here before it becomes an update; only if that changes something is it numbered.
        IF EXISTS (SELECT FROM yizhan.station WHERE station_id = NEW.station_id) THEN
            RETURN NEW;
        END IF;
    END IF;
    NEW.data_version := yizhan.transaction_data_version();
    RETURN NEW;
END
$$;
CREATE TRIGGER number_station BEFORE INSERT OR UPDATE ON yizhan.station
    FOR EACH ROW EXECUTE FUNCTION yizhan.number_station();

CREATE FUNCTION yizhan.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON yizhan.station
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.refuse('stations are never deleted; set deleted_at');
-- A TRUNCATE would pass by the triggers that number and keep the end of each verdict.
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON yizhan.frontage
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.refuse('verdicts are removed by DELETE, which is kept');

-- The columns in which two JSON rows differ, taken from the first; NULL when none.
CREATE FUNCTION yizhan.changed_columns(a jsonb, b jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(a) AS e(key, value)
    WHERE b -> e.key IS DISTINCT FROM e.value
$$;

-- An insert keeps no copy of the row: its first state is today's row walked back through the old values.
CREATE FUNCTION yizhan.keep_station_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO yizhan.history (station_id, entity, operation, data_version, actor)
    SELECT n.station_id, 'station', 'insert', n.data_version, yizhan.actor() FROM new_rows AS n;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_station_insert AFTER INSERT ON yizhan.station
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.keep_station_insert();

-- A moved station loses its verdict; a change of nothing but the numbering (a new verdict) is no history.
CREATE FUNCTION yizhan.keep_station_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO yizhan.history (station_id, entity, operation, data_version, actor, old, new)
    SELECT c.station_id, 'station',
           CASE WHEN c.was_deleted = c.is_deleted THEN 'update' WHEN c.is_deleted THEN 'delete' ELSE 'insert' END,
           c.data_version, yizhan.actor(), yizhan.changed_columns(c.o, c.n), yizhan.changed_columns(c.n, c.o)
    FROM (SELECT n.station_id, n.data_version, o.deleted_at IS NOT NULL AS was_deleted,
                 n.deleted_at IS NOT NULL AS is_deleted,
                 to_jsonb(o) - ARRAY['updated_at', 'version', 'data_version'] AS o,
                 to_jsonb(n) - ARRAY['updated_at', 'version', 'data_version'] AS n
          FROM new_rows AS n JOIN old_rows AS o USING (station_id)) AS c
    WHERE c.o <> c.n;
    DELETE FROM yizhan.frontage AS f USING new_rows AS n, old_rows AS o
    WHERE f.station_id = n.station_id AND o.station_id = n.station_id
      AND (n.position::bytea, n.position_kind, n.accuracy_m, n.floor, n.deleted_at IS NULL)
          IS DISTINCT FROM (o.position::bytea, o.position_kind, o.accuracy_m, o.floor, o.deleted_at IS NULL);
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_station_update AFTER UPDATE ON yizhan.station
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.keep_station_update();

-- A verdict is part of what a reader of the station sees: its change renumbers the station and is kept.
CREATE FUNCTION yizhan.keep_frontage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.verdict, NEW.rule, NEW.reason_zh, NEW.reason_en, NEW.evidence, NEW.parameters, NEW.streets_date)
           IS NOT DISTINCT FROM
           (OLD.verdict, OLD.rule, OLD.reason_zh, OLD.reason_en, OLD.evidence, OLD.parameters, OLD.streets_date)
        THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO yizhan.history (station_id, entity, operation, data_version, actor, old, new)
    VALUES (coalesce(NEW.station_id, OLD.station_id), 'frontage', lower(TG_OP),
            yizhan.transaction_data_version(), yizhan.actor(),
            CASE WHEN TG_OP <> 'INSERT' THEN jsonb_build_object('verdict', OLD.verdict, 'rule', OLD.rule,
                'reason_zh', OLD.reason_zh, 'parameters', OLD.parameters, 'streets_date', OLD.streets_date) END,
            CASE WHEN TG_OP <> 'DELETE' THEN jsonb_build_object('verdict', NEW.verdict, 'rule', NEW.rule,
                'reason_zh', NEW.reason_zh, 'parameters', NEW.parameters, 'streets_date', NEW.streets_date) END);
    UPDATE yizhan.station SET data_version = -1 WHERE station_id = coalesce(NEW.station_id, OLD.station_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_frontage AFTER INSERT OR UPDATE OR DELETE ON yizhan.frontage
    FOR EACH ROW EXECUTE FUNCTION yizhan.keep_frontage();

-- Holidays change what readers see of many stations: a change of theirs is a new data version, without history.
CREATE FUNCTION yizhan.announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM yizhan.transaction_data_version();
    RETURN NULL;
END
$$;
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON yizhan.holiday
    FOR EACH ROW EXECUTE FUNCTION yizhan.announce();
CREATE TRIGGER announce_truncate AFTER TRUNCATE ON yizhan.holiday
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.announce();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON yizhan.holiday_year
    FOR EACH ROW EXECUTE FUNCTION yizhan.announce();
CREATE TRIGGER announce_truncate AFTER TRUNCATE ON yizhan.holiday_year
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.announce();
