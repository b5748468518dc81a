"""Ways as segments between nodes: which vertices are the same place, and where a closed gate cuts.

Vertices with OSM ids are the same node where the ids agree, whatever crosses above or below. Vertices of ways
without ids are the same node where their coordinates agree to a hundred-millionth of a degree, or a millimetre in a
metric CRS: what shared files of street centre lines keep at junctions. The two kinds are never joined.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.errors import FrameError
from geo.network import texts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_SAME_DEG: Final = 1e-8
_SAME_M: Final = 1e-3


@dataclass(frozen=True)
class Segments:
    """Stretches between neighbouring vertices.

    ``at`` coordinates of the nodes as drawn, shape (nodes, 2); ``tail``, ``head`` nodes, ``way`` rows of the
    streets, shape (segments,); ``cut`` number of gates that cut something.
    """

    at: Floats
    tail: Ints
    head: Ints
    way: Ints
    cut: int


def segments(streets: gpd.GeoDataFrame, rows: Ints, gates: gpd.GeoDataFrame | None, shut: Mask) -> Segments:
    """Cut ways into segments and join their vertices.

    Parameters
    ----------
    streets
        LineStrings in any CRS; ``node_ids``, where there is such a column, a list of ids per row or None.
    rows
        Which ways to take.
    gates
        Points in the same CRS, with ``osm_id`` where vertices have ids.
    shut
        Which gates are closed, shape (gates,).

    Returns
    -------
    segments
        A way that passes through a closed gate ends there on both sides. Repeated vertices are dropped.

    Raises
    ------
    FrameError
        A geometry is no LineString, or ids and vertices differ in number.
    """
    lines = np.asarray(streets.geometry.to_numpy(), dtype=object)[rows]
    wrong = np.flatnonzero(shapely.get_type_id(lines) != shapely.GeometryType.LINESTRING)
    if len(wrong):
        raise FrameError(texts.NOT_LINES.format(row=int(rows[wrong[0]])))
    at, of = shapely.get_coordinates(lines, return_index=True)
    ids, known = _ids(streets, rows, lines)
    degrees = streets.crs is None or streets.crs.is_geographic
    grid = _SAME_DEG if degrees else _SAME_M
    key, first = _keys(at, ids, known, grid)
    barred, cut = _barred(key, at, ids, known, gates, shut, grid)
    tail, head = key[:-1].copy(), key[1:].copy()
    within = (of[:-1] == of[1:]) & (tail != head)
    # Each end at a closed gate becomes a node of its own: both sides stay, nothing leads across.
    ends = np.concatenate([within & barred[:-1], within & barred[1:]])
    fresh = len(first) + np.arange(int(ends.sum()))
    both = np.concatenate([tail, head])
    both[ends] = fresh
    vertex = np.concatenate([np.arange(len(at) - 1), np.arange(1, len(at))])[ends] if len(at) else fresh
    nodes_at = np.concatenate([at[first], at[vertex]])
    tail, head = both[: len(tail)][within], both[len(tail) :][within]
    return Segments(nodes_at, tail, head, rows[of[:-1][within]], cut)


def _ids(streets: gpd.GeoDataFrame, rows: Ints, lines: npt.NDArray[np.object_]) -> tuple[Ints, Mask]:
    """OSM id of each vertex and whether it has one."""
    count = shapely.get_num_coordinates(lines)
    if "node_ids" not in streets.columns:
        return np.zeros(int(count.sum()), dtype=np.int64), np.zeros(int(count.sum()), dtype=bool)
    lists = [
        given if isinstance(given, list | tuple | np.ndarray) else ()
        for given in streets["node_ids"].iloc[rows]
    ]
    length = np.array([len(given) for given in lists], dtype=np.int64)
    wrong = np.flatnonzero((length != 0) & (length != count))
    if len(wrong):
        raise FrameError(texts.NODE_IDS.format(row=int(rows[wrong[0]])))
    known = np.repeat(length > 0, count)
    ids = np.zeros(len(known), dtype=np.int64)
    if known.any():
        ids[known] = np.concatenate([np.asarray(given, dtype=np.int64) for given in lists if len(given)])
    return ids, known


def _keys(at: Floats, ids: Ints, known: Mask, grid: float) -> tuple[Ints, Ints]:
    """Node of each vertex, from 0, and one vertex of each node."""
    key = np.empty(len(at), dtype=np.int64)
    _, first_known, by_id = np.unique(ids[known], return_index=True, return_inverse=True)
    key[known] = by_id
    _, first_other, by_place = np.unique(_grid(at[~known], grid), return_index=True, return_inverse=True)
    key[~known] = len(first_known) + by_place
    first = np.concatenate([np.flatnonzero(known)[first_known], np.flatnonzero(~known)[first_other]])
    return key, first


def _grid(at: Floats, grid: float) -> npt.NDArray[np.complex128]:
    """Coordinates as one sortable number each, whole multiples of the grid."""
    whole = np.round(at / grid)
    return whole[:, 0] + 1j * whole[:, 1]


def _barred(
    key: Ints, at: Floats, ids: Ints, known: Mask, gates: gpd.GeoDataFrame | None, shut: Mask, grid: float
) -> tuple[Mask, int]:
    """Which vertices lie on a closed gate, by id or, without ids, by place; and how many gates that are."""
    barred = np.zeros(len(at), dtype=bool)
    if gates is None or not shut.any():
        return barred, 0
    closed = gates[shut]
    named = closed["osm_id"] if "osm_id" in closed.columns else pd.Series([None] * len(closed), dtype=object)
    text = named.astype(object).astype(str).str.extract(r"^node/(-?\d+)$")[0]
    gate_ids = text.dropna().astype(np.int64).to_numpy()
    places = _grid(shapely.get_coordinates(np.asarray(closed.geometry.to_numpy(), dtype=object)), grid)
    barred[known] = np.isin(ids[known], gate_ids)
    barred[~known] = np.isin(_grid(at[~known], grid), places)
    return barred, len(np.unique(key[barred]))
