"""Many stations as squares: counts of stations in cells from afar, stations by tile from nearby."""

from typing import Final

TILES_FROM_ZOOM: Final = 12
"""From this zoom on stations themselves are drawn, by tiles of this very zoom."""
