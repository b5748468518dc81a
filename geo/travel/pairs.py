"""All facilities that each demand point reaches within a limit."""

from dataclasses import dataclass
from typing import Final, Self

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

_Arcs = tuple[Floats, Ints, Ints]
"""Seconds, heads and row starts of a graph as CSR."""

NONE: Final = -1
_MOST_CELLS: Final = 4_000_000
_SIDES: Final = 1.5
_LEAST_SIDE_M: Final = 500.0


def within(network: Network, facilities: Snaps, demand: Snaps, limit_s: float) -> Lists:
    """List all facilities that each demand point reaches within a limit.

    Method: facilities of one tile are searched on the part of the network in that tile and the eight around it, tiles
    being wider than the longest trip; nothing beyond can be on one that is short enough.

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
    parts = [
        _by_ends(network, facilities, demand, most_s),
        _pairs_on_segments(network, facilities, demand, most_s),
    ]
    row, column, cost = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return Lists.from_pairs(row, column, cost, n_demand=len(demand), n_facilities=len(facilities))


@dataclass(frozen=True, eq=False)
class _Tiled:
    """Points sorted by square tile, so that those of a tile and its eight neighbours are three slices."""

    key: Ints
    order: Ints
    width: int

    @classmethod
    def of(cls, tile: Ints, rows: Ints, width: int) -> Self:
        """Sort rows by the tile of each, (column, line) from 1 to below ``width - 1``."""
        key = tile[:, 0] * width + tile[:, 1]
        order = np.argsort(key, kind="stable")
        return cls(key[order], rows[order], width)

    def around(self, tile: Ints) -> Ints:
        """Rows in a tile and its neighbours."""
        lines = (tile[0] + np.arange(-1, 2)) * self.width + tile[1]
        first, last = np.searchsorted(self.key, lines - 1), np.searchsorted(self.key, lines + 1, side="right")
        return np.concatenate([self.order[i:j] for i, j in zip(first, last, strict=True)])


def _by_ends(network: Network, facilities: Snaps, demand: Snaps, most_s: float) -> tuple[Ints, Ints, Floats]:
    """All pairs by the ends of segments, tile by tile: demand, facility, seconds."""
    rows, sited = np.flatnonzero(demand.ok), np.flatnonzero(facilities.ok)
    found: list[tuple[Ints, Ints, Floats]] = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    if len(rows) and len(sited):
        # Wider than the longest trip: what a facility reaches lies in its tile and the eight around it.
        reach_m = most_s * network.speed_m_s * float(network.scale.max(initial=1.0)) + 1.0
        side_m = max(_SIDES * reach_m, _LEAST_SIDE_M)
        low = network.xy.min(axis=0)

        def tiles(xy: Floats) -> Ints:
            return np.asarray(np.floor((xy - low) / side_m), dtype=np.int64) + 1

        width = int(tiles(network.xy).max()) + 2
        nodes = _Tiled.of(tiles(network.xy), np.arange(network.n_nodes), width)
        places = _Tiled.of(tiles(demand.xy[rows]), np.arange(len(rows)), width)
        taken = demand.take(rows)
        leaving = ends(network, taken, leaving=True)
        number = np.full(network.n_nodes, NONE, dtype=np.int64)
        for group in _groups(tiles(facilities.xy[sited]), width):
            tile = tiles(facilities.xy[sited[group[:1]]])[0]
            near, here = nodes.around(tile), places.around(tile)
            number[near] = np.arange(len(near))
            found += _searched(
                network, facilities, sited[group], taken, here, leaving, near, number, most_s, rows
            )
            number[near] = NONE
    row, column, seconds = (np.concatenate([f[i] for f in found]) for i in range(3))
    return row, column, seconds


def _groups(tile: Ints, width: int) -> list[Ints]:
    """Put facilities of one tile into one group."""
    key = tile[:, 0] * width + tile[:, 1]
    order = np.argsort(key, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(key[order])) + 1)


def _searched(
    network: Network,
    facilities: Snaps,
    group: Ints,
    demand: Snaps,
    here: Ints,
    leaving: tuple[Floats, Floats],
    nodes: Ints,
    number: Ints,
    most_s: float,
    rows: Ints,
) -> list[tuple[Ints, Ints, Floats]]:
    """All pairs of one group of facilities with the demand around it: demand, facility, seconds."""
    if not len(here) or not len(nodes):
        return []
    segment = demand.segment[here]
    tail, head = number[network.tail[segment]], number[network.head[segment]]
    # An end outside the part cannot be on a short enough trip.
    by_tail = np.where(tail == NONE, np.inf, leaving[0][here])
    by_head = np.where(head == NONE, np.inf, leaving[1][here])
    part = _part(network.reversed_graph, nodes, number)
    found: list[tuple[Ints, Ints, Floats]] = []
    at_once = max(1, _MOST_CELLS // max(len(nodes), len(here), 1))
    for i in range(0, len(group), at_once):
        some = group[i : i + at_once]
        node_s = _times(network, facilities.take(some), part, number, most_s)
        seconds = np.minimum(by_tail + node_s[:, tail], by_head + node_s[:, head])
        which, column = np.nonzero(seconds <= most_s)
        found.append((rows[here[column]], some[which], seconds[which, column]))
    return found


def _part(graph: sparse.csr_array, nodes: Ints, number: Ints) -> _Arcs:
    """Cut the arcs between some nodes out of a graph; ``number`` says which row each becomes, -1 none."""
    start = graph.indptr[nodes]
    length = graph.indptr[nodes + 1] - start
    ends_at = np.cumsum(length)
    arc = np.arange(ends_at[-1]) + np.repeat(start - ends_at + length, length)
    to = number[graph.indices[arc]]
    kept = to != NONE
    before = np.concatenate([[0], np.cumsum(kept)])
    return graph.data[arc[kept]], to[kept], np.concatenate([[0], before[ends_at]])


def _times(network: Network, facilities: Snaps, part: _Arcs, number: Ints, most_s: float) -> Floats:
    """Seconds from each node of a part to each facility, shape (facilities, nodes of the part)."""
    data, indices, indptr = part
    n, m = len(indptr) - 1, len(facilities)
    tips = np.column_stack(
        [number[network.tail[facilities.segment]], number[network.head[facilities.segment]]]
    )
    seconds = np.column_stack(ends(network, facilities, leaving=False))
    there = np.isfinite(seconds) & (tips != NONE)
    more = indptr[-1] + np.cumsum(there.sum(axis=1))
    graph = sparse.csr_array(
        (
            np.concatenate([data, seconds[there]]),
            np.concatenate([indices, tips[there]]).astype(np.int32),
            np.concatenate([indptr, more]).astype(np.int32),
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
