#!/bin/sh
# Run once by the database's image after roles.sql: passwords of the roles, owner of the database.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -d yizhan -v owner="$OWNER" -v writer="$WRITER" -v service="$SERVICE" <<'SQL'
ALTER ROLE yizhan_owner PASSWORD :'owner';
ALTER ROLE yizhan_writer PASSWORD :'writer';
ALTER ROLE yizhan_service PASSWORD :'service';
ALTER DATABASE yizhan OWNER TO yizhan_owner;
CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;
SQL
