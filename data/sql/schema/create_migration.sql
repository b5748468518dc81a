-- What was applied to this database, each with the SHA-256 of its text.
CREATE SCHEMA IF NOT EXISTS yizhan;
CREATE TABLE yizhan.migration (
    number     integer PRIMARY KEY CHECK (number > 0),
    name       text NOT NULL UNIQUE,
    checksum   text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
    applied_at timestamptz NOT NULL DEFAULT now()
)
