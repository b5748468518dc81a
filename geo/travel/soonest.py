"""The facility that everybody reaches soonest: one search with all facilities as sources."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from geo.network.graph import Network
from geo.network.snapping import Snaps, refuse_others
from geo.travel.ends import appended, ends

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NONE: Final = -1


def nearest(network: Network, facilities: Snaps, demand: Snaps) -> tuple[Floats, Ints]:
    """Find the facility that each demand point reaches soonest, in one search.

    Parameters
    ----------
    network
        Where both are snapped to.
    facilities, demand
        Refused places are never found, and find nothing.

    Returns
    -------
    time_s, facility
        Seconds and position among ``facilities``, shape (demand,); ``inf`` and -1 where there is no way. Of
        facilities reached in the same time, one of them.

    Raises
    ------
    ParameterError
        A place was snapped to another network.

    Examples
    --------
    >>> from geo.network import snap
    >>> street = Network.from_segments([[0, 0], [400, 0]], [0], [1], speed_kmh=3.6)
    >>> nearest(street, snap(street, [[50, 0], [300, 20]]), snap(street, [[200, 10], [0, 0], [999, 0]]))
    (array([130.,  50.,  inf]), array([ 1,  0, -1]))
    """
    refuse_others(network, facilities, demand)
    node_s, node_facility = to_nodes(network, facilities)
    time_s, facility = _from_ends(network, demand, node_s, node_facility)
    direct_s, direct = _same_segment(network, facilities, demand)
    sooner = direct_s < time_s
    return np.where(sooner, direct_s, time_s), np.where(sooner, direct, facility)


def to_nodes(network: Network, facilities: Snaps, limit_s: float = np.inf) -> tuple[Floats, Ints]:
    """Find the facility that each node of the network reaches soonest, and the time to its door.

    Parameters
    ----------
    network, facilities
        As in ``nearest``.
    limit_s
        Search no further than so many seconds.

    Returns
    -------
    time_s, facility
        Shape (nodes,); ``inf`` and -1 where there is no way.
    """
    refuse_others(network, facilities)
    usable = np.flatnonzero(facilities.ok)
    n = network.n_nodes
    if not len(usable):
        return np.full(n, np.inf), np.full(n, NONE, dtype=np.int64)
    graph = _with_sources(network, facilities.take(usable))
    sources = np.arange(n, n + len(usable), dtype=np.int32)
    time_s, _, source = csgraph.dijkstra(
        graph, indices=sources, min_only=True, return_predecessors=True, limit=limit_s
    )
    reached = np.isfinite(time_s[:n])
    found = np.where(reached, usable[np.where(reached, source[:n] - n, 0)], NONE)
    return time_s[:n], found


def _with_sources(network: Network, facilities: Snaps) -> sparse.csr_array:
    return appended(network.reversed_graph, network, facilities, ends(network, facilities, leaving=False))


def _from_ends(network: Network, demand: Snaps, node_s: Floats, node_facility: Ints) -> tuple[Floats, Ints]:
    """Time and facility of demand points by the better end of their segments."""
    time_s, facility = np.full(len(demand), np.inf), np.full(len(demand), NONE, dtype=np.int64)
    rows = np.flatnonzero(demand.ok)
    places = demand.take(rows)
    by_tail, by_head = ends(network, places, leaving=True)
    tail, head = network.tail[places.segment], network.head[places.segment]
    by_tail, by_head = by_tail + node_s[tail], by_head + node_s[head]
    time_s[rows] = np.minimum(by_tail, by_head)
    facility[rows] = np.where(by_tail <= by_head, node_facility[tail], node_facility[head])
    facility[~np.isfinite(time_s)] = NONE
    return time_s, facility


def _same_segment(network: Network, facilities: Snaps, demand: Snaps) -> tuple[Floats, Ints]:
    """Find the facility on the demand's own segment that is reached soonest along it.

    Per segment, facilities are sorted along it; the best one ahead has the least (position + leg) of all that
    follow, the best one behind the least (leg - position) of all before. Grouped running minima give both.
    """
    time_s, found = np.full(len(demand), np.inf), np.full(len(demand), NONE, dtype=np.int64)
    sited, rows = np.flatnonzero(facilities.ok), np.flatnonzero(demand.ok)
    sited = sited[np.lexsort((facilities.along_m[sited], facilities.segment[sited]))]
    if not len(sited) or not len(rows):
        return time_s, found
    segment, along, leg = facilities.segment[sited], facilities.along_m[sited], facilities.access_m[sited]
    asked, at = demand.segment[rows], demand.along_m[rows]
    # all facilities by segment and position as one sorted key: segment number and share of the segment
    key, wanted = _position(network, segment, along), _position(network, asked, at)
    group = np.cumsum(np.r_[0, np.diff(segment) != 0])
    ahead, behind = _least(along + leg, group, after=True), _least(leg - along, group, after=False)
    for chosen, place, way in (
        (ahead, np.searchsorted(key, wanted, side="left"), network.forward),
        (behind, np.searchsorted(key, wanted, side="right") - 1, network.backward),
    ):
        inside = (place >= 0) & (place < len(sited))
        best = chosen[np.where(inside, place, 0)]
        gap_m = np.abs(along[best] - at)
        # exactly opposite each other needs no direction
        fits = inside & (segment[best] == asked) & (way[asked] | (gap_m == 0))
        seconds = np.where(fits, (gap_m + leg[best] + demand.access_m[rows]) / network.speed_m_s, np.inf)
        sooner = seconds < time_s[rows]
        time_s[rows[sooner]], found[rows[sooner]] = seconds[sooner], sited[best[sooner]]
    return time_s, found


def _position(network: Network, segment: Ints, along_m: Floats) -> npt.NDArray[np.complex128]:
    """Sort key: numpy orders complex numbers by their real part, then by the imaginary one."""
    return segment + 1j * along_m


def _least(value: Floats, group: Ints, *, after: bool) -> Ints:
    """Position of the least value within the group, among all up to here, or (``after``) from here on.

    >>> _least(np.array([3.0, 1.0, 2.0, 9.0]), np.array([0, 0, 0, 1]), after=False).tolist()
    [0, 1, 1, 3]
    >>> _least(np.array([3.0, 1.0, 2.0, 9.0]), np.array([0, 0, 0, 1]), after=True).tolist()
    [1, 1, 2, 3]
    """
    n = len(value)
    order = np.argsort(value, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    # A running minimum starts anew with each group when the groups themselves fall.
    step = -1 if after else 1
    fall = group if after else -group
    least = np.minimum.accumulate((fall * n + rank)[::step])[::step] - fall * n
    return order[least]
