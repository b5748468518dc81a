-- What one server says of itself: version (number, as 150004), PostGIS (NULL = not in this database), who asks, whether
-- as a superuser, whether it is a standby, whether that one receives, its lag (seconds; NULL on a primary), its clock,
-- connections in use and allowed.
SELECT current_setting('server_version_num')::integer,
       (SELECT e.extversion FROM pg_extension AS e WHERE e.extname = 'postgis'),
       current_user::text, (SELECT r.rolsuper FROM pg_roles AS r WHERE r.rolname = current_user),
       pg_is_in_recovery(), EXISTS (SELECT FROM pg_stat_wal_receiver AS w WHERE w.pid IS NOT NULL),
       CASE WHEN NOT pg_is_in_recovery() THEN NULL
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::double precision,
       clock_timestamp(),
       (SELECT count(*) FROM pg_stat_activity AS a WHERE a.backend_type = 'client backend'),
       current_setting('max_connections')::integer
