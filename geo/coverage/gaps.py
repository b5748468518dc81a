"""Uncovered ground as polygons: cells dissolved, the smallest in demand put aside."""

from dataclasses import dataclass
from typing import Any, Final, Self

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import cells as grid
from geo.coverage import equality, texts
from geo.demand import AREA_NAMES
from geo.errors import ParameterError
from geo.frames import Contract, build
from geo.study import GAPS
from geo.week import Flags

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]


SPECKS_SHARE: Final = 0.01


@dataclass(frozen=True, eq=False)
class Ground:
    """Cells with their outlines, prepared once for the gaps of all standards and instants.

    Attributes
    ----------
    cells
        Contract ``DEMAND`` on h3 cells, n rows.
    outline, centre
        Polygon and middle of each cell, WGS-84, shape (n,); None where there is no demand.
    township
        Number of the township of each cell, shape (n,).
    """

    cells: pd.DataFrame
    outline: Shapes
    centre: Shapes
    township: IntArray

    @classmethod
    def of(cls, cells: pd.DataFrame) -> Self:
        """Prepare cells.

        Raises
        ------
        ParameterError
            A row that has demand is no h3 cell.
        """
        rows = np.flatnonzero(cells["weight"].to_numpy() > 0)
        outline, centre = np.full(len(cells), None, dtype=object), np.full(len(cells), None, dtype=object)
        outline[rows] = grid.outlines(_numbers(cells, rows))
        places = cells[["lon", "lat"]].to_numpy(np.float64)[rows]
        centre[rows] = shapely.points(places)
        names = pd.MultiIndex.from_frame(cells[list(AREA_NAMES)].astype(object).fillna(""))
        return cls(cells, outline, centre, pd.factorize(names)[0].astype(np.int64))


@dataclass(frozen=True, eq=False)
class Gaps:
    """Polygons (contract ``GAPS``) of one standard and instant, and the specks that are not drawn."""

    frame: gpd.GeoDataFrame
    specks: int
    specks_demand: float


def dissolve(
    ground: Ground,
    uncovered: Flags,
    weight: FloatArray,
    *,
    standard: str,
    moment: str,
    straight_m: FloatArray,
    walk_s: FloatArray,
    station: Shapes,
    specks_share: float = SPECKS_SHARE,
    across: bool = False,
) -> Gaps:
    """Dissolve uncovered cells that touch along an edge.

    Cells without demand are not part of a gap: nobody is left out there. A gap ends at the border of its township,
    because a whole mountain range would else be one gap that belongs to nobody; ``across`` joins over borders.

    Parameters
    ----------
    ground
        The cells.
    uncovered, weight
        Of each cell, shape (n,); weight is the demand at the moment.
    standard, moment
        For the columns and ids.
    straight_m, walk_s, station
        Of each cell, shape (n,): to the nearest station that counts at the moment, ``inf`` or ``NaN`` = none;
        ``station`` is its id by the standard, None = none.
    specks_share
        The gaps of least demand are specks as long as all of them together hold at most this part of the uncovered
        demand: counted, not drawn.
    across
        Join over the borders of townships.

    Returns
    -------
    gaps
        Ordered by demand, greatest first. No uncovered demand: no row.

    Raises
    ------
    ParameterError
        The share is not within 0 to 1.
    """
    if not 0 <= specks_share <= 1:
        raise ParameterError(texts.GAP_SHARE.format(value=specks_share))
    rows = np.flatnonzero(uncovered & (weight > 0))
    township = np.zeros(len(rows), dtype=np.int64) if across else ground.township[rows]
    shape, member = _components(ground.outline[rows], ground.centre[rows], township)
    demand = np.bincount(member, weights=weight[rows], minlength=len(shape)).astype(np.float64)
    order = np.lexsort((np.arange(len(shape)), -demand))
    # what all gaps from here to the last hold together, so that specks are a small part of the whole gap
    rest = np.cumsum(demand[order][::-1])[::-1]
    drawn = order[rest > specks_share * demand.sum()]
    rank = np.full(len(shape), -1)
    rank[drawn] = np.arange(len(drawn))
    kept = rank[member] >= 0
    mine, gap = rows[kept], rank[member[kept]]
    table = _figures(
        ground.cells.iloc[mine], ground.township[mine], gap, weight[mine], straight_m[mine], walk_s[mine],
        station[mine], len(drawn),
    )  # fmt: skip
    table |= _labels(shape[drawn], standard, moment, demand[drawn], float(demand.sum()), float(weight.sum()))
    frame = gpd.GeoDataFrame(
        build(table, Contract("gaps", GAPS.columns)), geometry=list(shape[drawn]), crs="EPSG:4326"
    )
    return Gaps(frame, len(shape) - len(drawn), float(demand.sum() - demand[drawn].sum()))


def _labels(
    shape: Shapes, standard: str, moment: str, demand: FloatArray, gap: float, whole: float
) -> dict[str, Any]:
    inside = shapely.point_on_surface(shape)
    count = len(shape)
    return {
        "gap_id": [f"{standard}-{moment}-{i + 1}" for i in range(count)],
        "standard": [standard] * count,
        "moment": [moment] * count,
        "rank": np.arange(1, count + 1),
        "demand": demand,
        "gap_share": demand / gap if count else demand,
        "demand_share": demand / whole if count else demand,
        "lon": shapely.get_x(inside) if count else demand,
        "lat": shapely.get_y(inside) if count else demand,
    }


def _figures(
    cells: pd.DataFrame,
    township: IntArray,
    gap: IntArray,
    weight: FloatArray,
    straight_m: FloatArray,
    walk_s: FloatArray,
    station: Shapes,
    count: int,
) -> dict[str, Any]:
    """Sum up the cells of each gap; its area names are those of most demand."""
    area = np.nan_to_num(cells["area_m2"].to_numpy(np.float64))
    unreached = ~np.isfinite(walk_s)
    figures: dict[str, Any] = {
        "cells": np.bincount(gap, minlength=count),
        "area_m2": np.bincount(gap, weights=area, minlength=count),
        "straight_m": equality.means(gap, straight_m, weight, count),
        "walk_s": equality.means(gap, walk_s, weight, count),
        "unreached_demand": np.bincount(gap, weights=weight * unreached, minlength=count),
        "station": _most(gap, station, weight, count),
    }
    # the four names belong together: they are those of the township with most demand
    first = dict(zip(*np.unique(township, return_index=True), strict=True))
    most = _most(gap, township.astype(object), weight, count)
    chosen = np.array([first[code] for code in most], dtype=np.int64)
    for name in AREA_NAMES:
        figures[name] = cells[name].to_numpy(object)[chosen]
    return figures


def _most(
    gap: IntArray, value: npt.NDArray[np.object_], weight: FloatArray, count: int
) -> npt.NDArray[np.object_]:
    """Of each gap the value that most weight has; None counts as a value."""
    codes, distinct = pd.factorize(value, use_na_sentinel=False)
    pair, at = np.unique(gap * max(len(distinct), 1) + codes, return_inverse=True)
    total = np.bincount(at, weights=weight, minlength=len(pair))
    of = pair // max(len(distinct), 1)
    order = np.lexsort((pair, -total, of))
    first = order[np.unique(of[order], return_index=True)[1]]
    out = np.full(count, None, dtype=object)
    chosen = np.asarray(distinct, dtype=object)[pair[first] % max(len(distinct), 1)]
    out[of[first]] = [None if pd.isna(v) else v for v in chosen]
    return out


def _numbers(cells: pd.DataFrame, rows: IntArray) -> grid.Cells:
    names = cells["demand_id"].iloc[rows]
    wrong = ~names.str.fullmatch("[0-9a-f]{15}").to_numpy(dtype=bool)
    if bool(wrong.any()):
        at = int(np.flatnonzero(wrong)[0])
        raise ParameterError(texts.GAP_CELLS.format(row=cells.index[rows[at]], name=names.iloc[at]))
    return grid.numbers(names)


def _components(outline: Shapes, centre: Shapes, township: IntArray) -> tuple[Shapes, IntArray]:
    """Polygons of cells joined along edges within a township, and the polygon of each cell."""
    parts: list[Any] = []
    member = np.full(len(outline), -1, dtype=np.int64)
    order = np.argsort(township, kind="stable")
    borders = np.flatnonzero(np.diff(township[order])) + 1
    for rows in np.split(order, borders) if len(order) else []:
        # neighbouring cells share their corners exactly, so the union needs no overlay
        pieces = shapely.get_parts(shapely.coverage_union_all(outline[rows]))
        piece, cell = shapely.STRtree(centre[rows]).query(pieces, predicate="contains")
        member[rows[cell]] = piece + len(parts)
        parts += list(pieces)
    return np.array([*parts, None], dtype=object)[:-1], member
