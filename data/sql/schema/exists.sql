-- Whether this database has a list of migrations. Columns: exists (boolean).
-- A scan, not to_regclass(): that one may answer from before this transaction got the migrators' lock.
SELECT EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
               WHERE n.nspname = 'yizhan' AND c.relname = 'migration')
