"""Free ends of walls: where a wall that cuts an approach line simply stops, an outsider may walk round it.

Nobody maps the ground beside a wall as a way, so such a walk is never *known*; but a "no" that rests on a wall with
an open end close by would claim more than the map shows. So the answer becomes unknown (rule ``way_round``) where
a straight line leads from the anchor to the end and another from the end to the edge of a public street, both
uncut, together at most ``way_in_good_m``. Walls that touch count as one wall. Buildings are not walked round: a
station behind another building doesn't face the street, wherever its visitors walk.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.frontage.anchors import Anchors
from geo.frontage.approach import Lines
from geo.frontage.gates import CLOSED, States
from geo.frontage.obstacles import BARRIER, Crossings, Segments, crossings
from geo.frontage.parameters import Parameters
from geo.frontage.streetmap import Geometries, Index, Layer, StreetMap
from geo.frontage.streets import DEPENDS_ON, classify

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


_DEPENDS_ON = (*DEPENDS_ON, "gap_m", "gate_m", "touch_m", "end_m", "way_in_good_m")


@dataclass(frozen=True)
class WallEnds:
    """Free ends from which a public street is near, shape (ends,).

    ``geometry``, ``wall`` (``wall_of_row`` gives that of each barrier row), ``left_m`` straight to the street's edge.
    """

    geometry: Geometries
    wall: Index
    left_m: Floats
    wall_of_row: Index
    tree: shapely.STRtree


def ways_round(
    anchors: Anchors,
    lines: Lines,
    state: States,
    found: Crossings,
    shut: Flags,
    streets: StreetMap,
    parameters: Parameters,
) -> Floats:
    """Find the shortest walk round the end of a wall, for the sites whose lines are all cut.

    Parameters
    ----------
    anchors
        Anchors of all sites.
    lines, state, found
        Approach lines, their states and crossings.
    shut
        The sites to look at, shape (sites,).
    streets
        The map.
    parameters
        ``way_in_good_m`` bounds the whole walk.

    Returns
    -------
    round_m
        Metres to the street's edge, ``inf`` where there is no such walk, shape (sites,).
    """
    round_m = np.full(len(shut), np.inf)
    ends = wall_ends(streets, parameters)
    pairs = _cut_by(lines, state, found, shut, ends)
    if not len(ends.wall) or not len(pairs):
        return round_m
    which = np.flatnonzero(np.isin(anchors.site, pairs[:, 0]))
    points = anchors.points[which]
    near, end = ends.tree.query(points, predicate="dwithin", distance=parameters.way_in_good_m)
    anchor = which[near]
    walk_m = shapely.distance(points[near], ends.geometry[end]) + ends.left_m[end]
    fits = (walk_m <= parameters.way_in_good_m) & _among(anchors.site[anchor], ends.wall[end], pairs)
    anchor, end, walk_m = anchor[fits], end[fits], walk_m[fits]
    at = shapely.get_coordinates(ends.geometry[end])
    link = Segments(anchors.x[anchor], anchors.y[anchor], at[:, 0], at[:, 1], anchors.own[anchor])
    free = crossings(link, streets, parameters).worst(len(link)) < CLOSED
    np.minimum.at(round_m, anchors.site[anchor[free]], walk_m[free])
    return round_m


def wall_ends(streets: StreetMap, parameters: Parameters) -> WallEnds:
    """Find the free ends of walls near public streets; kept with the map, empty when no barriers are mapped.

    An end is free when no other barrier, building, water, rail or closed border lies within ``gap_m`` of it and no
    gate within ``gate_m``.
    """
    key = ("wall_ends", *parameters.key(*_DEPENDS_ON))
    if key not in streets.cache:
        streets.cache[key] = _build(streets, parameters)
    ends: WallEnds = streets.cache[key]
    return ends


def _build(streets: StreetMap, parameters: Parameters) -> WallEnds:
    layer = streets.barrier_layer
    wall = _walls(layer, parameters)
    of_row = np.full(len(streets.barriers), -1, dtype=np.intp)
    of_row[layer.rows] = wall
    open_lines = np.flatnonzero(~shapely.is_closed(layer.geometry))
    piece = np.repeat(open_lines, 2)
    points = shapely.get_point(layer.geometry[piece], np.tile([0, -1], len(open_lines)))
    free = _free(points, piece, streets, parameters)
    points, wall = points[free], wall[piece[free]]
    left_m = _left_m(points, streets, parameters)
    near = np.isfinite(left_m)
    return WallEnds(points[near], wall[near], left_m[near], of_row, shapely.STRtree(points[near]))


def _walls(layer: Layer, parameters: Parameters) -> Index:
    """Give each barrier the number of its wall: pieces within ``gap_m`` of each other are one wall."""
    one, other = layer.tree.query(layer.geometry, predicate="dwithin", distance=parameters.gap_m)
    count = len(layer)
    graph = coo_matrix((np.ones(len(one), dtype=bool), (one, other)), shape=(count, count))
    labels = connected_components(graph, directed=False)[1] if count else np.empty(0)
    return np.asarray(labels, dtype=np.intp)


def _free(points: Geometries, piece: Index, streets: StreetMap, parameters: Parameters) -> Flags:
    free = np.ones(len(points), dtype=bool)
    closed = streets.compounds["closed"].astype(object).eq("yes").to_numpy(bool)[streets.compound_layer.rows]
    borders = shapely.STRtree(streets.border_layer.geometry[closed])
    solids = (streets.building_layer.tree, streets.obstacle_layer.tree, borders)
    for tree in solids:
        free[tree.query(points, predicate="dwithin", distance=parameters.gap_m)[0]] = False
    free[streets.gate_layer.tree.query(points, predicate="dwithin", distance=parameters.gate_m)[0]] = False
    at, other = streets.barrier_layer.tree.query(points, predicate="dwithin", distance=parameters.gap_m)
    # A wall drawn twice ends where it ends.
    twin = shapely.equals(streets.barrier_layer.geometry[piece[at]], streets.barrier_layer.geometry[other])
    free[at[~twin]] = False
    return free


def _left_m(points: Geometries, streets: StreetMap, parameters: Parameters) -> Floats:
    """Straight uncut walk from each end to the edge of a public street, ``inf`` where there is none."""
    public = classify(streets, parameters).public
    left_m = np.full(len(points), np.inf)
    reach = parameters.way_in_good_m + public.widest_m
    end, way = public.tree.query(points, predicate="dwithin", distance=reach)
    ends = shapely.get_coordinates(shapely.shortest_line(points[end], public.geometry[way])).reshape(-1, 2, 2)
    step = Segments(ends[:, 0, 0], ends[:, 0, 1], ends[:, 1, 0], ends[:, 1, 1], np.full(len(end), -1))
    free = crossings(step, streets, parameters).worst(len(step)) < CLOSED
    edge_m = np.maximum(step.length_m - public.half_width_m[way], 0.0)
    np.minimum.at(left_m, end[free], edge_m[free])
    left_m[left_m > parameters.way_in_good_m] = np.inf
    return left_m


def _cut_by(lines: Lines, state: States, found: Crossings, shut: Flags, ends: WallEnds) -> Index:
    """Pairs (site, wall) where the wall and nothing else closed cuts a line of a shut site, shape (pairs, 2)."""
    closed = found.take(np.flatnonzero((found.state == CLOSED) & (state[found.line] == CLOSED)))
    solid = np.zeros(len(lines), dtype=bool)
    solid[closed.line[closed.layer != BARRIER]] = True
    take = (closed.layer == BARRIER) & ~solid[closed.line] & shut[lines.site[closed.line]]
    wall = ends.wall_of_row[closed.row[take]]
    return np.unique(np.column_stack([lines.site[closed.line[take]], wall]), axis=0)


def _among(site: Index, wall: Index, pairs: Index) -> Flags:
    width = max(int(wall.max(initial=0)), int(pairs[:, 1].max(initial=0))) + 1
    found: Flags = np.isin(site * width + wall, pairs[:, 0] * width + pairs[:, 1])
    return found
