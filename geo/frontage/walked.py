"""What a way in crosses: the gates it passes, the openings in walls and borders, and the steps it climbs.

Only evidence asks, for the few stations whose answer hangs on a walk, so walks are followed when they are told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.frontage.gates import STATE_NAMES, gate_states
from geo.frontage.obstacles import BUILDING, LAYER_NAMES, OBSTACLE, Segments, crossings
from geo.frontage.parameters import Parameters
from geo.frontage.streetmap import Index, StreetMap
from geo.frontage.wayin import ON_WAY_M, WalkNet, WayIn, walk_net

Record = dict[str, Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Walked:
    """One walk: what it crosses in its order, each once, and the OSM ids of the ways walked on.

    Each of ``crosses`` has ``kind`` (gate, steps, or the layer of a wall or border with an opening there), ``osm_id``
    and ``state``: that of the gate itself; an opening is unknown, steps are open.
    """

    crosses: list[Record] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Routes:
    """The legs of all walks, one after the other: owner, number on the walk, ends, and street row (-1 none)."""

    owner: Index
    turn: Index
    legs: Segments
    row: Index


def follow(way_in: WayIn, sites: Index, streets: StreetMap, parameters: Parameters) -> list[Walked]:
    """Follow the walks of some sites from the anchor to where they reach the street.

    Parameters
    ----------
    way_in
        The walks of all sites.
    sites
        Which of them, shape (n,).
    streets, parameters
        The map and the numbers that the walks were found with.

    Returns
    -------
    walked
        One for each of ``sites``; nothing is crossed where there is no walk.
    """
    walked = [Walked() for _ in sites]
    there = np.flatnonzero(~np.isnan(way_in.start[sites, 0]))
    if not len(there):
        return walked
    routes = _routes(way_in, sites, there, walk_net(streets, parameters))
    found = [*_gates(routes, streets), *_walls(routes, streets, parameters), *_steps(routes, streets)]
    seen: set[tuple[int, str, str]] = set()
    for owner, _, kind, osm_id, state in sorted(found, key=lambda item: item[:2]):
        if (owner, kind, osm_id) not in seen:
            seen.add((owner, kind, osm_id))
            walked[owner].crosses.append({"kind": kind, "osm_id": osm_id, "state": state})
    ids = streets.columns["streets.osm_id"]
    for owner, row in zip(routes.owner, routes.row, strict=True):
        if row >= 0 and str(ids[row]) not in walked[owner].ways:
            walked[owner].ways.append(str(ids[row]))
    return walked


_Met = tuple[int, float, str, str, str]


def _routes(way_in: WayIn, sites: Index, there: Index, net: WalkNet) -> _Routes:
    owner: list[int] = []
    turn: list[int] = []
    row: list[int] = []
    ends: list[Floats] = []
    for i in there:
        points, edges = _route(way_in, int(sites[i]), net)
        owner += [int(i)] * (len(points) - 1)
        turn += range(len(points) - 1)
        row += [-1, *(int(net.row[edge]) for edge in edges)]
        ends.append(np.hstack([points[:-1], points[1:]]))
    x0, y0, x1, y1 = np.concatenate(ends).T
    legs = Segments(x0, y0, x1, y1, np.full(len(x0), -1, dtype=np.intp))
    return _Routes(np.array(owner), np.array(turn), legs, np.array(row))


def _route(way_in: WayIn, site: int, net: WalkNet) -> tuple[Floats, list[int]]:
    """Points of a walk, shape (points, 2), and the edges that lead on from its second point."""
    points, edges = [way_in.start[site], way_in.foot[site]], []
    edge = int(way_in.edge[site])
    if edge >= 0:
        known = bool(np.isfinite(way_in.known_m[site]))
        left_m, onward = (net.known_m, net.known_next) if known else (net.possible_m, net.possible_next)
        along = float(way_in.along_m[site])
        rest = float(shapely.length(net.line[edge])) - along
        start, end = int(net.start[edge]), int(net.end[edge])
        node = start if left_m[start] + along <= left_m[end] + rest else end
        edges.append(edge)
        points.append(net.xy[node])
        while 0 <= (ahead := int(onward[node])) < len(left_m):
            edges.append(net.edge_between(node, ahead))
            points.append(net.xy[ahead])
            node = ahead
    return np.array(points), edges


def _gates(routes: _Routes, streets: StreetMap) -> Iterator[_Met]:
    """Gates that stand on a walk."""
    gates, ids, own = streets.gate_layer, streets.columns["gates.osm_id"], gate_states(streets.gates)
    ends = np.column_stack([routes.legs.x0, routes.legs.y0, routes.legs.x1, routes.legs.y1]).reshape(-1, 2, 2)
    lines = shapely.linestrings(ends)
    leg, gate = gates.tree.query(lines, predicate="dwithin", distance=ON_WAY_M)
    along = shapely.line_locate_point(lines[leg], gates.geometry[gate])
    share = along / np.maximum(shapely.length(lines[leg]), 1e-12)
    for k, s, row in zip(leg, share, gates.rows[gate], strict=True):
        yield int(routes.owner[k]), float(routes.turn[k] + s), "gate", str(ids[row]), STATE_NAMES[own[row]]


def _walls(routes: _Routes, streets: StreetMap, parameters: Parameters) -> Iterator[_Met]:
    """Walls and borders that a walk passes: through a gate of theirs, or an opening."""
    found = crossings(routes.legs, streets, replace(parameters, touch_m=0.0, end_m=0.0))
    found = found.take(np.flatnonzero(~np.isin(found.layer, [BUILDING, OBSTACLE])))
    own, columns = gate_states(streets.gates), streets.columns
    for leg, layer, row, gate in zip(found.line, found.layer, found.row, found.gate, strict=True):
        name = LAYER_NAMES[layer]
        if gate >= 0:
            told = "gate", str(columns["gates.osm_id"][gate]), STATE_NAMES[own[gate]]
        else:
            told = name, str(columns[f"{name}.osm_id"][row]), "unknown"
        yield int(routes.owner[leg]), float(routes.turn[leg]) + 0.5, *told


def _steps(routes: _Routes, streets: StreetMap) -> Iterator[_Met]:
    """Flights of steps that a walk climbs."""
    kinds, ids = streets.columns["streets.highway"], streets.columns["streets.osm_id"]
    for owner, turn, row in zip(routes.owner, routes.turn, routes.row, strict=True):
        if row >= 0 and kinds[row] == "steps":
            yield int(owner), float(turn), "steps", str(ids[row]), "open"
