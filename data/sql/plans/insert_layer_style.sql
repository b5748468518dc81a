-- One default style: :layer, :name, :qml (XML), :description. SQLite.
INSERT INTO layer_styles (
    f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
    styleName, styleQML, styleSLD, useAsDefault, description, owner
)
VALUES ('', '', :layer, 'geom', :name, :qml, '', 1, :description, '')
