-- Let go of a number held on this connection. Parameters: number (bigint).
SELECT pg_advisory_unlock(%(number)s)
