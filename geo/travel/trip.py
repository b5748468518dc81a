"""Trips from one place: how long, how far, and along which line."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from geo.lists import SLACK
from geo.network.graph import Network
from geo.network.snapping import Snaps, refuse_others
from geo.travel.ends import appended, arrivals, direct, ends

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NONE: Final = -1


@dataclass(frozen=True, eq=False)
class Trips:
    """Trips from one place to each of some others, arrays of shape (targets,).

    ``time_s`` and ``length_m`` with both straight legs; ``inf`` where there is no way, or none within the limit.
    """

    network: Network
    origin: Snaps
    targets: Snaps
    time_s: Floats
    length_m: Floats
    _predecessor: npt.NDArray[np.int32]
    _entered: Ints
    """Node by which each target's segment is entered; -1: along the origin's own segment."""

    def path(self, target: int) -> Floats:
        """Draw one trip: points from place to place in the network's CRS, shape (points, 2); empty without a way.

        Two or more points; neighbours are never the same.
        """
        if not np.isfinite(self.time_s[target]):
            return np.empty((0, 2))
        nodes = []
        node = int(self._entered[target])
        # one Python step per node of a single path: a few hundred
        while 0 <= node < self.network.n_nodes:
            nodes.append(node)
            node = int(self._predecessor[node])
        points = np.concatenate(
            [
                self.origin.place_xy,
                self.origin.xy,
                self.network.xy[nodes[::-1]],
                self.targets.xy[target : target + 1],
                self.targets.place_xy[target : target + 1],
            ]
        )
        moved = np.r_[True, (np.abs(np.diff(points, axis=0)) > 0).any(axis=1)]
        line = points[moved]
        return line if len(line) > 1 else np.repeat(line, 2, axis=0)


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
        The longest trip, seconds; exactly so long is near enough. The smaller, the cheaper.

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
    refuse_others(network, origin, targets)
    count, n = len(targets), network.n_nodes
    time_s, entered = np.full(count, np.inf), np.full(count, NONE, dtype=np.int64)
    if not bool(origin.ok[0]):
        return Trips(network, origin, targets, time_s, time_s, np.empty(0, dtype=np.int32), entered)
    most_s = limit_s * (1 + SLACK)
    graph = _with_origin(network, origin)
    node_s, predecessor = csgraph.dijkstra(graph, indices=n, return_predecessors=True, limit=most_s)
    usable = np.flatnonzero(targets.ok)
    by_tail_s, by_head_s = arrivals(network, targets.take(usable), node_s[:n])
    segment = targets.segment[usable]
    entered[usable] = np.where(by_tail_s <= by_head_s, network.tail[segment], network.head[segment])
    time_s[usable] = np.minimum(by_tail_s, by_head_s)
    direct_s = np.full(count, np.inf)
    direct_s[usable] = direct(network, origin.take(np.zeros(len(usable), dtype=int)), targets.take(usable))
    entered[direct_s <= time_s] = NONE
    time_s = np.minimum(time_s, direct_s)
    time_s[time_s > most_s] = np.inf
    return Trips(network, origin, targets, time_s, time_s * network.speed_m_s, predecessor, entered)


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


def _with_origin(network: Network, origin: Snaps) -> sparse.csr_array:
    return appended(network.graph, network, origin, ends(network, origin, leaving=True))
