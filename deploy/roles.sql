-- The roles of a registry. A superuser runs this once per server, before the database is made or restored:
--     sudo -u postgres psql -f deploy/roles.sql
-- Twice is the same as once. What each may do in the registry is granted by `yizhan db migrate`
-- (yizhan.grant_roles() in data/sql/migrations/0007_roles.sql).
--
-- yizhan_owner    owns database and tables: migrations, trimming the history, backups
-- yizhan_writer   imports, checks and writes; cannot change the schema, nor what the history says
-- yizhan_service  what the running service reads as, the hashes of keys included; never writes
-- yizhan_reader   cannot log in; for people with QGIS or GDAL (CREATE ROLE … LOGIN PASSWORD '…' IN ROLE yizhan_reader);
--                 sees no keys
--
-- Timeouts here hold for any client. The program sets its own in each session (data/postgres/db.py), for its work differs.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT format('CREATE ROLE %I NOLOGIN', wanted) FROM unnest(ARRAY[
    'yizhan_owner', 'yizhan_writer', 'yizhan_service', 'yizhan_reader']) AS wanted
WHERE NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = wanted) \gexec

ALTER ROLE yizhan_owner LOGIN;
ALTER ROLE yizhan_writer LOGIN;
ALTER ROLE yizhan_service LOGIN;
GRANT yizhan_reader TO yizhan_service, yizhan_writer;

ALTER ROLE yizhan_owner SET lock_timeout = '300s';
ALTER ROLE yizhan_writer SET statement_timeout = '600s';
ALTER ROLE yizhan_writer SET lock_timeout = '60s';
ALTER ROLE yizhan_writer SET idle_in_transaction_session_timeout = '600s';
ALTER ROLE yizhan_service SET default_transaction_read_only = on;
ALTER ROLE yizhan_service SET statement_timeout = '60s';
ALTER ROLE yizhan_service SET lock_timeout = '5s';
ALTER ROLE yizhan_service SET idle_in_transaction_session_timeout = '120s';
