-- Hold a number on this connection, unless another one holds it. Parameters: number (bigint).
SELECT pg_try_advisory_lock(%(number)s)
