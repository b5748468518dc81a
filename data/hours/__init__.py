"""Opening hours: as posted, as OSM writes them, under the holidays of China."""
