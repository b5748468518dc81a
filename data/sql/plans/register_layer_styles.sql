-- Lists the table of styles among the contents of the GeoPackage, as QGIS does. SQLite.
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('layer_styles', 'attributes', 'layer_styles', '')
