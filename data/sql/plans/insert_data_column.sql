-- Names one column: :layer, :column, :zh (alias), :en (description). SQLite.
INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description)
VALUES (:layer, :column, :zh, :zh, :en)
