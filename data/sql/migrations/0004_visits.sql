-- What visits found, whether a verdict was computed or visited, and what changed on the street map since.

-- {"on": day, "by": organisation, facts: "yes" | "no", "note": text, "at": [lon, lat] where the station stood then}
CREATE FUNCTION yizhan.visited_valid(visited jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT visited = '{}' OR (
        jsonb_typeof(visited) = 'object'
        AND CASE WHEN visited ->> 'on' ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
                 THEN make_date(substr(visited ->> 'on', 1, 4)::integer, substr(visited ->> 'on', 6, 2)::integer,
                                substr(visited ->> 'on', 9, 2)::integer) IS NOT NULL ELSE false END
        AND coalesce(btrim(visited ->> 'by'), '') <> ''
        AND NOT EXISTS (
            SELECT 1 FROM jsonb_each(visited) AS v(key, value) WHERE NOT CASE
                WHEN v.key IN ('on', 'by', 'note')
                THEN jsonb_typeof(v.value) = 'string' AND length(v.value #>> '{}') <= 1000
                WHEN v.key IN ('street_door', 'in_compound', 'registration_required', 'guarded', 'lift')
                THEN v.value IN ('"yes"', '"no"')
                WHEN v.key = 'at'
                THEN jsonb_typeof(v.value) = 'array' AND jsonb_array_length(v.value) = 2
                     AND jsonb_typeof(v.value -> 0) = 'number' AND jsonb_typeof(v.value -> 1) = 'number'
                ELSE false END))
$$;

ALTER TABLE yizhan.station
    ADD COLUMN visited jsonb NOT NULL DEFAULT '{}' CHECK (yizhan.visited_valid(visited));
COMMENT ON COLUMN yizhan.station.visited IS '实地核实：日期、单位、所见；at 为当时的位置（WGS-84）';

-- A visit is about a place: where nobody said which, it is where the station stands. Fires before number_station.
CREATE FUNCTION yizhan.mark_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position IS NOT NULL AND NOT NEW.visited ? 'at' THEN
        NEW.visited := NEW.visited || jsonb_build_object('at', jsonb_build_array(
            round(public.ST_X(NEW.position::public.geometry)::numeric, 7),
            round(public.ST_Y(NEW.position::public.geometry)::numeric, 7)));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER mark_visit BEFORE INSERT OR UPDATE OF visited ON yizhan.station
    FOR EACH ROW WHEN (NEW.visited <> '{}') EXECUTE FUNCTION yizhan.mark_visit();

-- The number of the street map: raised once by each import that changes it, so that a later commit has the higher one.
ALTER TABLE yizhan.registry ADD COLUMN street_version bigint NOT NULL DEFAULT 0 CHECK (street_version >= 0);

-- Where the street map changed: rectangles around objects that were added, removed or modified.
CREATE TABLE yizhan.street_change (
    change_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    street_version bigint NOT NULL,
    source         yizhan.line NOT NULL,
    place          public.geometry(Polygon, 4326) NOT NULL,
    recorded_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX street_change_place ON yizhan.street_change USING gist (place);
CREATE INDEX street_change_version ON yizhan.street_change (street_version);

-- Every object of a street source with a digest of its row: what two imports of it are compared by.
CREATE FUNCTION yizhan.street_objects(wanted text)
RETURNS TABLE (layer text, osm_id text, digest text, box public.geometry)
LANGUAGE sql STABLE AS $$
    SELECT 'street', o.osm_id, md5(o::text), public.ST_Envelope(o.geom) FROM yizhan.street AS o WHERE o.source = wanted
    UNION ALL SELECT 'building', o.osm_id, md5(o::text), public.ST_Envelope(o.geom) FROM yizhan.building AS o WHERE o.source = wanted
    UNION ALL SELECT 'barrier', o.osm_id, md5(o::text), public.ST_Envelope(o.geom) FROM yizhan.barrier AS o WHERE o.source = wanted
    UNION ALL SELECT 'gate', o.osm_id, md5(o::text), public.ST_Envelope(o.geom) FROM yizhan.gate AS o WHERE o.source = wanted
    UNION ALL SELECT 'compound', o.osm_id, md5(o::text), public.ST_Envelope(o.geom) FROM yizhan.compound AS o WHERE o.source = wanted
    UNION ALL SELECT 'obstacle', o.osm_id, md5(o::text), public.ST_Envelope(o.geom) FROM yizhan.obstacle AS o WHERE o.source = wanted
    UNION ALL SELECT 'entrance', o.osm_id, md5(o::text), public.ST_Envelope(o.geom) FROM yizhan.entrance AS o WHERE o.source = wanted
$$;

-- streets_version: the street map that was read for the verdict; -1 = not known, so the verdict is stale.
ALTER TABLE yizhan.frontage
    ADD COLUMN kind text NOT NULL DEFAULT 'computed' CHECK (kind IN ('computed', 'visited')),
    ADD COLUMN streets_version bigint NOT NULL DEFAULT -1;

-- A station loses its verdict when anything changes that the verdict was made from.
-- EXECUTE, so that each call is planned for its own number of rows: a plan kept from an update of one row would
-- join thousands by nested loops.
CREATE OR REPLACE FUNCTION yizhan.keep_station_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE $sql$
    INSERT INTO yizhan.history (station_id, entity, operation, data_version, actor, old, new)
    SELECT c.station_id, 'station',
           CASE WHEN c.was_deleted = c.is_deleted THEN 'update' WHEN c.is_deleted THEN 'delete' ELSE 'insert' END,
           c.data_version, yizhan.actor(), yizhan.changed_columns(c.o, c.n), yizhan.changed_columns(c.n, c.o)
    FROM (SELECT n.station_id, n.data_version, o.deleted_at IS NOT NULL AS was_deleted,
                 n.deleted_at IS NOT NULL AS is_deleted,
                 to_jsonb(o) - ARRAY['updated_at', 'version', 'data_version'] AS o,
                 to_jsonb(n) - ARRAY['updated_at', 'version', 'data_version'] AS n
          FROM new_rows AS n JOIN old_rows AS o USING (station_id)) AS c
    WHERE c.o <> c.n
    $sql$;
    EXECUTE $sql$
    DELETE FROM yizhan.frontage AS f USING new_rows AS n, old_rows AS o
    WHERE f.station_id = n.station_id AND o.station_id = n.station_id
      AND (n.position::bytea, n.position_kind, n.accuracy_m, n.floor, n.street_door, n.in_compound,
           n.registration_required, n.visited, n.deleted_at IS NULL)
          IS DISTINCT FROM
          (o.position::bytea, o.position_kind, o.accuracy_m, o.floor, o.street_door, o.in_compound,
           o.registration_required, o.visited, o.deleted_at IS NULL)
    $sql$;
    RETURN NULL;
END
$$;

-- Verdicts are kept statement by statement instead of row by row: a check stores thousands.
DROP TRIGGER keep_frontage ON yizhan.frontage;
DROP FUNCTION yizhan.keep_frontage();

CREATE FUNCTION yizhan.keep_new_frontage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM new_rows) THEN
        RETURN NULL;
    END IF;
    EXECUTE $sql$
    INSERT INTO yizhan.history (station_id, entity, operation, data_version, actor, new)
    SELECT n.station_id, 'frontage', 'insert', v.taken, yizhan.actor(),
           jsonb_build_object('verdict', n.verdict, 'rule', n.rule, 'kind', n.kind, 'reason_zh', n.reason_zh,
           'parameters', n.parameters, 'streets_date', n.streets_date)
    FROM new_rows AS n CROSS JOIN (SELECT yizhan.transaction_data_version() AS taken) AS v
    $sql$;
    EXECUTE $sql$
    UPDATE yizhan.station AS s SET data_version = -1 FROM new_rows AS n WHERE s.station_id = n.station_id
    $sql$;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_new_frontage AFTER INSERT ON yizhan.frontage
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.keep_new_frontage();

-- A verdict stored again as it was changes nothing that readers see.
CREATE FUNCTION yizhan.keep_changed_frontage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text[];
BEGIN
    EXECUTE $sql$
    SELECT array_agg(n.station_id) FROM new_rows AS n JOIN old_rows AS o USING (station_id)
    WHERE (n.verdict, n.rule, n.kind, n.reason_zh, n.reason_en, n.evidence, n.parameters, n.streets_date)
          IS DISTINCT FROM
          (o.verdict, o.rule, o.kind, o.reason_zh, o.reason_en, o.evidence, o.parameters, o.streets_date)
    $sql$ INTO changed;
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE $sql$
    INSERT INTO yizhan.history (station_id, entity, operation, data_version, actor, old, new)
    SELECT n.station_id, 'frontage', 'update', v.taken, yizhan.actor(),
           jsonb_build_object('verdict', o.verdict, 'rule', o.rule, 'kind', o.kind, 'reason_zh', o.reason_zh,
           'parameters', o.parameters, 'streets_date', o.streets_date),
           jsonb_build_object('verdict', n.verdict, 'rule', n.rule, 'kind', n.kind, 'reason_zh', n.reason_zh,
           'parameters', n.parameters, 'streets_date', n.streets_date)
    FROM unnest($1) AS c(station_id) JOIN new_rows AS n USING (station_id) JOIN old_rows AS o USING (station_id)
        CROSS JOIN (SELECT yizhan.transaction_data_version() AS taken) AS v
    $sql$ USING changed;
    EXECUTE $sql$
    UPDATE yizhan.station AS s SET data_version = -1 FROM unnest($1) AS c(station_id) WHERE s.station_id = c.station_id
    $sql$ USING changed;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_changed_frontage AFTER UPDATE ON yizhan.frontage
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.keep_changed_frontage();

CREATE FUNCTION yizhan.keep_old_frontage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM old_rows) THEN
        RETURN NULL;
    END IF;
    EXECUTE $sql$
    INSERT INTO yizhan.history (station_id, entity, operation, data_version, actor, old)
    SELECT o.station_id, 'frontage', 'delete', v.taken, yizhan.actor(),
           jsonb_build_object('verdict', o.verdict, 'rule', o.rule, 'kind', o.kind, 'reason_zh', o.reason_zh,
           'parameters', o.parameters, 'streets_date', o.streets_date)
    FROM old_rows AS o CROSS JOIN (SELECT yizhan.transaction_data_version() AS taken) AS v
    $sql$;
    EXECUTE $sql$
    UPDATE yizhan.station AS s SET data_version = -1 FROM old_rows AS o WHERE s.station_id = o.station_id
    $sql$;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_old_frontage AFTER DELETE ON yizhan.frontage
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.keep_old_frontage();
