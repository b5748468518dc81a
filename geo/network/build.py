"""From streets to a network: access, topology, lengths, components, and the account of what was left out."""

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from geo import metric
from geo.curve import along_curve
from geo.errors import FrameError, ParameterError
from geo.network import access, texts, topology
from geo.network.access import SPEED_KMH, Mode
from geo.network.graph import LeftOut, Network, components, refuse_speed
from geo.network.topology import Segments

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_WGS84: Final = "EPSG:4326"


def build(
    streets: gpd.GeoDataFrame,
    mode: Mode,
    speed_kmh: float | None = None,
    gates: gpd.GeoDataFrame | None = None,
    *,
    keep_length_m: float | None = None,
) -> Network:
    """Make the network of one mode.

    Lengths are geodesic where the streets are in degrees, and those of the CRS where it is metric.

    Parameters
    ----------
    streets
        LineStrings with ``highway`` and what other tags there are (``geo.network.access.allowed``); ``node_ids``
        joins ways by OSM's nodes, else equal coordinates do. Degrees of any system, or a metric CRS.
    mode
        ``walk`` or ``ebike``.
    speed_kmh
        By default 5 on foot and 15 by e-bike.
    gates
        Points by contract ``geo.frames.GATES``; closed ones cut the ways they stand on. None: no gate is known.
    keep_length_m
        None keeps the largest component alone. A number keeps every component with at least so many metres of
        streets, for a map of several cities. Within a component each place can reach each other place, so a
        one-way that leads nowhere is left out too.

    Returns
    -------
    network
        With the account of what is not in it. No usable street: a network without segments.

    Raises
    ------
    FrameError
        The streets have no ``highway``, no CRS, or a geometry that is no LineString.
    ParameterError
        Mode or speed is none.

    Examples
    --------
    >>> from shapely import LineString
    >>> lines = [LineString([(0, 0), (100, 0)]), LineString([(100, 0), (100, 50)]), LineString([(9, 9), (9, 8)])]
    >>> frame = gpd.GeoDataFrame({"highway": ["primary", "steps", "primary"]}, geometry=lines, crs="EPSG:4548")
    >>> network = build(frame, "walk")
    >>> network.length_m.tolist(), network.left_out.components, build(frame, "ebike").n_segments
    ([100.0, 50.0], 1, 1)
    """
    if mode not in access.MODES:
        raise ParameterError(texts.MODE_UNKNOWN.format(value=mode, known=", ".join(access.MODES)))
    speed = SPEED_KMH[mode] if speed_kmh is None else speed_kmh
    refuse_speed(speed)
    _check(streets)
    may = access.allowed(streets, mode)
    shut = np.zeros(0, dtype=bool) if gates is None else access.closed_gates(gates, mode)
    rows = np.flatnonzero(may.forward | may.backward)
    parts = topology.segments(streets, rows, _in_crs(gates, streets), shut)
    parts, ahead, back = _merged(parts, may.forward[parts.way], may.backward[parts.way])
    crs, xy, length_m = _measured(streets, parts)
    kept, label = _kept(parts, ahead, back, length_m, keep_length_m)
    left_out = _account(may.reason, parts, kept, label, length_m, shut)
    used, numbers = np.unique(np.concatenate([parts.tail[kept], parts.head[kept]]), return_inverse=True)
    order, position = _along(parts.at[used], streets)
    ends = position[numbers]
    half = int(kept.sum())
    return Network.from_segments(
        xy[used][order],
        ends[:half],
        ends[half:],
        speed_kmh=speed,
        mode=mode,
        forward=ahead[kept],
        backward=back[kept],
        length_m=length_m[kept],
        crs=crs,
        way=parts.way[kept],
        left_out=left_out,
    )


def _check(streets: gpd.GeoDataFrame) -> None:
    if "highway" not in streets.columns:
        raise FrameError(texts.COLUMN_MISSING)
    if streets.crs is None:
        raise FrameError(texts.NO_CRS)


def _in_crs(gates: gpd.GeoDataFrame | None, streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    if gates is None or gates.crs is None or gates.crs == streets.crs:
        return gates
    return gates.to_crs(streets.crs)


def _merged(parts: Segments, ahead: Mask, back: Mask) -> tuple[Segments, Mask, Mask]:
    """Make one segment of all between the same two nodes: what any of the ways allows is allowed."""
    low, high = np.minimum(parts.tail, parts.head), np.maximum(parts.tail, parts.head)
    turned = parts.tail != low
    up, down = np.where(turned, back, ahead), np.where(turned, ahead, back)
    pair = low * np.int64(len(parts.at) + 1) + high
    _, first, group = np.unique(pair, return_index=True, return_inverse=True)
    up_any = np.bincount(group, weights=up, minlength=len(first)) > 0
    down_any = np.bincount(group, weights=down, minlength=len(first)) > 0
    one = Segments(parts.at, low[first], high[first], parts.way[first], parts.cut)
    return one, up_any, down_any


def _measured(streets: gpd.GeoDataFrame, parts: Segments) -> tuple[pyproj.CRS, Floats, Floats]:
    """CRS, nodes in it, and metres of each segment on the ground."""
    crs = streets.crs
    if not crs.is_geographic:
        along = parts.at[parts.head] - parts.at[parts.tail]
        return crs, parts.at, np.hypot(along[:, 0], along[:, 1])
    points = gpd.GeoSeries(gpd.points_from_xy(*parts.at.T), crs=crs).to_crs(_WGS84)
    lon, lat = points.x.to_numpy(), points.y.to_numpy()
    tail, head = parts.tail, parts.head
    length_m = metric.geodesic_m(lon[tail], lat[tail], lon[head], lat[head])
    if not len(lon):
        return crs, parts.at, length_m
    chosen = metric.choose_crs(lon, lat)
    there = points.to_crs(chosen)
    return chosen, np.column_stack([there.x.to_numpy(), there.y.to_numpy()]), length_m


def _kept(
    parts: Segments, ahead: Mask, back: Mask, length_m: Floats, keep_length_m: float | None
) -> tuple[Mask, npt.NDArray[np.int32]]:
    """Which segments stay, and the component of each node."""
    label = components(len(parts.at), parts.tail, parts.head, ahead, back)
    inside = label[parts.tail] == label[parts.head]
    metres = np.bincount(
        label[parts.tail], weights=length_m * inside, minlength=int(label.max(initial=0)) + 1
    )
    stays = np.arange(len(metres)) == 0 if keep_length_m is None else metres >= keep_length_m
    return inside & stays[label[parts.tail]], label


def _account(
    reason: npt.NDArray[np.object_],
    parts: Segments,
    kept: Mask,
    label: npt.NDArray[np.int32],
    length_m: Floats,
    shut: Mask,
) -> LeftOut:
    ways = pd.Series(reason).value_counts()
    counted = {str(name): int(n) for name, n in ways.items() if name != access.OPEN}
    gone = np.setdiff1d(parts.way[~kept], parts.way[kept])
    if len(gone):
        counted["component"] = len(gone)
    used = np.unique(np.concatenate([parts.tail, parts.head]))
    stay = np.unique(np.concatenate([parts.tail[kept], parts.head[kept]]))
    labels, labels_kept = np.unique(label[used]), np.unique(label[stay])
    return LeftOut(
        ways=counted,
        gates_closed=parts.cut,
        gates=len(shut),
        components=len(labels) - len(labels_kept),
        nodes=len(used) - len(stay),
        length_m=float(length_m[~kept].sum()),
        kept_share=len(stay) / len(used) if len(used) else 1.0,
    )


def _along(at: Floats, streets: gpd.GeoDataFrame) -> tuple[Ints, Ints]:
    """Order nodes so that neighbours stand side by side in memory; and the new number of each."""
    box = np.ptp(at, axis=0).max() if len(at) else 1.0
    # the curve has cells of a few hundred metres: stretched to the globe they are as fine as the map
    spread = (at - (at.min(axis=0) if len(at) else 0.0)) / (box or 1.0)
    order = along_curve(spread[:, 0] * 360.0 - 180.0, spread[:, 1] * 180.0 - 90.0)
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    return order, position
