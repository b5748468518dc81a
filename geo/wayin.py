"""The way in: the shortest walk from an anchor to a public street over mapped ways open to the public.

Two answers are kept apart: the walk that is **known** to be open, and the walk that is **possible**, which may
pass a gate of unknown state or an opening where a way runs through a wall. Closed gates are never passed.
An uncut approach line is itself a walk and needs no network; this file serves the stations that have none.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.anchors import Anchors
from geo.gates import CLOSED, OPEN, UNKNOWN, States, gate_states
from geo.obstacles import BARRIER, BUILDING, COMPOUND, Segments, crossings
from geo.parameters import Parameters
from geo.streetmap import Geometries, Index, StreetMap
from geo.streets import Ways, classify, off_grade_walks

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_ON_WAY_M = 0.5
_KERB_GAP_M = 1.0


@dataclass(frozen=True)
class WalkNet:
    """Edges of the walk network and, for each node, the walk that remains to the edge of a public street.

    ``start, end`` node of each edge, ``line`` its geometry, ``row`` its row of the street layer, ``state`` open
    or unknown, ``ground`` whether one can step onto it anywhere; shape (edges,). ``known_m`` and ``possible_m``:
    shape (nodes,), ``inf`` where no public street is reached within ``way_in_bad_m``.
    """

    start: Index
    end: Index
    line: Geometries
    row: Index
    state: States
    ground: Flags
    known_m: Floats
    possible_m: Floats

    @cached_property
    def useful(self) -> Index:
        """Edges on the ground from which a public street is reached."""
        reached = np.isfinite(np.minimum(self.possible_m[self.start], self.possible_m[self.end]))
        return np.flatnonzero(self.ground & reached)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Tree over the useful edges."""
        return shapely.STRtree(self.line[self.useful])


@dataclass(frozen=True)
class WayIn:
    """The shortest walks by site: metres (``inf`` where none), and the street row each starts on (-1 none)."""

    known_m: Floats
    possible_m: Floats
    row: Index


def walk_net(streets: StreetMap, parameters: Parameters) -> WalkNet:
    """Build the network of weak ways, footbridges and passages, with the walk left from each node.

    Parameters
    ----------
    streets
        The map.
    parameters
        ``gate_m`` and ``way_in_bad_m``.

    Returns
    -------
    net
        Kept with the map; empty when no ways are mapped.
    """
    key = ("walk_net", parameters)
    if key not in streets.cache:
        streets.cache[key] = _build(streets, parameters)
    net: WalkNet = streets.cache[key]
    return net


def ways_in(anchors: Anchors, which: Index, sites: int, streets: StreetMap, parameters: Parameters) -> WayIn:
    """Find the shortest known and possible walk from the chosen anchors, by site.

    Parameters
    ----------
    anchors, which
        The anchors, and the positions of those to start from.
    sites
        How many sites there are.
    streets
        The map.
    parameters
        ``connect_m`` bounds the straight walk to the first path, ``way_in_bad_m`` the whole walk.

    Returns
    -------
    way_in
        Shape (sites,) each.
    """
    known, possible = np.full(sites, np.inf), np.full(sites, np.inf)
    row = np.full(sites, -1, dtype=np.intp)
    net = walk_net(streets, parameters)
    points = anchors.points[which]
    pair, hit = net.tree.query(points, predicate="dwithin", distance=parameters.connect_m)
    edge, anchor = net.useful[hit], which[pair]
    along = shapely.line_locate_point(net.line[edge], points[pair])
    foot = shapely.get_coordinates(shapely.line_interpolate_point(net.line[edge], along))
    link = Segments(anchors.x[anchor], anchors.y[anchor], foot[:, 0], foot[:, 1], anchors.own[anchor])
    best_possible = link.length_m + _left(net, edge, along, net.possible_m)
    best_known = link.length_m + _left(net, edge, along, net.known_m)
    best_known[net.state[edge] != OPEN] = np.inf
    near = np.flatnonzero(best_possible <= parameters.way_in_bad_m)
    short = link.take(near)
    state = crossings(short, streets, parameters).worst(len(short))
    site = anchors.site[anchor[near]]
    best_known, best_possible, first = best_known[near], best_possible[near], net.row[edge[near]]
    best_known[state != OPEN] = np.inf
    best_possible[state == CLOSED] = np.inf
    np.minimum.at(known, site, best_known)
    np.minimum.at(possible, site, best_possible)
    best = (best_possible == possible[site]) & np.isfinite(best_possible)
    row[site[best][::-1]] = first[best][::-1]
    return WayIn(known, possible, row)


def _left(net: WalkNet, edge: Index, along: Floats, node_m: Floats) -> Floats:
    """Walk left from a place on an edge: over its start or over its end."""
    rest = shapely.length(net.line[edge]) - along
    left: Floats = np.minimum(node_m[net.start[edge]] + along, node_m[net.end[edge]] + rest)
    return left


def _build(streets: StreetMap, parameters: Parameters) -> WalkNet:
    sorted_ways = classify(streets, parameters)
    above = off_grade_walks(streets.streets)
    shapes = np.asarray(streets.streets.geometry.to_numpy(), dtype=object)
    geometry = np.concatenate([sorted_ways.weak.geometry, shapes[above]])
    rows = np.concatenate([sorted_ways.weak.rows, above])
    xy, way = shapely.get_coordinates(geometry, return_index=True)
    nodes, node = np.unique(np.round(xy, 3), axis=0, return_inverse=True)
    node = node.reshape(-1)
    same = np.flatnonzero((way[1:] == way[:-1]) & (node[1:] != node[:-1]))
    start, end, of = node[same], node[same + 1], way[same]
    line = np.asarray(shapely.linestrings(np.stack([nodes[start], nodes[end]], axis=1)), dtype=object)
    state = _edge_states(nodes[start], nodes[end], line, streets, parameters)
    open_to = np.flatnonzero(state != CLOSED)
    start, end, line, of, state = start[open_to], end[open_to], line[open_to], of[open_to], state[open_to]
    exits = _exits(nodes, sorted_ways.public, streets, parameters)
    length = shapely.length(line)
    strict = state == OPEN
    known = _remaining(len(nodes), start[strict], end[strict], length[strict], exits, OPEN, parameters)
    possible = _remaining(len(nodes), start, end, length, exits, UNKNOWN, parameters)
    ground = of < len(sorted_ways.weak)
    return WalkNet(start, end, line, rows[of], state, ground, known, possible)


def _edge_states(
    start: Floats, end: Floats, line: Geometries, streets: StreetMap, parameters: Parameters
) -> States:
    """State of each edge: a way through a wall without a gate is an opening of unknown state; gates decide."""
    state = np.zeros(len(line), dtype=np.int8)
    alone = np.full(len(line), -1, dtype=np.intp)
    exact = replace(parameters, touch_m=0.0, end_m=0.0)
    found = crossings(Segments(start[:, 0], start[:, 1], end[:, 0], end[:, 1], alone), streets, exact)
    counts = np.flatnonzero(found.layer != BUILDING)
    found = found.take(counts)
    fenced = np.isin(found.layer, [BARRIER, COMPOUND]) & (found.gate >= 0)
    np.maximum.at(state, found.line, np.where(fenced, found.state, np.minimum(found.state, UNKNOWN)))
    gates = streets.gate_layer
    edge, gate = gates.tree.query(line, predicate="dwithin", distance=_ON_WAY_M)
    np.maximum.at(state, edge, gate_states(streets.gates)[gates.rows[gate]])
    return state


@dataclass(frozen=True)
class _Exits:
    node: Index
    left_m: Floats
    state: States


def _exits(nodes: Floats, public: Ways, streets: StreetMap, parameters: Parameters) -> _Exits:
    """Nodes at the edge of a public street, what is left to it, and the state of that last step."""
    points = np.asarray(shapely.points(nodes), dtype=object)
    node, way = public.tree.query(points, predicate="dwithin", distance=public.widest_m + _KERB_GAP_M)
    far = shapely.distance(points[node], public.geometry[way])
    near = np.flatnonzero(far <= public.half_width_m[way] + _KERB_GAP_M)
    node, way, far = node[near], way[near], far[near]
    ends = shapely.get_coordinates(shapely.shortest_line(points[node], public.geometry[way])).reshape(
        -1, 2, 2
    )
    alone = np.full(len(node), -1, dtype=np.intp)
    step = Segments(nodes[node, 0], nodes[node, 1], ends[:, 1, 0], ends[:, 1, 1], alone)
    state = crossings(step, streets, parameters).worst(len(step))
    state[far <= _ON_WAY_M] = OPEN
    state = np.maximum(state, _border_states(points[node], streets, parameters))
    return _Exits(node, np.maximum(far - public.half_width_m[way], 0.0), state)


def _border_states(points: Geometries, streets: StreetMap, parameters: Parameters) -> States:
    """State of stepping out of a compound at its border: the best gate there, unknown without one."""
    state = np.zeros(len(points), dtype=np.int8)
    point, area = streets.compound_layer.tree.query(points, predicate="intersects")
    fenced = ~shapely.is_empty(streets.border_layer.geometry[area])
    inside = np.unique(point[fenced])
    state[inside] = UNKNOWN
    gates = streets.gate_layer
    reach = parameters.gate_m + parameters.border_slack_m
    near, gate = gates.tree.query(points[inside], predicate="dwithin", distance=reach)
    best = np.full(len(inside), CLOSED + 1, dtype=np.int8)
    np.minimum.at(best, near, gate_states(streets.gates)[gates.rows[gate]])
    state[inside] = np.where(best <= CLOSED, best, UNKNOWN)
    return state


def _remaining(
    nodes: int, start: Index, end: Index, length: Floats, exits: _Exits, worst: int, parameters: Parameters
) -> Floats:
    """Shortest walk from every node to an exit: one search from a virtual node joined to all exits."""
    use = exits.state <= worst
    tail = np.concatenate([start, np.full(int(use.sum()), nodes)])
    head = np.concatenate([end, exits.node[use]])
    weight = np.concatenate([length, exits.left_m[use]]) + 1e-9
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((weight, high, low))
    low, high, weight = low[order], high[order], weight[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    graph = csr_matrix((weight[first], (low[first], high[first])), shape=(nodes + 1, nodes + 1))
    found: Floats = dijkstra(graph, directed=False, indices=nodes, limit=parameters.way_in_bad_m)
    return found[:nodes]
