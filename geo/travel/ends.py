"""Between a place and the ends of its segment; and places as nodes of a graph that only lead out."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo.network.graph import Network
from geo.network.snapping import Snaps

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def ends(network: Network, snaps: Snaps, *, leaving: bool) -> tuple[Floats, Floats]:
    """Seconds between a place and its segment's tail and head, leg included; ``inf`` against a one-way."""
    leg = snaps.access_m / network.speed_m_s
    to_tail = snaps.along_m / network.speed_m_s
    to_head = (network.length_m[snaps.segment] - snaps.along_m) / network.speed_m_s
    ahead, back = network.forward[snaps.segment], network.backward[snaps.segment]
    tail_open, head_open = (back, ahead) if leaving else (ahead, back)
    # at the very node no direction is needed
    tail_open, head_open = tail_open | (to_tail == 0), head_open | (to_head == 0)
    return np.where(tail_open, leg + to_tail, np.inf), np.where(head_open, leg + to_head, np.inf)


def appended(
    graph: sparse.csr_array, network: Network, places: Snaps, by: tuple[Floats, Floats]
) -> sparse.csr_array:
    """Add a node per place that leads to the ends of its segment, each in the seconds given."""
    n, m = graph.shape[0], len(places)
    ends = np.column_stack([network.tail[places.segment], network.head[places.segment]])
    seconds = np.column_stack(by)
    there = np.isfinite(seconds)
    indptr = graph.indptr[-1] + np.cumsum(there.sum(axis=1), dtype=np.int64)
    return sparse.csr_array(
        (
            np.concatenate([graph.data, seconds[there]]),
            np.concatenate([graph.indices, ends[there]]).astype(np.int32, copy=False),
            np.concatenate([graph.indptr, indptr.astype(np.int32)]),
        ),
        shape=(n + m, n + m),
    )


def arrivals(network: Network, targets: Snaps, node_s: Floats) -> tuple[Floats, Floats]:
    """Seconds to the targets by the tail and by the head of their segments."""
    by_tail, by_head = ends(network, targets, leaving=False)
    return by_tail + node_s[network.tail[targets.segment]], by_head + node_s[network.head[targets.segment]]


def direct(network: Network, start: Snaps, end: Snaps) -> Floats:
    """Seconds along one segment, pair by pair; ``inf`` where the segments differ or the direction is closed."""
    ahead_m = end.along_m - start.along_m
    open_ = np.where(
        ahead_m == 0,
        True,
        np.where(ahead_m > 0, network.forward[start.segment], network.backward[start.segment]),
    )
    legs_m = start.access_m + end.access_m
    same = (start.segment == end.segment) & start.ok & end.ok & open_
    return np.where(same, (np.abs(ahead_m) + legs_m) / network.speed_m_s, np.inf)
