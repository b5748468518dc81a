-- Keys of the HTTP interface. The secret itself is nowhere: only the SHA-256 of 256 random bits.

CREATE TABLE yizhan.access_key (
    key_id text PRIMARY KEY CHECK (key_id ~ '^[a-z2-7]{8}$'),
    secret_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(secret_sha256) = 32),
    label text NOT NULL CHECK (btrim(label) <> '' AND length(label) <= 100),
    scopes text[] NOT NULL CHECK (
        cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'bulk', 'write', 'admin']),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz CHECK (expires_at > created_at),
    revoked_at timestamptz,
    last_used date
);
COMMENT ON TABLE yizhan.access_key IS '接口密钥；只存密钥的 SHA-256，不存密钥本身';
COMMENT ON COLUMN yizhan.access_key.key_id IS '密钥的公开前缀';
COMMENT ON COLUMN yizhan.access_key.label IS '发给谁、做什么用';
COMMENT ON COLUMN yizhan.access_key.last_used IS '最近一次使用的日期，只精确到天';

-- The registry says that keys changed, never which. A day of use is no change that anybody waits for.
CREATE FUNCTION yizhan.announce_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('yizhan_keys', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER announce_keys
    AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF secret_sha256, label, scopes, expires_at, revoked_at
    ON yizhan.access_key FOR EACH STATEMENT EXECUTE FUNCTION yizhan.announce_keys();

-- A key that was taken back stays so.
CREATE FUNCTION yizhan.keep_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'a revoked key stays revoked; create another one' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_revoked BEFORE UPDATE OF revoked_at ON yizhan.access_key
    FOR EACH ROW EXECUTE FUNCTION yizhan.keep_revoked();
