-- Who may do what, how a registry that was restored is told from the one before, and how far back its history goes.

-- One mark per data version. After a restore the same number means other rows; its mark tells, also when numbers have
-- passed the old one meanwhile and the registry has kept its id.
CREATE TABLE yizhan.version_mark (
    data_version bigint PRIMARY KEY,
    mark         uuid NOT NULL DEFAULT gen_random_uuid(),
    made_at      timestamptz NOT NULL DEFAULT now()
);
INSERT INTO yizhan.version_mark (data_version) SELECT data_version FROM yizhan.registry;

CREATE OR REPLACE FUNCTION yizhan.transaction_data_version() RETURNS bigint
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
    -- A number that was there before, as after a restore of the stations alone, gets a new mark.
    INSERT INTO yizhan.version_mark (data_version) VALUES (taken)
        ON CONFLICT (data_version) DO UPDATE SET mark = gen_random_uuid(), made_at = now();
    PERFORM set_config('yizhan.data_version', taken::text, true);
    PERFORM pg_notify('yizhan_changed', taken::text);
    RETURN taken;
END
$$;

-- From when on the history is whole; NULL = from the beginning. What is older was trimmed.
ALTER TABLE yizhan.registry ADD COLUMN history_since timestamptz;
CREATE INDEX history_changed_at ON yizhan.history USING brin (changed_at);

-- An import refreshes statistics, which only the owner of a table may do.
CREATE FUNCTION yizhan.analyze_stations() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    ANALYZE yizhan.station (station_id, source, code, name, address);
END
$$;

-- The rights of the roles of deploy/roles.sql, as far as these roles exist; without them the owner does everything.
-- Called by each migration run, so that a table of a later migration is covered, and whatever was granted by hand to
-- these roles ends. Deliberately no default privileges: a table made by hand is nobody else's until somebody says so.
CREATE FUNCTION yizhan.grant_roles() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    grantee text;
    secret text;
    kept text;
BEGIN
    FOR grantee IN SELECT r.rolname FROM pg_roles AS r
                   WHERE r.rolname IN ('yizhan_reader', 'yizhan_service', 'yizhan_writer') ORDER BY r.rolname LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA yizhan FROM %I', grantee);
        EXECUTE format('GRANT USAGE ON SCHEMA yizhan TO %I', grantee);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA yizhan TO %I', grantee);
        CONTINUE WHEN grantee = 'yizhan_service';
        IF grantee = 'yizhan_writer' THEN
            EXECUTE format('GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA yizhan TO %I', grantee);
            EXECUTE format('GRANT EXECUTE ON FUNCTION yizhan.analyze_stations() TO %I', grantee);
            -- What happened stays written, and nobody but the owner says which schema this is.
            FOR kept IN SELECT c.relname FROM pg_class AS c
                        WHERE c.relnamespace = 'yizhan'::regnamespace AND c.relkind = 'r'
                          AND c.relname IN ('history', 'candidate_step', 'campaign_change') LOOP
                EXECUTE format('REVOKE UPDATE, DELETE ON yizhan.%I FROM %I', kept, grantee);
            END LOOP;
            EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON yizhan.migration FROM %I', grantee);
            EXECUTE format('REVOKE INSERT, DELETE ON yizhan.registry FROM %I', grantee);
            EXECUTE format('REVOKE DELETE ON yizhan.station FROM %I', grantee);
            CONTINUE;
        END IF;
        -- People and their maps need no keys, not even hashed, nor what importers were told or strangers reported.
        FOR secret IN SELECT c.relname FROM pg_class AS c
                      WHERE c.relnamespace = 'yizhan'::regnamespace AND c.relkind = 'r'
                        AND c.relname IN ('access_key', 'import_answer', 'report', 'report_salt') LOOP
            EXECUTE format('REVOKE ALL ON yizhan.%I FROM %I', secret, grantee);
        END LOOP;
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION yizhan.analyze_stations(), yizhan.grant_roles() FROM PUBLIC;
SELECT yizhan.grant_roles();
