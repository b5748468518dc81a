"""Files of a study of coverage: figures for a spreadsheet, layers for a GIS, and what they are made from."""
