"""Figures per area, per preset, and how evenly stations are shared."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import week
from geo.coverage import equality
from geo.coverage.hourly import Sums
from geo.coverage.reach import Reach
from geo.coverage.zones import Zones
from geo.frames import build
from geo.lists import SLACK
from geo.study import AREAS, INSTANTS, LIMITS, LORENZ
from geo.week import NIGHT_SLOT, Flags

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def areas(
    cells: pd.DataFrame,
    stations: pd.DataFrame,
    zones: Zones,
    added: Mapping[str, Sums],
    weights: Mapping[str, FloatArray],
    reaches: Mapping[str, Reach],
    own: Flags,
) -> pd.DataFrame:
    """Work out the figures of the whole, its districts and its townships.

    Parameters
    ----------
    cells, stations
        Contracts ``CELLS`` and ``STATIONS`` of ``geo.study``.
    zones
        Of both, cells first.
    added
        By standard, demand by zone and half hour.
    weights
        By instant, demand of each cell then.
    reaches
        By standard.
    own
        The stations that count and stand in the area in question, shape (stations,).

    Returns
    -------
    areas
        Contract ``AREAS``.
    """
    zone, row = zones.memberships(0)
    n = len(zones)
    weight = weights["any"]
    columns: dict[str, Any] = {str(name): values.to_numpy() for name, values in zones.frame.items()}
    columns |= {
        "cells": np.bincount(zone, minlength=n),
        "area_m2": np.bincount(zone, np.nan_to_num(cells["area_m2"].to_numpy(np.float64))[row], minlength=n),
        "demand": np.bincount(zone, weight[row], minlength=n),
        "unreached_demand": np.bincount(
            zone, (weight * cells["unreached"].notna().to_numpy())[row], minlength=n
        ),
    }
    columns |= _station_counts(stations, zones, own)
    columns["demand_per_station"] = divided(columns["demand"], columns["stations"])
    for standard, reach in reaches.items():
        columns |= _shares(standard, added[standard])
        columns |= _gaps(standard, cells, weights, zone, row, n)
        columns |= _distances(standard, reach, weight, zone, row, n)
    return build(columns, AREAS)


def limits(
    reaches: Mapping[str, Reach],
    weights: Mapping[str, FloatArray],
    presets: Mapping[str, tuple[float, ...]],
    walk_kmh: float,
    slow_kmh: float,
) -> pd.DataFrame:
    """Work out the whole's coverage under each preset, the study's own limits among them.

    A slow walker's time is the computed time times ``walk_kmh / slow_kmh``.

    Returns
    -------
    limits
        Contract ``LIMITS``: straight first, then walking at the study's speed, then slower.
    """
    speeds = {"straight": (np.nan,), "walk": (walk_kmh, *([slow_kmh] if slow_kmh != walk_kmh else []))}
    rows = [
        {"standard": standard, "limit": limit, "speed_kmh": speed}
        | {"is_norm": limit == reach.limit and (np.isnan(speed) or speed == walk_kmh)}
        | {
            f"{moment}_share": _share_within(reach, moment, limit, weights[moment], walk_kmh, speed)
            for moment in INSTANTS
        }
        for standard, reach in reaches.items()
        for speed in speeds[standard]
        for limit in sorted({*presets[standard], reach.limit})
    ]
    return build({name: [row[name] for row in rows] for name in LIMITS.columns}, LIMITS)


def lorenz(cells: pd.DataFrame, zones: Zones, in_reach: Mapping[str, IntArray]) -> pd.DataFrame:
    """Lorenz curves of stations in reach over demand, of the whole and of each district.

    Parameters
    ----------
    in_reach
        By standard, number of stations in reach of each cell.

    Returns
    -------
    lorenz
        Contract ``LORENZ``.
    """
    weight = cells["weight"].to_numpy(np.float64)
    district = zones.districts[zones.township_of[0]]
    columns: dict[str, list[Any]] = {name: [] for name in LORENZ.columns}
    for standard, count in in_reach.items():
        for zone in np.flatnonzero(zones.frame["level"].to_numpy() != "township"):
            mine = np.ones(len(cells), dtype=np.bool_) if zone == 0 else district == zone
            heads, had = equality.lorenz(count[mine].astype(np.float64), weight[mine])
            columns["standard"] += [standard] * len(heads)
            columns["level"] += [zones.frame["level"].iloc[zone]] * len(heads)
            columns["code"] += [zones.frame["code"].iloc[zone]] * len(heads)
            columns["demand_share"] += heads.tolist()
            columns["station_share"] += had.tolist()
    return build(columns, LORENZ)


def divided(a: npt.ArrayLike, b: npt.ArrayLike) -> FloatArray:
    """Divide where the divisor is positive; ``NaN`` elsewhere.

    Examples
    --------
    >>> divided([1.0, 2.0], [4, 0]).tolist()
    [0.25, nan]
    """
    above, below = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    out = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    return np.asarray(np.divide(above, below, out=out, where=below > 0))


def _station_counts(stations: pd.DataFrame, zones: Zones, own: Flags) -> dict[str, IntArray]:
    zone, row = zones.memberships(1)
    marks = {
        "stations": own,
        "stations_24h": own & stations["is_24h"].to_numpy(),
        "stations_unknown": own & ~stations["hours_known"].to_numpy(),
    }
    return {
        name: np.bincount(zone, mark[row].astype(np.float64), minlength=len(zones)).astype(np.int64)
        for name, mark in marks.items()
    }


def _shares(standard: str, added: Sums) -> dict[str, FloatArray]:
    """Shares that follow the clock; ``any`` and ``24h`` come with the gaps."""
    spans = {"day": week.between(*week.DAY_HOURS), "night": week.between(*week.NIGHT_HOURS)}
    columns = {
        f"{standard}_{name}_share": divided(added.covered[:, s].sum(axis=1), added.demand[:, s].sum(axis=1))
        for name, s in spans.items()
    }
    then = added.demand[:, NIGHT_SLOT]
    columns[f"{standard}_0200_maybe_share"] = divided(added.maybe[:, NIGHT_SLOT], then)
    return columns


def _gaps(
    standard: str,
    cells: pd.DataFrame,
    weights: Mapping[str, FloatArray],
    zone: IntArray,
    row: IntArray,
    n: int,
) -> dict[str, FloatArray]:
    columns: dict[str, FloatArray] = {}
    for moment in INSTANTS:
        covered = cells[f"{standard}_{moment}"].to_numpy(np.bool_)
        whole = np.bincount(zone, weights[moment][row], minlength=n)
        gap = np.bincount(zone, (weights[moment] * ~covered)[row], minlength=n).astype(np.float64)
        columns[f"{standard}_{moment}_share"] = divided(
            np.bincount(zone, (weights[moment] * covered)[row], minlength=n), whole
        )
        columns[f"{standard}_{moment}_gap"] = gap
        columns[f"{standard}_{moment}_gap_share"] = divided(gap, np.broadcast_to(gap[0], gap.shape))
    return columns


def _distances(
    standard: str, reach: Reach, weight: FloatArray, zone: IntArray, row: IntArray, n: int
) -> dict[str, FloatArray]:
    unit = {"straight": "m", "walk": "s"}[standard]
    cost = reach.nearest["any"].cost[row]
    in_reach = np.diff(reach.lists.indptr).astype(np.float64)[row]
    return {
        f"{standard}_mean_{unit}": equality.means(zone, cost, weight[row], n),
        f"{standard}_p90_{unit}": equality.quantiles(zone, cost, weight[row], n, 0.9),
        f"{standard}_gini": equality.ginis(zone, in_reach, weight[row], n),
    }


def _share_within(
    reach: Reach, moment: str, limit: float, weight: FloatArray, walk_kmh: float, speed: float
) -> float:
    longest = limit if np.isnan(speed) else limit * speed / walk_kmh
    within = reach.nearest[moment].cost <= longest * (1 + SLACK)
    return float(divided(weight[within].sum(), weight.sum()))
