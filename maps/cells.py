"""Many stations as squares: counts of stations in cells from afar, stations by tile from nearby.

Both lie on the grid of web Mercator, over WGS-84 positions. A cell is as wide as ``CELL_PX`` pixels of the zoom it
was asked for.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from geo import coordsys
from maps import payload
from maps.options import Extent

TILES_FROM_ZOOM: Final = 12
"""From this zoom on stations themselves are drawn, by tiles of this very zoom."""
CELL_PX: Final = 64
MOST_CELLS_ACROSS: Final = 80
"""How many cells an answer is wide and high at most; more coarse ones are given instead."""

_TILE_PX: Final = 256
_MAX_LAT: Final = 85.0511
_DECIMALS: Final = 5

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def encode(lon: Floats, lat: Floats, is_24h: Flags, zoom: int, extent: Extent) -> bytes:
    """Count stations in the cells that an extent touches, each cell whole.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees of located stations, shape (stations,).
    is_24h
        Which serve round the clock, shape (stations,).
    zoom
        Of the map, 0 or more.
    extent
        What the map shows; a wider one than ``MOST_CELLS_ACROSS`` cells gets larger cells.

    Returns
    -------
    json
        ``columns``: per cell that is not empty, in order of row and column, ``n`` and ``n24`` (numbers of
        stations), the mean position ``lon``, ``lat`` (WGS-84), ``glon``, ``glat`` (GCJ-02), and what the
        stations span: ``west``, ``south``, ``east``, ``north``.
    """
    west, south, east, north = extent
    left, top = (float(v[0]) for v in _unit(np.array([west]), np.array([north])))
    right, bottom = (float(v[0]) for v in _unit(np.array([east]), np.array([south])))
    cells = float(2**zoom) * (_TILE_PX // CELL_PX)
    while max(right - left, bottom - top) * cells > MOST_CELLS_ACROSS:
        cells /= 2
    x, y = _unit(lon, lat)
    column, row = np.floor(x * cells).astype(np.int64), np.floor(y * cells).astype(np.int64)
    inside = (column >= np.floor(left * cells)) & (column <= np.floor(right * cells))
    inside &= (row >= np.floor(top * cells)) & (row <= np.floor(bottom * cells))
    chosen = np.flatnonzero(inside)
    chosen = chosen[np.lexsort((column[chosen], row[chosen]))]
    column, row = column[chosen], row[chosen]
    first = np.flatnonzero(np.diff(row, prepend=-1) | np.diff(column, prepend=-1))
    return payload.dumps({"columns": _columns(lon[chosen], lat[chosen], is_24h[chosen], first)}).encode()


def tile_of(lon: Floats, lat: Floats, zoom: int = TILES_FROM_ZOOM) -> tuple[Numbers, Numbers]:
    """Column and row of the tile that each position lies in: of each zoom, exactly one.

    Examples
    --------
    >>> [int(v[0]) for v in tile_of(np.array([116.4]), np.array([39.9]), zoom=3)]
    [6, 3]
    """
    across, down = _unit(lon, lat)
    side = float(2**zoom)
    return np.floor(across * side).astype(np.int64), np.floor(down * side).astype(np.int64)


def _columns(lon: Floats, lat: Floats, is_24h: Flags, first: npt.NDArray[np.intp]) -> dict[str, Any]:
    if not len(first):
        names = ("n", "n24", "lon", "lat", "glon", "glat", "west", "south", "east", "north")
        return {name: [] for name in names}
    n = np.diff(first, append=len(lon))
    mean_lon, mean_lat = np.add.reduceat(lon, first) / n, np.add.reduceat(lat, first) / n
    glon, glat = coordsys.from_wgs84(mean_lon, mean_lat, "gcj02")
    degrees = {
        "lon": mean_lon,
        "lat": mean_lat,
        "glon": glon,
        "glat": glat,
        "west": np.minimum.reduceat(lon, first),
        "south": np.minimum.reduceat(lat, first),
        "east": np.maximum.reduceat(lon, first),
        "north": np.maximum.reduceat(lat, first),
    }
    counted = {"n": n.tolist(), "n24": np.add.reduceat(is_24h.astype(np.int64), first).tolist()}
    return counted | {name: np.round(values, _DECIMALS).tolist() for name, values in degrees.items()}


def _unit(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Project to the unit square of web Mercator, y to the south; the poles are clamped to its edges."""
    sine = np.sin(np.radians(np.clip(lat, -_MAX_LAT, _MAX_LAT)))
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    below_one = np.nextafter(1.0, 0.0)
    return np.clip((lon + 180) / 360, 0.0, below_one), np.clip(y, 0.0, below_one)
