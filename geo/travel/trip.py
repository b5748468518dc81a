"""Trips from one place: how long, how far, and along which line."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csgraph

from geo.lists import SLACK
from geo.network.graph import Network
from geo.network.snapping import Snaps, refuse_others
from geo.travel.ends import arrivals, direct, ends

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NONE: Final = -1


@dataclass(frozen=True, eq=False)
class Search:
    """All that is reached from one place within a limit; ``to`` gives the trips to any places.

    ``node_s`` seconds to each node by leaving along the segment to its tail, and to its head, shape (2, nodes);
    ``predecessor`` likewise. Empty where the origin is refused.
    """

    network: Network
    origin: Snaps
    limit_s: float
    node_s: Floats
    predecessor: npt.NDArray[np.int32]

    def to(self, targets: Snaps) -> "Trips":
        """Find the trips to some places; refused ones, and those beyond the limit, are not reached."""
        network, origin, count = self.network, self.origin, len(targets)
        refuse_others(network, targets)
        time_s = np.full(count, np.inf)
        entered, side = np.full(count, NONE, dtype=np.int64), np.zeros(count, dtype=np.int64)
        usable = np.flatnonzero(targets.ok)
        if not bool(origin.ok[0]) or not len(usable):
            return Trips(self, targets, time_s, time_s, entered, side)
        places = targets.take(usable)
        leave = np.argmin(self.node_s, axis=0)
        by_tail, by_head = arrivals(network, places, self.node_s.min(axis=0))
        ends_of = np.where(by_tail <= by_head, network.tail[places.segment], network.head[places.segment])
        along_s = direct(network, origin.take(np.zeros(len(usable), dtype=int)), places)
        best = np.minimum(by_tail, by_head)
        entered[usable] = np.where(along_s <= best, NONE, ends_of)
        side[usable] = leave[ends_of]
        time_s[usable] = np.minimum(best, along_s)
        time_s[time_s > self.limit_s * (1 + SLACK)] = np.inf
        return Trips(self, targets, time_s, time_s * network.speed_m_s, entered, side)


@dataclass(frozen=True, eq=False)
class Trips:
    """Trips from one place to each of some others, arrays of shape (targets,).

    ``time_s`` and ``length_m`` with both straight legs; ``inf`` where there is no way, or none within the limit.
    """

    search: Search
    targets: Snaps
    time_s: Floats
    length_m: Floats
    _entered: Ints
    """Node by which each target's segment is entered; -1: along the origin's own segment."""
    _side: Ints
    """By which end the origin's segment is left: 0 its tail, 1 its head."""

    def path(self, target: int) -> Floats:
        """Draw one trip: points from place to place in the network's CRS, shape (points, 2); empty without a way.

        Two or more points; neighbours are never the same, unless the trip has no length at all.
        """
        if not np.isfinite(self.time_s[target]):
            return np.empty((0, 2))
        before, origin = self.search.predecessor[self._side[target]], self.search.origin
        nodes: list[int] = []
        node = int(self._entered[target])
        # one Python step per node of a single path: a few hundred
        while node >= 0:
            nodes.append(node)
            node = int(before[node])
        points = np.concatenate(
            [
                origin.place_xy,
                origin.xy,
                self.search.network.xy[nodes[::-1]],
                self.targets.xy[target : target + 1],
                self.targets.place_xy[target : target + 1],
            ]
        )
        moved = np.r_[True, (np.abs(np.diff(points, axis=0)) > 0).any(axis=1)]
        line = points[moved]
        return line if len(line) > 1 else np.repeat(line, 2, axis=0)


def search(network: Network, origin: Snaps, limit_s: float = np.inf) -> Search:
    """Search the network from one place, no further than a limit; the smaller, the cheaper.

    Parameters
    ----------
    network
        Where the origin is snapped to.
    origin
        One place.
    limit_s
        The longest trip, seconds; exactly so long is near enough.
    """
    refuse_others(network, origin)
    if not bool(origin.ok[0]):
        return Search(network, origin, limit_s, np.empty((2, 0)), np.empty((2, 0), dtype=np.int32))
    segment = origin.segment[0]
    nodes = [int(network.tail[segment]), int(network.head[segment])]
    offsets = np.array([float(by[0]) for by in ends(network, origin, leaving=True)])
    # two searches on the graph as it is: to add a node for the origin would copy the graph for each question
    node_s = np.full((2, network.n_nodes), np.inf)
    before = np.full((2, network.n_nodes), -9999, dtype=np.int32)
    for row in np.flatnonzero(np.isfinite(offsets) & (offsets <= limit_s * (1 + SLACK))):
        left_s = limit_s * (1 + SLACK) - offsets[row]
        found = csgraph.dijkstra(network.graph, indices=nodes[row], return_predecessors=True, limit=left_s)
        node_s[row], before[row] = found[0] + offsets[row], found[1]
    return Search(network, origin, limit_s, node_s, before)


def trips(network: Network, origin: Snaps, targets: Snaps, limit_s: float = np.inf) -> Trips:
    """Search from one place to some others, no further than a limit.

    Parameters
    ----------
    network
        Where both are snapped to.
    origin
        One place.
    targets
        Any number; refused ones are not reached.
    limit_s
        As for ``search``.

    Returns
    -------
    trips
        In the order of the targets; nothing is reached from a refused origin.

    Examples
    --------
    >>> from geo.network import snap
    >>> corner = Network.from_segments([[0, 0], [100, 0], [100, 80]], [0, 1], [1, 2], speed_kmh=3.6)
    >>> found = trips(corner, snap(corner, [[10, 5]]), snap(corner, [[100, 50], [70, 0]]))
    >>> found.time_s, found.path(0).tolist()
    (array([145.,  65.]), [[10.0, 5.0], [10.0, 0.0], [100.0, 0.0], [100.0, 50.0]])
    """
    return search(network, origin, limit_s).to(targets)


def path(network: Network, origin: Snaps, target: Snaps) -> tuple[float, float, Floats]:
    """Find the trip from one place to another.

    Returns
    -------
    time_s, length_m, xy
        Seconds, metres with both straight legs, and the line in the network's CRS, shape (points, 2); ``inf``,
        ``inf`` and no point where there is no way.
    """
    found = trips(network, origin, target)
    return float(found.time_s[0]), float(found.length_m[0]), found.path(0)
