"""The street map: OSM extracts into PostGIS, and back as layers."""
