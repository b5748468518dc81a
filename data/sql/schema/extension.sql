-- This database and the schema of its PostGIS; NULL when PostGIS is not installed in it.
-- Columns: database, schema.
SELECT current_database(),
       (SELECT n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
        WHERE e.extname = 'postgis')
