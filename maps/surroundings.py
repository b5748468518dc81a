"""What stands around stations: street layers clipped to their neighbourhoods and written compactly.

Objects come in as frames and leave as short strings, array by array: a thousand neighbourhoods stay a few
megabytes, and a neighbourhood that several stations share is written once.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

REACH_M: Final = 130.0
"""How far around a station its surroundings are drawn: twice the reach of the rule, rounded up."""

PER_DEGREE: Final = 500_000
"""Coordinates are whole numbers of 1/500,000 degree, a quarter of a metre at most."""

_METRES_PER_DEGREE: Final = 111_195.0
_SIMPLE_DEG: Final = 3e-6
"""Tolerance of simplification, about 0.3 m."""

_WHOLE: Final = frozenset({"buildings", "gates", "entrances"})
"""Layers of small things, which are kept whole."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def around(
    layers: Mapping[str, gpd.GeoDataFrame], lon: Floats, lat: Floats, *, reach_m: float = REACH_M
) -> dict[str, gpd.GeoDataFrame]:
    """Cut street layers down to the squares around stations.

    Parameters
    ----------
    layers
        Frames by layer name in EPSG:4326, each with any columns.
    lon, lat
        The stations, degrees, shape (stations,).
    reach_m
        Half the side of the squares, metres.

    Returns
    -------
    layers
        The same frames with the rows that reach into a square; buildings and points whole, the rest clipped to
        the union of the squares; all simplified by 0.3 m. With ``compounds`` comes one more, ``borders``:
        their outlines. No station: no rows.
    """
    squares = _squares(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float), reach_m)
    wanted = dict(layers)
    if "compounds" in layers:
        # Before they are clipped: the edge of a square is no border of a compound.
        areas = layers["compounds"]
        wanted["borders"] = areas.set_geometry(areas.geometry.boundary)
    return {name: _clipped(frame, squares, name in _WHOLE) for name, frame in wanted.items()}


def encode(geometry: Any, origin: tuple[float, float]) -> tuple[list[str], Ints]:
    """Write lines and areas as strings.

    Parameters
    ----------
    geometry
        Array of points, lines, polygons or collections of these, EPSG:4326, shape (rows,).
    origin
        Longitude and latitude that coordinates are counted from.

    Returns
    -------
    shapes, row
        One string per part, and the row each came from, shape (parts,). In a string, each ring (or line) is
        its x and y steps in ``PER_DEGREE``, the first from the origin, as numbers of Google's "encoded
        polyline" format; rings are parted by spaces. Empty geometries give nothing.

    Examples
    --------
    >>> encode(np.array([shapely.LineString([(0, 0), (0.00004, -0.00002)])]), (0.0, 0.0))
    (['??g@R'], array([0]))
    """
    parts, row = shapely.get_parts(np.asarray(geometry, dtype=object), return_index=True)
    inner, outer = shapely.get_parts(parts, return_index=True)
    parts, row = inner, row[outer]
    is_area = shapely.get_dimensions(parts) == 2
    rings, part = _rings(parts, is_area)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    whole = np.round((xy - np.array(origin)) * PER_DEGREE).astype(np.int64)
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    steps = np.diff(whole, axis=0, prepend=whole[:1]) if len(whole) else whole
    steps[starts] = whole[starts]
    texts = _strings(steps, starts)
    first = np.flatnonzero(np.diff(part[ring[starts]], prepend=-1))
    shapes = [" ".join(texts[a:b]) for a, b in pairwise([*first.tolist(), len(texts)])]
    return shapes, row[part[ring[starts]]][first].astype(np.int64)


def _squares(lon: Floats, lat: Floats, reach_m: float) -> Any:
    high = reach_m / _METRES_PER_DEGREE
    wide = high / np.cos(np.radians(lat))
    return shapely.box(lon - wide, lat - high, lon + wide, lat + high)


def _clipped(frame: gpd.GeoDataFrame, squares: Any, whole: bool) -> gpd.GeoDataFrame:
    geometry = np.asarray(frame.geometry.to_numpy(), dtype=object)
    square, row = shapely.STRtree(geometry).query(squares, predicate="intersects")
    if whole:
        rows = np.unique(row)
        return _simple(frame.iloc[rows], geometry[rows])
    order = np.argsort(row, kind="stable")
    rows, first, count = np.unique(row[order], return_index=True, return_counts=True)
    frames = squares[square[order[first]]]
    # Only what crosses several squares asks for their union; pieces cut one by one would not fit together.
    for k in np.flatnonzero(count > 1):
        frames[k] = shapely.union_all(squares[square[order[first[k] : first[k] + count[k]]]])
    joined = shapely.intersection(geometry[rows], frames)
    lines = shapely.get_dimensions(joined) == 1
    joined[lines] = shapely.line_merge(joined[lines])
    return _simple(frame.iloc[rows], joined)


def _simple(frame: gpd.GeoDataFrame, geometry: Any) -> gpd.GeoDataFrame:
    simple = shapely.simplify(geometry, _SIMPLE_DEG)
    return frame.set_geometry(gpd.GeoSeries(simple, index=frame.index, crs=frame.crs)).reset_index(drop=True)


def _rings(parts: Any, is_area: Any) -> tuple[Any, Ints]:
    """Rings of areas and the other parts as they are, in the order of the parts, with the part of each."""
    rings, of = shapely.get_rings(parts[is_area], return_index=True)
    part = np.concatenate([np.flatnonzero(is_area)[of], np.flatnonzero(~is_area)])
    order = np.argsort(part, kind="stable")
    return np.concatenate([rings, parts[~is_area]])[order], part[order].astype(np.int64)


def _strings(steps: Ints, starts: Ints) -> list[str]:
    """Encode steps, shape (points, 2), as text, one string per run that begins at ``starts``."""
    values = np.where(steps < 0, ~(steps << 1), steps << 1).ravel()
    width = np.searchsorted(32 ** np.arange(1, 8, dtype=np.int64), values, side="right") + 1
    last = np.cumsum(width)
    turn = np.arange(int(width.sum())) - np.repeat(last - width, width)
    chunk = (np.repeat(values, width) >> (5 * turn)) & 31
    more = turn < np.repeat(width, width) - 1
    text = (chunk + 32 * more + 63).astype(np.uint8).tobytes().decode("ascii")
    begin = [*(last - width)[2 * starts].tolist(), len(text)]
    return [text[a:b] for a, b in pairwise(begin)]
