"""The registry: PostGIS, files and importers, and what a station is."""
