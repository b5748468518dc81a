"""Uncovered ground as polygons: cells dissolved, the smallest in demand put aside."""

from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, eq=False)
class Gaps:
    """Polygons (contract ``GAPS``) of one standard and instant, and the specks that are not drawn."""

    frame: gpd.GeoDataFrame
    specks: int
    specks_demand: float


def dissolve(
    cells: pd.DataFrame,
    uncovered: Flags,
    weight: FloatArray,
    *,
    standard: str,
    moment: str,
    straight_m: FloatArray,
    walk_s: FloatArray,
    station: npt.NDArray[np.object_],
    least_share: float = 0.001,
    across: bool = False,
) -> Gaps:
    """Dissolve uncovered cells that touch along an edge.

    Cells without demand are not part of a gap: nobody is left out there. A gap ends at the border of its township,
    because a whole mountain range would else be one gap that belongs to nobody; ``across`` joins over borders.

    Parameters
    ----------
    cells
        Contract ``DEMAND`` on h3 cells.
    uncovered, weight
        Of each cell, shape (n,); weight is the demand at the moment.
    standard, moment
        For the columns and ids.
    straight_m, walk_s, station
        Of each cell, shape (n,): to the nearest station that counts at the moment, ``inf`` or ``NaN`` = none;
        ``station`` is its id by the standard, None = none.
    least_share
        Gaps of less than this part of all uncovered demand are specks: counted, not drawn.
    across
        Join over the borders of townships.

    Returns
    -------
    gaps
        Ordered by demand, greatest first. No uncovered demand: no row.

    Raises
    ------
    ParameterError
        A row that is uncovered is no h3 cell; the share is not within 0 to 1.
    """
    if not 0 <= least_share <= 1:
        raise ParameterError(texts.GAP_SHARE.format(value=least_share))
    rows = np.flatnonzero(uncovered & (weight > 0))
    number = _numbers(cells, rows)
    township = np.zeros(len(rows), dtype=np.int64) if across else _townships(cells, rows)
    shape, member = _components(number, township)
    demand = np.bincount(member, weights=weight[rows], minlength=len(shape))
    order = np.lexsort((np.arange(len(shape)), -demand))
    drawn = order[demand[order] >= least_share * demand.sum()]
    rank = np.full(len(shape), -1)
    rank[drawn] = np.arange(len(drawn))
    kept = rank[member] >= 0
    table = _figures(
        cells.iloc[rows[kept]], rank[member[kept]], weight[rows[kept]], straight_m[rows[kept]],
        walk_s[rows[kept]], station[rows[kept]], len(drawn),
    )  # fmt: skip
    table |= _labels(shape[drawn], standard, moment, demand[drawn], demand.sum(), float(weight.sum()))
    frame = gpd.GeoDataFrame(
        build(table, Contract("gaps", GAPS.columns)), geometry=list(shape[drawn]), crs="EPSG:4326"
    )
    return Gaps(frame, len(shape) - len(drawn), float(demand.sum() - demand[drawn].sum()))


def _labels(
    shape: npt.NDArray[Any], standard: str, moment: str, demand: FloatArray, gap: float, whole: float
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
    gap: IntArray,
    weight: FloatArray,
    straight_m: FloatArray,
    walk_s: FloatArray,
    station: npt.NDArray[np.object_],
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
    codes, _ = pd.factorize(pd.MultiIndex.from_frame(cells[list(AREA_NAMES)].fillna("")))
    first = np.r_[np.unique(codes, return_index=True)[1], -1]
    chosen = first[_most(gap, codes.astype(object), weight, count).astype(np.int64)]
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


def _townships(cells: pd.DataFrame, rows: IntArray) -> IntArray:
    names = cells.iloc[rows][list(AREA_NAMES)].fillna("")
    return np.asarray(pd.factorize(pd.MultiIndex.from_frame(names))[0], dtype=np.int64)


def _components(number: grid.Cells, township: IntArray) -> tuple[npt.NDArray[np.object_], IntArray]:
    """Polygons of cells joined along edges within a township, and the polygon of each cell."""
    outline = grid.outlines(number)
    parts: list[Any] = []
    member = np.full(len(number), -1, dtype=np.int64)
    order = np.argsort(township, kind="stable")
    borders = np.flatnonzero(np.diff(township[order])) + 1
    for rows in np.split(order, borders) if len(order) else []:
        # neighbouring cells share their corners exactly, so the union needs no overlay
        pieces = shapely.get_parts(shapely.coverage_union_all(outline[rows]))
        cell, piece = shapely.STRtree(pieces).query(shapely.centroid(outline[rows]), predicate="within")
        member[rows[cell]] = piece + len(parts)
        parts += list(pieces)
    return np.array([*parts, None], dtype=object)[:-1], member
