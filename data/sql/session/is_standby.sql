-- Whether this server only repeats what another one does. Columns: is_standby (boolean).
SELECT pg_is_in_recovery()
