"""Weeks of coverage on Dask: two single-thread worker processes against one."""

import time
from typing import Any

import numpy as np

from bench.table import Row

PLACES, STATIONS, LIMIT_M, SIDE_M = 600_000, 20_000, 1_000.0, 40_000.0
GOAL, ROUNDS = 1.4, 2
SEED = 20260101


def run() -> list[Row]:
    """Measure; the rows of the table."""
    inputs = _inputs()
    one_s, one = _with(1, inputs)
    two_s, two = _with(2, inputs)
    alone_s, alone = _alone(inputs)
    equal = all(
        np.array_equal(getattr(found, name), getattr(alone, name))
        for found in (one, two)
        for name in ("words", "row", "unknown")
    )
    return [
        Row(
            f"a week of coverage, {PLACES:,} places and {STATIONS:,} stations, 16 parts on two workers of one thread "
            f"({'equal to' if equal else 'DIFFERS from'} one run)",
            f"{two_s:.1f} s",
            f"one worker: {one_s:.1f} s; without Dask or parts: {alone_s:.1f} s",
            f"{one_s / two_s:.2f} times faster",
            f"≥ {GOAL} times, equal",
            bool(equal and one_s / two_s >= GOAL),
        )
    ]


def _inputs() -> tuple[Any, ...]:
    from geo.coverage.openings import Openings

    rng = np.random.default_rng(SEED)
    flags = np.repeat(rng.random((STATIONS, 42)) < 0.4, 8, axis=1)
    openings = Openings.of(flags, rng.random(STATIONS) < 0.9, rng.random(STATIONS) < 0.1)
    return rng.random((PLACES, 2)) * SIDE_M, rng.random((STATIONS, 2)) * SIDE_M, LIMIT_M, openings


def _with(workers: int, inputs: tuple[Any, ...]) -> tuple[float, Any]:
    """The best of some rounds; starting workers and their first imports are not counted."""
    import distributed

    from service import spread

    with (
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1",
            memory_limit=None, silence_logs=50,
        ) as cluster,
        spread.Scheduler(cluster.scheduler_address, parts=16) as runner,
    ):  # fmt: skip
        places, stations, limit_m, openings = inputs
        spread.straight_weeks(places[:1000], stations, limit_m, openings, runner)
        taken = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            found = spread.straight_weeks(*inputs, runner)
            taken.append(time.perf_counter() - begun)
    return min(taken), found


def _alone(inputs: tuple[Any, ...]) -> tuple[float, Any]:
    from geo.coverage.hourly import Hourly
    from geo.lists import straight

    places, stations, limit_m, openings = inputs
    begun = time.perf_counter()
    found = Hourly.of(straight(places, stations, limit_m), openings)
    return time.perf_counter() - begun, found
