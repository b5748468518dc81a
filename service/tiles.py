"""Registries too large for one overview: cells counted for the view from afar, stations by tile from nearby."""

from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from data.hours.schedule import SHANGHAI
from maps import cells
from maps.options import Extent
from maps.served import tile as encoded
from service import decoding, discovery
from service.snapshot import Snapshot

ZOOMS: Final = range(cells.TILES_FROM_ZOOM, 19)
"""Zooms at which there are tiles."""
KEPT: Final = 256
"""How many tiles are kept, packed."""


class Tile(NamedTuple):
    """One tile of web Mercator, of an area (None: all)."""

    adcode: str | None
    zoom: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether there is such a tile."""
        return self.zoom in ZOOMS and max(self.x, self.y) < 2**self.zoom


def count(snapshot: Snapshot, adcode: str | None, zoom: int, extent: Extent) -> bytes:
    """Count the stations of an area in the cells of a view; see ``maps.cells.encode``."""
    rows = discovery.rows_of(snapshot, adcode)
    arrays = snapshot.columns.arrays
    return cells.encode(arrays["lon"][rows], arrays["lat"][rows], arrays["is_24h"][rows], zoom, extent)


def tile(snapshot: Snapshot, asked: Tile) -> bytes:
    """Give what list and map need of the stations in a tile, at most ``OVERVIEW_STATIONS`` of them, by id."""
    rows = _rows_in(snapshot, asked)[: discovery.OVERVIEW_STATIONS]
    arrays = snapshot.columns.arrays
    stations = decoding.frame(snapshot.bodies[rows], arrays["lon"][rows], arrays["lat"][rows])
    today = datetime.now(SHANGHAI).date()
    return encoded(discovery.with_hours(stations, snapshot.schedules.holidays, today))


def _rows_in(snapshot: Snapshot, asked: Tile) -> npt.NDArray[np.intp]:
    rows = discovery.rows_of(snapshot, asked.adcode)
    lon, lat = (snapshot.columns.arrays[axis][rows] for axis in ("lon", "lat"))
    x, y = cells.tile_of(lon, lat, asked.zoom)
    return rows[np.flatnonzero((x == asked.x) & (y == asked.y))]
