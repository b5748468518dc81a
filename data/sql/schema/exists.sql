-- Whether this database has a list of migrations at all. Columns: exists (boolean).
SELECT to_regclass('yizhan.migration') IS NOT NULL
