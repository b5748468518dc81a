"""The way in: the shortest walk from an anchor to a public street over mapped ways open to the public.

Two answers are kept apart: the walk that is **known** to be open, and the walk that is **possible**, which
may pass a gate of unknown state or an opening where a way runs through a wall. Closed gates are never passed.
A gate in a wall is a way in too where a straight line leads to it and another from it to the street.
An uncut approach line is itself a walk and needs no network; this file serves the stations that have none.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.frontage.anchors import Anchors
from geo.frontage.gates import CLOSED, OPEN, UNKNOWN, States, gate_states
from geo.frontage.obstacles import BARRIER, BUILDING, COMPOUND, OBSTACLE, Segments, crossings
from geo.frontage.parameters import Parameters
from geo.frontage.streetmap import Geometries, Index, StreetMap
from geo.frontage.streets import DEPENDS_ON, Ways, classify, off_grade_walks

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_NET_DEPENDS_ON = (*DEPENDS_ON, "gate_m", "touch_m", "end_m", "way_in_bad_m")
ON_WAY_M = 0.5
"""What is so near to a way stands on it."""
_KERB_GAP_M = 1.0
_ENDS = ("x0", "y0", "x1", "y1", "own")
_LINKED = ("anchor", "known_m", "possible_m", "edge", "along_m", "gate")


@dataclass(frozen=True)
class WalkNet:
    """Edges of the walk network and, for each node, the walk that remains to the edge of a public street.

    ``xy`` of each node, shape (nodes, 2); ``start, end`` node of each edge, ``line`` its geometry, ``row`` its row of
    the street layer, ``state`` open or unknown, ``ground`` whether one can step onto it anywhere; shape (edges,).
    ``known_m`` and ``possible_m``: shape (nodes,), ``inf`` where no public street is reached within
    ``way_in_bad_m``; ``known_next, possible_next`` the next node of that walk, the number of nodes where it leaves
    the network for the street, negative where there is none.
    """

    xy: Floats
    start: Index
    end: Index
    line: Geometries
    row: Index
    state: States
    ground: Flags
    known_m: Floats
    possible_m: Floats
    known_next: Index
    possible_next: Index

    @cached_property
    def useful(self) -> Index:
        """Edges on the ground from which a public street is reached."""
        reached = np.isfinite(np.minimum(self.possible_m[self.start], self.possible_m[self.end]))
        return np.flatnonzero(self.ground & reached)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Tree over the useful edges."""
        return shapely.STRtree(self.line[self.useful])

    @cached_property
    def _pairs(self) -> tuple[Index, Index]:
        """Edges ordered by their two nodes, and the number of each pair."""
        number = np.minimum(self.start, self.end) * len(self.xy) + np.maximum(self.start, self.end)
        order = np.argsort(number, kind="stable")
        return order, number[order]

    def edge_between(self, one: int, other: int) -> int:
        """Give the edge that joins two neighbouring nodes; the first of several, for they are equally long."""
        order, number = self._pairs
        return int(order[np.searchsorted(number, min(one, other) * len(self.xy) + max(one, other))])


@dataclass(frozen=True)
class WayIn:
    """The shortest walks by site: metres (``inf`` where none).

    The walk to tell is the known one, else the possible one: ``start`` and ``foot`` are the ends of its straight
    beginning, shape (sites, 2), which leads to a gate (``gate``, position in the gate layer) or onto an edge of the
    network (``edge``, ``along_m`` from its start), each -1 where it does not. ``round_m``: round the free end of a
    wall (``geo.frontage.wallends``).
    """

    known_m: Floats
    possible_m: Floats
    start: Floats
    foot: Floats
    edge: Index
    along_m: Floats
    gate: Index
    round_m: Floats


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
    key = ("walk_net", *parameters.key(*_NET_DEPENDS_ON))
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
        ``connect_m`` bounds the straight walk to the first path or gate, ``way_in_bad_m`` the whole walk.

    Returns
    -------
    way_in
        Shape (sites,) each.
    """
    net = walk_net(streets, parameters)
    links = _joined(
        _to_paths(anchors, which, net, parameters), _to_gates(anchors, which, streets, parameters)
    )
    links = links.take(np.flatnonzero(links.possible_m <= parameters.way_in_bad_m))
    state = crossings(links.link, streets, parameters).worst(len(links.link))
    site = anchors.site[links.anchor]
    known_m = np.where(state != OPEN, np.inf, links.known_m)
    possible_m = np.where(state == CLOSED, np.inf, links.possible_m)
    known, possible = np.full(sites, np.inf), np.full(sites, np.inf)
    np.minimum.at(known, site, known_m)
    np.minimum.at(possible, site, possible_m)
    told, told_m = np.isfinite(known)[site], np.where(np.isfinite(known), known, possible)[site]
    best = np.flatnonzero((np.where(told, known_m, possible_m) == told_m) & np.isfinite(told_m))[::-1]
    return _told(known, possible, links.take(best), site[best])


def _told(known: Floats, possible: Floats, links: "_Links", site: Index) -> WayIn:
    """Lay the links to tell out by site; the last of several of one site stays."""
    sites = len(known)
    start, foot = np.full((sites, 2), np.nan), np.full((sites, 2), np.nan)
    edge, gate = np.full(sites, -1, dtype=np.intp), np.full(sites, -1, dtype=np.intp)
    along_m = np.full(sites, -1.0)
    start[site] = np.column_stack([links.link.x0, links.link.y0])
    foot[site] = np.column_stack([links.link.x1, links.link.y1])
    edge[site], along_m[site], gate[site] = links.edge, links.along_m, links.gate
    return WayIn(known, possible, start, foot, edge, along_m, gate, np.full(sites, np.inf))


@dataclass(frozen=True)
class _Links:
    """Straight walks from anchors to a path (``edge``) or a gate, with the whole walk to a public street over each."""

    link: Segments
    anchor: Index
    known_m: Floats
    possible_m: Floats
    edge: Index
    along_m: Floats
    gate: Index

    def take(self, which: Index) -> "_Links":
        """Select the links at the given positions."""
        rest = (getattr(self, name)[which] for name in _LINKED)
        return _Links(self.link.take(which), *rest)


def _joined(one: _Links, two: _Links) -> _Links:
    link = Segments(*(np.concatenate([getattr(one.link, n), getattr(two.link, n)]) for n in _ENDS))
    return _Links(link, *(np.concatenate([getattr(one, n), getattr(two, n)]) for n in _LINKED))


def _to_paths(anchors: Anchors, which: Index, net: WalkNet, parameters: Parameters) -> _Links:
    points = anchors.points[which]
    pair, hit = net.tree.query(points, predicate="dwithin", distance=parameters.connect_m)
    edge, anchor = net.useful[hit], which[pair]
    along = shapely.line_locate_point(net.line[edge], points[pair])
    foot = shapely.get_coordinates(shapely.line_interpolate_point(net.line[edge], along))
    link = Segments(anchors.x[anchor], anchors.y[anchor], foot[:, 0], foot[:, 1], anchors.own[anchor])
    known = link.length_m + _left(net, edge, along, net.known_m)
    known[net.state[edge] != OPEN] = np.inf
    possible = link.length_m + _left(net, edge, along, net.possible_m)
    return _Links(link, anchor, known, possible, edge, along, np.full(len(edge), -1, dtype=np.intp))


def _to_gates(anchors: Anchors, which: Index, streets: StreetMap, parameters: Parameters) -> _Links:
    gates = streets.gate_layer
    left = _gates_left(streets, parameters)
    pair, gate = gates.tree.query(anchors.points[which], predicate="dwithin", distance=parameters.connect_m)
    useful = np.isfinite(left[1][gate])
    pair, gate, anchor = pair[useful], gate[useful], which[pair[useful]]
    at = shapely.get_coordinates(gates.geometry[gate])
    link = Segments(anchors.x[anchor], anchors.y[anchor], at[:, 0], at[:, 1], anchors.own[anchor])
    none = np.full(len(gate), -1, dtype=np.intp)
    known, possible = link.length_m + left[0][gate], link.length_m + left[1][gate]
    return _Links(link, anchor, known, possible, none, none.astype(np.float64), gate)


def _gates_left(streets: StreetMap, parameters: Parameters) -> tuple[Floats, Floats]:
    """Straight walk from each gate to the edge of a public street: known and possible, shape (gates,)."""
    key = ("gates_left", *parameters.key("way_in_good_m", *_NET_DEPENDS_ON))
    if key not in streets.cache:
        gates, public = streets.gate_layer, classify(streets, parameters).public
        reach = parameters.way_in_good_m + public.widest_m
        gate, way = public.tree.query(gates.geometry, predicate="dwithin", distance=reach)
        step = _steps(gates.geometry[gate], public.geometry[way])
        state = np.maximum(crossings(step, streets, parameters).worst(len(step)), _own_state(streets)[gate])
        left = np.maximum(step.length_m - public.half_width_m[way], 0.0)
        known, possible = np.full(len(gates), np.inf), np.full(len(gates), np.inf)
        np.minimum.at(known, gate[state == OPEN], left[state == OPEN])
        np.minimum.at(possible, gate[state <= UNKNOWN], left[state <= UNKNOWN])
        streets.cache[key] = known, possible
    found: tuple[Floats, Floats] = streets.cache[key]
    return found


def _own_state(streets: StreetMap) -> States:
    return gate_states(streets.gates)[streets.gate_layer.rows]


def _steps(points: Geometries, ways: Geometries) -> Segments:
    """Straight lines from points to the nearest points of ways, borne by no building."""
    ends = shapely.get_coordinates(shapely.shortest_line(points, ways)).reshape(-1, 2, 2)
    alone = np.full(len(points), -1, dtype=np.intp)
    return Segments(ends[:, 0, 0], ends[:, 0, 1], ends[:, 1, 0], ends[:, 1, 1], alone)


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
    state = _edge_states(nodes[start], nodes[end], line, of >= len(sorted_ways.weak), streets, parameters)
    open_to = np.flatnonzero(state != CLOSED)
    start, end, line, of, state = start[open_to], end[open_to], line[open_to], of[open_to], state[open_to]
    exits = _exits(nodes, sorted_ways.public, streets, parameters)
    length = shapely.length(line)
    strict = state == OPEN
    known = _remaining(len(nodes), start[strict], end[strict], length[strict], exits, OPEN, parameters)
    possible = _remaining(len(nodes), start, end, length, exits, UNKNOWN, parameters)
    ground = of < len(sorted_ways.weak)
    return WalkNet(
        nodes, start, end, line, rows[of], state, ground, known[0], possible[0], known[1], possible[1]
    )


def _edge_states(
    start: Floats, end: Floats, line: Geometries, above: Flags, streets: StreetMap, parameters: Parameters
) -> States:
    """State of each edge: gates decide; a way through a wall without one is an opening of unknown state.

    Bridges and passages (``above``) lead over or under water and rail.
    """
    state = np.zeros(len(line), dtype=np.int8)
    alone = np.full(len(line), -1, dtype=np.intp)
    exact = replace(parameters, touch_m=0.0, end_m=0.0)
    found = crossings(Segments(start[:, 0], start[:, 1], end[:, 0], end[:, 1], alone), streets, exact)
    counts = np.flatnonzero((found.layer != BUILDING) & ~((found.layer == OBSTACLE) & above[found.line]))
    found = found.take(counts)
    fenced = np.isin(found.layer, [BARRIER, COMPOUND]) & (found.gate >= 0)
    np.maximum.at(state, found.line, np.where(fenced, found.state, np.minimum(found.state, UNKNOWN)))
    gates = streets.gate_layer
    edge, gate = gates.tree.query(line, predicate="dwithin", distance=ON_WAY_M)
    np.maximum.at(state, edge, _own_state(streets)[gate])
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
    state[far <= ON_WAY_M] = OPEN
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
    np.minimum.at(best, near, _own_state(streets)[gate])
    state[inside] = np.where(best <= CLOSED, best, UNKNOWN)
    return state


def _remaining(
    nodes: int, start: Index, end: Index, length: Floats, exits: _Exits, worst: int, parameters: Parameters
) -> tuple[Floats, Index]:
    """Shortest walk from every node to an exit, and the next node on it.

    One search from a virtual node (the number ``nodes``) that is joined to all exits.
    """
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
    found, before = dijkstra(
        graph, directed=False, indices=nodes, limit=parameters.way_in_bad_m, return_predecessors=True
    )
    return found[:nodes], before[:nodes].astype(np.intp)
