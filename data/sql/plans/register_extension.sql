-- Says that a GeoPackage uses the extension "schema" in :table. SQLite.
INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)
VALUES (:table, NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write')
