"""A week of coverage by the half hour: 300,000 cells and 10,000 stations, by straight line and on foot.

The rival is what one does without it: for each hour of the week take the stations open then, search the nearest for
every cell, add up by township. Of the 168 hours 24 are timed, seven apart, so that every hour of the day and every day
is among them, and scaled; each of them must agree with the week in every township. Both sides know cells and stations
in metres; on foot, both have the network and everything snapped to it.
"""

import multiprocessing
import resource
import time
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from bench.table import Row

CELLS, STATIONS, TOWNSHIPS = 300_000, 10_000, 300
PITCH_M = 122.0
LIMIT_M, LIMIT_S, SPEED_KMH = 1_000.0, 900.0, 5.0
HOURS = tuple(range(0, 168, 7))
GOAL_S, GOAL_TIMES = 60.0, 20.0
SEED = 20260105


def run() -> list[Row]:
    """Measure; the rows of the table."""
    rows = []
    for name, work in (("by straight line, 1 km", _straight), ("on foot, 15 min", _walking)):
        found = _apart(work)
        ours, rival = found["week_s"], found["runs_s"] / len(HOURS) * 168
        rows.append(
            Row(
                f"a week of coverage {name}: {CELLS:,} cells, {STATIONS:,} stations, {TOWNSHIPS} townships",
                f"{ours:.1f} s for all 336 half hours ({found['search_s']:.1f} s of it searching "
                f"{found['pairs']:,} pairs, {found['weeks']:,} distinct weeks)",
                f"168 separate runs, one per hour: {rival:.0f} s (scaled from {len(HOURS)}, all equal)",
                f"{rival / ours:.0f} times faster",
                f"≤ {GOAL_S:.0f} s, ≥ {GOAL_TIMES:.0f} times faster",
                ours <= GOAL_S and rival / ours >= GOAL_TIMES,
            )
        )
        rows.append(
            Row(
                f"peak memory of that process {name}, after the week",
                f"{found['peak_mb']:,.0f} MB ({found['before_mb']:,.0f} MB before it)",
                "", "", "", None,
            )
        )  # fmt: skip
    return rows


def _apart(work: Any) -> dict[str, Any]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found: dict[str, Any] = pool.apply(work)
        return found


def city() -> dict[str, Any]:
    """Cells in a square of 67 km, most stations and most people towards its middle, some 500 schedules."""
    from geo import week
    from geo.coverage.openings import Openings

    rng = np.random.default_rng(SEED)
    side = int(np.ceil(np.sqrt(CELLS)))
    at = np.arange(CELLS)
    cells = np.column_stack([at % side, at // side]) * PITCH_M + rng.uniform(-20, 20, (CELLS, 2))
    middle = side * PITCH_M / 2
    stations = rng.normal(middle, middle / 2.5, (STATIONS, 2)) % (side * PITCH_M)
    township = (cells[:, 0] * 20 // (side * PITCH_M + 21)).clip(0, 19) * 15
    township += (cells[:, 1] * 15 // (side * PITCH_M + 21)).clip(0, 14)
    distance = np.hypot(*(cells - middle).T)
    opens, shuts = rng.integers(6, 11, STATIONS), rng.integers(16, 24, STATIONS)
    spans = {(a, b): week.between(a, b) for a in range(6, 11) for b in range(16, 24)}
    flags = np.array([spans[a, b] for a, b in zip(opens.tolist(), shuts.tolist(), strict=True)])
    noon = week.between(12, 13)
    flags[rng.random(STATIONS) < 0.2] &= ~noon
    for day in range(5, 7):
        flags[rng.random(STATIONS) < 0.3, day * 48 : (day + 1) * 48] = False
    return {
        "side": side,
        "cells": cells,
        "stations": stations,
        "township": township.astype(np.int64),
        "weight": rng.random(CELLS) * np.exp(-distance / 15_000),
        "openings": Openings.of(flags, rng.random(STATIONS) > 0.1, rng.random(STATIONS) < 0.1),
    }


def _straight() -> dict[str, Any]:
    from geo import lists

    town = city()

    def search() -> Any:
        return lists.straight(town["cells"], town["stations"], LIMIT_M)

    def alone(open_now: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        tree = cKDTree(town["stations"][open_now])
        # the bound excludes what lies exactly on it
        cost, _ = tree.query(town["cells"], distance_upper_bound=np.nextafter(LIMIT_M, np.inf))
        return np.asarray(np.isfinite(cost))

    return _compared(town, search, alone)


def _walking() -> dict[str, Any]:
    from geo import travel
    from geo.network import Network, snap

    town = city()
    side = town["side"] + 1
    node = np.arange(side * side).reshape(side, side)
    xy = np.column_stack([node.ravel() % side, node.ravel() // side]) * PITCH_M - PITCH_M / 2
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    network = Network.from_segments(xy, tail, head, speed_kmh=SPEED_KMH)
    cells, stations = snap(network, town["cells"]), snap(network, town["stations"])

    def search() -> Any:
        return travel.within(network, stations, cells, LIMIT_S)

    def alone(open_now: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        cost, _ = travel.nearest(network, stations.take(open_now), cells)
        return np.asarray(cost <= LIMIT_S * (1 + 1e-9))

    return _compared(town, search, alone)


def _compared(town: dict[str, Any], search: Any, alone: Any) -> dict[str, Any]:
    from geo.coverage.hourly import Hourly, sums
    from geo.profiles import FLAT, Profiles

    openings, weight, township = town["openings"], town["weight"], town["township"]
    flat = np.full(CELLS, FLAT, dtype=np.int64)
    before_mb = _peak_mb()
    start = time.perf_counter()
    found = search()
    searched = time.perf_counter()
    hourly = Hourly.of(found, openings)
    made = sums(hourly, weight, flat, Profiles.none(), township, TOWNSHIPS)
    end = time.perf_counter()
    peak_mb = _peak_mb()
    runs_s = 0.0
    for hour in HOURS:
        began = time.perf_counter()
        covered = alone(np.flatnonzero(openings.open_week[:, 2 * hour]))
        by_township = np.bincount(township, weights=weight * covered, minlength=TOWNSHIPS)
        runs_s += time.perf_counter() - began
        np.testing.assert_allclose(by_township, made.covered[:, 2 * hour], rtol=1e-9, atol=1e-9)
    return {
        "week_s": end - start, "search_s": searched - start, "pairs": found.n_pairs, "weeks": len(hourly.words),
        "runs_s": runs_s, "peak_mb": peak_mb, "before_mb": before_mb,
    }  # fmt: skip


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
