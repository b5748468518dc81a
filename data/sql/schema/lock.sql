-- One migrator at a time in this database, until the end of this transaction. Parameters: key (bigint).
SELECT pg_advisory_xact_lock(%(key)s)
