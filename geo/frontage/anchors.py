"""Where a station meets the outside: its entrance, the facades of its building, or its point.

Each tested position gets one **site** (a point, an entrance, the facades or the mapped entrances of a
building) with its anchors. Positions that share a building share its sites: nothing is computed twice.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.frontage.parameters import Parameters
from geo.frontage.streetmap import Geometries, Index, StreetMap

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

POINT: Final = 0
ENTRANCE: Final = 1
MAPPED_ENTRANCE: Final = 2
FACADE: Final = 3
ANCHOR_KINDS: Final = ("point", "entrance", "mapped_entrance", "facade")

_MOST_ANCHORS: Final = 5000
_OTHER_DOORS: Final = frozenset({"staircase", "service", "emergency", "exit", "home", "garage", "no"})


@dataclass(frozen=True)
class Anchors:
    """Anchor points, sorted by site and along the ring.

    ``site`` the site of each; ``nx, ny`` the outward unit normal (NaN where the anchor looks everywhere);
    ``own`` the row of the building that bears it (-1 none); ``following`` the next anchor on the same ring
    (-1 none). Shapes (anchors,). ``kind`` per site, shape (sites,).
    """

    x: Floats
    y: Floats
    nx: Floats
    ny: Floats
    site: Index
    own: Index
    following: Index
    kind: NDArray[np.int8]

    @cached_property
    def points(self) -> Geometries:
        """Anchors as geometries."""
        return np.asarray(shapely.points(self.x, self.y), dtype=object)


@dataclass(frozen=True)
class Placement:
    """The sites of positions, shape (positions,).

    ``site`` of each; ``second``, the facades behind mapped entrances, else -1; ``deep``:
    further than ``deep_m`` from every wall of its own footprint.
    """

    anchors: Anchors
    site: Index
    second: Index
    deep: Flags


def place(
    x: Floats,
    y: Floats,
    sigma_m: Floats,
    entrance: Flags,
    snap: Flags,
    streets: StreetMap,
    parameters: Parameters,
) -> Placement:
    """Find the site and the anchors of each position.

    Parameters
    ----------
    x, y
        Positions in the map's CRS, metres, shape (positions,); no gaps.
    sigma_m
        Position uncertainty, metres, shape (positions,).
    entrance
        The position is the station's own entrance.
    snap
        Facades of the building may stand for the position.
    streets
        The map.
    parameters
        Steps and distances; a position is drawn to a building within ``sigma_m``, at most ``snap_m``.

    Returns
    -------
    placement
        One site per position, and for buildings with mapped entrances a second one: its facades.
    """
    points = np.asarray(shapely.points(x, y), dtype=object)
    building = _building_of(points, sigma_m, streets, parameters)
    faced = snap & ~entrance & (building >= 0)
    used, slot = np.unique(building[faced], return_inverse=True)
    alone = np.flatnonzero(~faced)
    doors, door_slot = _doors(used, streets, parameters)
    has_doors = np.isin(np.arange(len(used)), door_slot)
    facade_site = len(alone) + np.arange(len(used))
    door_site = len(alone) + len(used) + np.cumsum(has_doors) - 1
    site, second = np.empty(len(x), dtype=np.intp), np.full(len(x), -1, dtype=np.intp)
    site[alone] = np.arange(len(alone))
    site[faced] = np.where(has_doors, door_site, facade_site)[slot]
    second[faced] = np.where(has_doors, facade_site, -1)[slot]
    kind = np.concatenate(
        [
            np.where(entrance[alone], ENTRANCE, POINT),
            np.full(len(used), FACADE),
            np.full(int(has_doors.sum()), MAPPED_ENTRANCE),
        ]
    ).astype(np.int8)
    rows = streets.building_layer.rows
    bearing = np.where(_bears(points, building, entrance, streets), building, -1)[alone]
    plain = _plain(x[alone], y[alone], np.arange(len(alone)), _rows(rows, bearing), kind)
    walls = facades(streets.building_layer.geometry[used], facade_site, rows[used], parameters, kind)
    shapes = shapely.get_coordinates(doors)
    mapped = _plain(shapes[:, 0], shapes[:, 1], door_site[door_slot], rows[used][door_slot], kind)
    return Placement(
        _join([plain, walls, mapped], kind), site, second, _deep(points, building, streets, parameters)
    )


def facades(
    buildings: Geometries, site: Index, own: Index, parameters: Parameters, kind: NDArray[np.int8]
) -> Anchors:
    """Lay anchors along the outer walls, from both ends of each wall to its middle.

    The first point stands a quarter of the wall from its end, at most half a step; the next ones follow every
    ``facade_step_m`` (more on an outline above 10 km, which is a slip of the drawing). A wall and its mirror image
    have mirrored points; courtyards have none.

    Examples
    --------
    >>> square = np.array([shapely.box(0, 0, 4, 4)], dtype=object)
    >>> laid = facades(square, np.array([0]), np.array([0]), Parameters(), np.array([FACADE], np.int8))
    >>> [(float(x), float(y)) for x, y in zip(laid.x[:4], laid.y[:4])]
    [(3.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 3.0)]
    >>> float(laid.ny[0])
    -1.0
    """
    rings = shapely.get_exterior_ring(shapely.orient_polygons(buildings, exterior_cw=True))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end, wall_ring = xy[:-1][same], xy[1:][same], ring[:-1][same]
    length = np.hypot(*(end - start).T)
    outline = np.bincount(wall_ring, weights=length, minlength=len(buildings))
    step = np.maximum(parameters.facade_step_m, outline / _MOST_ANCHORS)
    offset, wall = _offsets(length, step[wall_ring])
    along = (end - start)[wall] / np.maximum(length[wall], 1e-12)[:, None]
    at = start[wall] + along * offset[:, None]
    owner = wall_ring[wall]
    following = np.arange(1, len(at) + 1)
    last = (
        np.flatnonzero(np.append(owner[1:] != owner[:-1], True)) if len(owner) else np.empty(0, dtype=np.intp)
    )
    following[last] = np.concatenate([[0], last[:-1] + 1])[: len(last)]
    return Anchors(at[:, 0], at[:, 1], -along[:, 1], along[:, 0], site[owner], own[owner], following, kind)


def _offsets(length: Floats, step_m: Floats) -> tuple[Floats, Index]:
    """Distances from the wall's start, ascending, and the wall of each."""
    first = np.minimum(step_m / 2, length / 4)
    half = np.maximum(np.floor((length / 2 - first) / step_m + 1e-9).astype(np.intp) + 1, 1)
    wall = np.repeat(np.arange(len(length)), half)
    turn = np.arange(len(wall)) - np.repeat(np.cumsum(half) - half, half)
    near = first[wall] + turn * step_m[wall]
    far = length[wall] - near
    apart = far - near > 1e-6
    offset, owner = np.concatenate([near, far[apart]]), np.concatenate([wall, wall[apart]])
    order = np.lexsort((offset, owner))
    return offset[order], owner[order]


def _building_of(points: Geometries, sigma_m: Floats, streets: StreetMap, parameters: Parameters) -> Index:
    """Position in ``building_layer`` of the largest building with the point, else the nearest in reach."""
    layer = streets.building_layer
    found = np.full(len(points), -1, dtype=np.intp)
    if not len(layer) or not len(points):
        return found
    reach_m = np.clip(sigma_m, 1e-6, max(parameters.snap_m, 1e-6))
    (point, building), distance = layer.tree.query_nearest(
        points, max_distance=float(reach_m.max()), return_distance=True
    )
    near = distance <= reach_m[point]
    point, building = point[near], building[near]
    order = np.lexsort((building, -shapely.area(layer.geometry[building]), point))
    first = np.unique(point[order], return_index=True)[1]
    found[point[order][first]] = building[order][first]
    return found


def _bears(points: Geometries, building: Index, entrance: Flags, streets: StreetMap) -> Flags:
    """Whether the building bears the point: of an entrance when near, of a plain point when around it."""
    distance = np.full(len(points), np.inf)
    has = building >= 0
    distance[has] = shapely.distance(points[has], streets.building_layer.geometry[building[has]])
    bears: Flags = has & (entrance | (distance == 0))
    return bears


def _doors(used: Index, streets: StreetMap, parameters: Parameters) -> tuple[Geometries, Index]:
    """Find the mapped public doors on the outlines of the used buildings, and their buildings' slots.

    Main entrances alone where a building has one.
    """
    layer = streets.entrance_layer
    nothing = np.empty(0, dtype=object), np.empty(0, dtype=np.intp)
    if not len(layer) or not len(used):
        return nothing
    outline = shapely.get_exterior_ring(streets.building_layer.geometry[used])
    slot, door = layer.tree.query(outline, predicate="dwithin", distance=parameters.entrance_m)
    tag = streets.entrances["entrance"].astype(object).to_numpy()[layer.rows][door]
    access = streets.entrances["access"].astype(object).to_numpy()[layer.rows][door]
    good = ~np.isin(tag.astype(str), list(_OTHER_DOORS)) & ~np.isin(access.astype(str), ["no", "private"])
    main = np.isin(slot, slot[good & (tag == "main")])
    good &= ~main | (tag == "main")
    slot, door = slot[good], door[good]
    order = np.argsort(slot, kind="stable")
    return layer.geometry[door[order]], slot[order]


def _deep(points: Geometries, building: Index, streets: StreetMap, parameters: Parameters) -> Flags:
    deep = np.zeros(len(points), dtype=bool)
    has = np.flatnonzero(building >= 0)
    shape = streets.building_layer.geometry[building[has]]
    inside: Flags = shapely.intersects(shape, points[has])
    wall_m = shapely.distance(shapely.boundary(shape), points[has])
    deep[has] = inside & (wall_m > parameters.deep_m)
    return deep


def _rows(rows: Index, building: Index) -> Index:
    return np.where(building >= 0, rows[np.maximum(building, 0)], -1) if len(rows) else building


def _plain(x: Floats, y: Floats, site: Index, own: Index, kind: NDArray[np.int8]) -> Anchors:
    gap = np.full(len(x), np.nan)
    return Anchors(x, y, gap, gap, site, own, np.full(len(x), -1, dtype=np.intp), kind)


def _join(groups: list[Anchors], kind: NDArray[np.int8]) -> Anchors:
    start = np.cumsum([0] + [len(g.x) for g in groups])
    following = [np.where(g.following >= 0, g.following + s, -1) for g, s in zip(groups, start, strict=False)]
    merged = {
        n: np.concatenate([getattr(g, n) for g in groups]) for n in ("x", "y", "nx", "ny", "site", "own")
    }
    return Anchors(**merged, following=np.concatenate(following), kind=kind)
