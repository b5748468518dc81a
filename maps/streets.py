"""Streets as a quiet background: few drawing ranks, coordinates as small whole numbers."""

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geo import coordsys
from maps.base import TileSystem

RANKS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link"}),
    frozenset({"secondary", "secondary_link", "tertiary", "tertiary_link"}),
    frozenset({"unclassified", "residential", "living_street", "pedestrian", "road"}),
    frozenset({"service", "footway", "path", "cycleway", "steps", "track", "corridor", "bridleway"}),
)
"""Classes of highway by rank, the widest first; a class in none of them is drawn like the last."""

PER_DEGREE: Final = 1_000_000
"""Coordinates are written in millionths of a degree."""


def encode(streets: Any, system: TileSystem = "wgs84") -> dict[str, Any]:
    """Encode a street layer for drawing.

    Parameters
    ----------
    streets
        GeoDataFrame by contract ``geo.frames.STREETS``, in any CRS; may be empty.
    system
        The system of the map it is drawn on.

    Returns
    -------
    layer
        ``lines``: per rank a list of lines, each ``[x0, y0, dx1, dy1, …]`` in millionths of a degree, the
        later points as steps from the one before. ``labels``: ``[name, x, y, angle]`` once per street name,
        at the middle of its longest way, angle in degrees clockwise, -90 to 90.
    """
    if len(streets) == 0:
        return {"lines": [[] for _ in RANKS], "labels": []}
    located = streets if streets.crs is None else streets.to_crs(4326)
    rank = _rank(located["highway"])
    geometry = np.asarray(located.geometry.array)
    lines = [_lines(geometry[rank == r], system) for r in range(len(RANKS))]
    return {"lines": lines, "labels": _labels(located, geometry, rank, system)}


def _rank(highway: pd.Series) -> "np.ndarray[Any, np.dtype[np.int64]]":
    table = {name: number for number, names in enumerate(RANKS) for name in names}
    return np.asarray(highway.map(table).fillna(len(RANKS) - 1), dtype=np.int64)


def _lines(geometry: Any, system: TileSystem) -> list[list[int]]:
    points, line = shapely.get_coordinates(geometry, return_index=True)
    whole = _whole(points, system)
    starts = np.flatnonzero(np.diff(line, prepend=-1))
    steps = np.diff(whole, axis=0, prepend=whole[:1])
    steps[starts] = whole[starts]
    return [part.ravel().tolist() for part in np.split(steps, starts[1:])] if len(starts) else []


def _whole(points: Any, system: TileSystem) -> "np.ndarray[Any, np.dtype[np.int64]]":
    x, y = points[:, 0], points[:, 1]
    if system == "gcj02":
        x, y = coordsys.from_wgs84(x, y, "gcj02")
    return np.round(np.column_stack([x, y]) * PER_DEGREE).astype(np.int64)


def _labels(streets: Any, geometry: Any, rank: Any, system: TileSystem) -> list[list[Any]]:
    named = streets["name"].notna().to_numpy() & (rank < len(RANKS) - 1)
    table = pd.DataFrame(
        {
            "name": streets["name"].to_numpy(),
            "length": shapely.length(geometry),
            "at": np.arange(len(streets)),
        }
    )[named]
    longest = table.sort_values(["length", "at"], ascending=[False, True]).drop_duplicates("name")
    chosen = geometry[longest["at"].to_numpy()]
    middle = shapely.get_coordinates(shapely.line_interpolate_point(chosen, 0.5, normalized=True))
    before, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(chosen, f, normalized=True))
        for f in (0.45, 0.55)
    )
    step = after - before
    # North is up on the screen, so a way to the north-east turns counter-clockwise.
    shrink = np.cos(np.radians(middle[:, 1])) if len(middle) else np.ones(0)
    angle = np.degrees(np.arctan2(-step[:, 1], step[:, 0] * shrink))
    upright = (angle + 90) % 180 - 90
    whole = _whole(middle, system)
    return [
        [name, int(x), int(y), round(float(turn))]
        for name, (x, y), turn in zip(longest["name"], whole, upright, strict=True)
    ]
