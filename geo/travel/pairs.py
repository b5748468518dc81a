"""All facilities that each demand point reaches within a limit."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from geo.lists import SLACK, Lists, refuse_limit
from geo.network.graph import Network
from geo.network.snapping import Snaps, refuse_others
from geo.travel.ends import direct, ends

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NONE: Final = -1
_MOST_CELLS: Final = 4_000_000
_LEAST_SIDE_M: Final = 500.0


def within(network: Network, facilities: Snaps, demand: Snaps, limit_s: float) -> Lists:
    """List all facilities that each demand point reaches within a limit.

    Method: facilities that stand together are searched on the part of the network that lies within reach of them
    in a straight line; nothing beyond can be on a trip that is short enough.

    Parameters
    ----------
    network, facilities, demand
        As in ``nearest``.
    limit_s
        The longest trip, seconds; a trip of exactly the limit counts.

    Returns
    -------
    lists
        Cost in seconds, rows as ``demand``; refused places have empty rows and are in none.

    Raises
    ------
    ParameterError
        The limit is negative, missing or infinite; a place was snapped to another network.

    Examples
    --------
    >>> from geo.network import snap
    >>> street = Network.from_segments([[0, 0], [400, 0]], [0], [1], speed_kmh=3.6)
    >>> lists = within(street, snap(street, [[50, 0], [300, 0]]), snap(street, [[200, 0], [0, 0]]), 150)
    >>> lists.indptr.tolist(), lists.facility.tolist(), lists.cost.tolist()
    ([0, 2, 3], [1, 0, 0], [100.0, 150.0, 50.0])
    """
    refuse_limit(limit_s, "limit_s")
    refuse_others(network, facilities, demand)
    most_s = limit_s * (1 + SLACK)
    searched = [
        _searched(network, facilities, demand, group, most_s) for group in _groups(facilities, limit_s)
    ]
    parts = [*searched, _pairs_on_segments(network, facilities, demand, most_s)]
    row, column, cost = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return Lists.from_pairs(row, column, cost, n_demand=len(demand), n_facilities=len(facilities))


def _groups(facilities: Snaps, limit_s: float) -> list[Ints]:
    """Put facilities that stand within about one reach of each other into groups."""
    usable = np.flatnonzero(facilities.ok)
    if not len(usable):
        return []
    network = facilities.network
    side_m = max(limit_s * network.speed_m_s, _LEAST_SIDE_M)
    cell = np.floor(facilities.xy[usable] / side_m).astype(np.int64)
    _, group = np.unique(cell, axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    return np.split(usable[order], np.flatnonzero(np.diff(group.ravel()[order])) + 1)


def _searched(
    network: Network, facilities: Snaps, demand: Snaps, group: Ints, most_s: float
) -> tuple[Ints, Ints, Floats]:
    """All pairs of one group by the ends of segments: demand, facility, seconds."""
    reach = most_s * network.speed_m_s * float(network.scale.max(initial=1.0)) + 1.0
    low, high = facilities.xy[group].min(axis=0) - reach, facilities.xy[group].max(axis=0) + reach
    near = _inside(network.xy, low, high)
    number = np.full(network.n_nodes, NONE, dtype=np.int64)
    nodes = np.flatnonzero(near)
    number[nodes] = np.arange(len(nodes))
    rows = np.flatnonzero(demand.ok)
    rows = rows[_inside(demand.xy[rows], low, high)]
    places = demand.take(rows)
    tail, head = number[network.tail[places.segment]], number[network.head[places.segment]]
    by_tail, by_head = ends(network, places, leaving=True)
    # An end outside the part cannot be on a short enough trip.
    by_tail, by_head = np.where(tail == NONE, np.inf, by_tail), np.where(head == NONE, np.inf, by_head)
    part = network.reversed_graph[nodes][:, nodes]
    found: list[tuple[Ints, Ints, Floats]] = []
    at_once = max(1, _MOST_CELLS // max(len(nodes), len(rows), 1))
    for i in range(0, len(group), at_once):
        some = group[i : i + at_once]
        node_s = _times(network, facilities.take(some), part, number, most_s)
        seconds = np.minimum(by_tail + node_s[:, tail], by_head + node_s[:, head])
        which, column = np.nonzero(seconds <= most_s)
        found.append((rows[column], some[which], seconds[which, column]))
    return tuple(np.concatenate([f[j] for f in found]) for j in range(3))  # type: ignore[return-value]


def _times(
    network: Network, facilities: Snaps, part: sparse.csr_array, number: Ints, most_s: float
) -> Floats:
    """Seconds from each node of a part to each facility, shape (facilities, nodes of the part)."""
    n, m = part.shape[0], len(facilities)
    tips = np.column_stack(
        [number[network.tail[facilities.segment]], number[network.head[facilities.segment]]]
    )
    seconds = np.column_stack(ends(network, facilities, leaving=False))
    there = np.isfinite(seconds) & (tips != NONE)
    indptr = part.indptr[-1] + np.cumsum(there.sum(axis=1))
    graph = sparse.csr_array(
        (
            np.concatenate([part.data, seconds[there]]),
            np.concatenate([part.indices, tips[there]]).astype(np.int32),
            np.concatenate([part.indptr, indptr]).astype(np.int32),
        ),
        shape=(n + m, n + m),
    )
    times: Floats = csgraph.dijkstra(graph, indices=np.arange(n, n + m), limit=most_s)[:, :n]
    return times


def _pairs_on_segments(
    network: Network, facilities: Snaps, demand: Snaps, most_s: float
) -> tuple[Ints, Ints, Floats]:
    """All pairs that share a segment and reach each other along it: demand, facility, seconds."""
    sited = np.flatnonzero(facilities.ok)
    sited = sited[np.argsort(facilities.segment[sited], kind="stable")]
    rows = np.flatnonzero(demand.ok)
    segment = facilities.segment[sited]
    first = np.searchsorted(segment, demand.segment[rows], side="left")
    count = np.searchsorted(segment, demand.segment[rows], side="right") - first
    row = np.repeat(rows, count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    column = sited[place]
    seconds = direct(network, demand.take(row), facilities.take(column))
    near = seconds <= most_s
    return row[near], column[near], seconds[near]


def _inside(xy: Floats, low: Floats, high: Floats) -> Mask:
    return np.asarray(((xy >= low) & (xy <= high)).all(axis=1))
