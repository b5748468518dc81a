"""Catchments: the streets from which a facility is the nearest one, and within a limit."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.lists import refuse_limit
from geo.network.graph import Network
from geo.network.snapping import Snaps, refuse_others
from geo.travel.soonest import to_nodes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def catchments(network: Network, facilities: Snaps, limit_s: float) -> gpd.GeoDataFrame:
    """Draw the streets from which each facility is reached soonest, and within a limit.

    Segments are cut exactly: at facilities, where two of them are equally far, and where the limit ends.

    Parameters
    ----------
    network, facilities
        As in ``nearest``.
    limit_s
        The longest trip, seconds, with the leg at the facility (the leg at the other end is nobody's yet).

    Returns
    -------
    catchments
        One row per facility, in their order: ``length_m`` of its streets and a MultiLineString in the network's
        CRS, empty for a facility that was refused or serves nothing.

    Raises
    ------
    ParameterError
        The limit is negative, missing or infinite; a place was snapped to another network.

    Examples
    --------
    >>> from geo.network import snap
    >>> street = Network.from_segments([[0, 0], [400, 0]], [0], [1], speed_kmh=3.6)
    >>> catchments(street, snap(street, [[50, 0], [150, 0]]), 200).length_m.tolist()
    [100.0, 250.0]
    """
    refuse_limit(limit_s, "limit_s")
    refuse_others(network, facilities)
    usable = np.flatnonzero(facilities.ok)
    if not len(usable):
        return _frame(network, len(facilities), np.empty(0, np.int64), np.empty(0), np.empty((0, 2, 2)))
    split, at = _split(network, facilities.take(usable))
    node_s, owner = to_nodes(split, at, limit_s)
    owned, length_m, lines = _reached(split, node_s, owner, limit_s)
    return _frame(network, len(facilities), usable[owned], length_m, lines)


def _split(network: Network, facilities: Snaps) -> tuple[Network, Snaps]:
    """Cut segments at the facilities that stand on them; each facility then stands at a node."""
    order = np.lexsort((facilities.along_m, facilities.segment))
    segment, along = facilities.segment[order], facilities.along_m[order]
    m, n = len(order), network.n_nodes
    new = n + np.arange(m)
    starts = np.r_[True, segment[1:] != segment[:-1]]
    ends = np.r_[segment[1:] != segment[:-1], True]
    before = np.where(starts, network.tail[segment], np.r_[0, new[:-1]])
    before_m = np.where(starts, 0.0, np.r_[0.0, along[:-1]])
    whole = np.setdiff1d(np.arange(network.n_segments), segment)
    last = segment[ends]
    of = np.concatenate([segment, last, whole])
    length_m = np.concatenate(
        [along - before_m, network.length_m[last] - along[ends], network.length_m[whole]]
    )
    # a facility at a node, or beside another, is reached from there in any direction
    none = (length_m == 0) & (np.arange(len(of)) < m + len(last))
    split = Network.from_segments(
        np.concatenate([network.xy, facilities.xy[order]]),
        np.concatenate([before, new[ends], network.tail[whole]]),
        np.concatenate([new, network.head[last], network.head[whole]]),
        speed_kmh=network.speed_kmh,
        mode=network.mode,
        forward=network.forward[of] | none,
        backward=network.backward[of] | none,
        length_m=length_m,
        crs=network.crs,
    )
    # the piece that ends at each facility, in the order given
    piece = np.empty(m, dtype=np.int64)
    piece[order] = np.arange(m)
    at = Snaps(
        split,
        piece,
        split.length_m[piece],
        facilities.access_m,
        facilities.xy,
        facilities.place_xy,
        facilities.reason,
    )
    return split, at


def _reached(network: Network, node_s: Floats, owner: Ints, limit_s: float) -> tuple[Ints, Floats, Floats]:
    """Stretches within the limit: facility, metres, and two points each, shape (stretches, 2, 2)."""
    speed, length = network.speed_m_s, network.length_m
    tail_s = np.where(network.backward, node_s[network.tail], np.inf)
    head_s = np.where(network.forward, node_s[network.head], np.inf)
    with np.errstate(invalid="ignore"):
        meet = np.clip((head_s - tail_s) * speed / 2 + length / 2, 0.0, length)
    meet = np.where(
        np.isfinite(tail_s) & np.isfinite(head_s), meet, np.where(np.isfinite(tail_s), length, 0.0)
    )
    until = np.minimum(meet, np.clip((limit_s - tail_s) * speed, 0.0, None))
    since = np.maximum(meet, length - np.clip((limit_s - head_s) * speed, 0.0, None))
    zero = np.zeros_like(length)
    parts = ((network.tail, zero, until), (network.head, since, length))
    owners, metres, lines = [], [], []
    for node, low, high in parts:
        some = np.flatnonzero(high > low)
        share = np.column_stack([low[some], high[some]]) / length[some, None]
        start = network.xy[network.tail[some]][:, None, :]
        along = network.xy[network.head[some]][:, None, :] - start
        owners.append(owner[node[some]])
        metres.append(high[some] - low[some])
        lines.append(start + share[..., None] * along)
    return np.concatenate(owners), np.concatenate(metres), np.concatenate(lines)


def _frame(network: Network, count: int, owned: Ints, length_m: Floats, lines: Floats) -> gpd.GeoDataFrame:
    order = np.argsort(owned, kind="stable")
    geometry = np.full(count, shapely.MultiLineString(), dtype=object)
    if len(order):
        who = owned[order]
        numbers, indices = np.unique(who, return_inverse=True)
        drawn = shapely.multilinestrings(shapely.linestrings(lines[order]), indices=indices)
        merged = shapely.line_merge(drawn)
        single = shapely.get_type_id(merged) == shapely.GeometryType.LINESTRING
        merged[single] = shapely.multilinestrings(merged[single][:, None])
        geometry[numbers] = merged
    metres = np.bincount(owned, weights=length_m, minlength=count) if count else np.empty(0)
    return gpd.GeoDataFrame({"length_m": metres}, geometry=geometry, crs=network.crs)
