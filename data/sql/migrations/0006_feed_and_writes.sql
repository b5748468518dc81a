-- What followers, writers and people who look for duplicates need: withdrawals, uploads answered once, decisions.

-- The public stations, as every reader tells them: for outdoor workers, in service or temporarily closed, no tombstone.
CREATE FUNCTION yizhan.is_public(audience text, status text, deleted_at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT audience = 'outdoor_workers' AND status IN ('open', 'temporarily_closed') AND deleted_at IS NULL
$$;

-- A station that a person found to be another one: a tombstone that names the one that stays.
ALTER TABLE yizhan.station ADD COLUMN merged_into text REFERENCES yizhan.station (station_id)
    CHECK (merged_into <> station_id);
ALTER TABLE yizhan.station ADD CONSTRAINT merged_is_deleted CHECK (merged_into IS NULL OR deleted_at IS NOT NULL);
CREATE INDEX station_merged_into ON yizhan.station (merged_into) WHERE merged_into IS NOT NULL;
COMMENT ON COLUMN yizhan.station.merged_into IS '已并入的驿站：经人确认为同一处';

-- When a station was last taken from the public: what a follower of the feed has to forget. Kept apart from the
-- history, so that pruning the history breaks no follower.
CREATE TABLE yizhan.withdrawal (
    station_id   text PRIMARY KEY REFERENCES yizhan.station (station_id),
    data_version bigint NOT NULL,
    withdrawn_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX withdrawal_data_version ON yizhan.withdrawal (data_version);

CREATE FUNCTION yizhan.keep_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- EXECUTE, as in keep_station_update: planned for its own number of rows.
    EXECUTE $sql$
    INSERT INTO yizhan.withdrawal AS w (station_id, data_version)
    SELECT n.station_id, n.data_version FROM new_rows AS n JOIN old_rows AS o USING (station_id)
    WHERE yizhan.is_public(o.audience, o.status, o.deleted_at)
      AND NOT yizhan.is_public(n.audience, n.status, n.deleted_at)
    ON CONFLICT (station_id) DO UPDATE SET data_version = excluded.data_version, withdrawn_at = now()
    $sql$;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_withdrawal AFTER UPDATE ON yizhan.station
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION yizhan.keep_withdrawal();

-- Changes are told to followers from this version on; who has an older copy takes the whole.
ALTER TABLE yizhan.registry ADD COLUMN feed_from bigint NOT NULL DEFAULT 0 CHECK (feed_from >= 0);
UPDATE yizhan.registry SET feed_from = data_version;

-- An upload that was carried out, so that a replay of it is answered and not repeated. Written in its transaction.
CREATE TABLE yizhan.import_answer (
    holder          text NOT NULL,
    idempotency_key text NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    request_sha256  text NOT NULL CHECK (request_sha256 ~ '^[0-9a-f]{64}$'),
    batch_id        bigint NOT NULL UNIQUE REFERENCES yizhan.import_batch (batch_id),
    answer          text NOT NULL,   -- the JSON, byte by byte
    rejected_csv    bytea,           -- the rejected rows, to be mended and sent again; NULL when there are none
    answered_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (holder, idempotency_key)
);
CREATE INDEX import_answer_answered_at ON yizhan.import_answer (answered_at);

-- What a person decided about two stations that may be one; first_id is the lower of the two.
CREATE TABLE yizhan.duplicate_decision (
    first_id   text COLLATE "C" NOT NULL REFERENCES yizhan.station (station_id),
    second_id  text COLLATE "C" NOT NULL REFERENCES yizhan.station (station_id),
    verdict    text NOT NULL CHECK (verdict IN ('same', 'different')),
    stays      text CHECK (stays IN (first_id, second_id)),
    decided_by yizhan.line NOT NULL,
    note       yizhan.line,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (first_id, second_id),
    CHECK (first_id < second_id),
    CHECK ((verdict = 'same') = (stays IS NOT NULL))
);
