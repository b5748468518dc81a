-- One row when the database exists. Parameters: name.
SELECT 1 FROM pg_database WHERE datname = %(name)s
