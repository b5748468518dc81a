"""Stations: what one is, files in and out, reads and writes of the registry."""
