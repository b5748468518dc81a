"""What single queries feel while something heavy happens beside them: their p99, quiet and during."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench import load
from bench.load import Figures
from bench.table import Row

CONNECTIONS = 16
PACES = (("as fast as they can", 0.0, 3.0), ("50 a second each", 0.02, None))
"""How often each connection asks: in words, seconds between, and the goal of the ratio, if any."""
_BREATH_S = 0.2


@dataclass(frozen=True)
class Beside:
    """Something that is done ``times`` times after ``quiet_s`` of nothing: ``act`` is told which time it is."""

    act: Callable[[int], object]
    times: int
    quiet_s: float


def rows(port: int, singles: Sequence[bytes], beside: Beside, *, during: str, stations: int) -> list[Row]:
    """Measure at every pace; ``during`` says what goes on beside them."""
    return [_row(port, singles, beside, f"{during}, {stations:,} stations", *pace) for pace in PACES]


def _row(
    port: int,
    singles: Sequence[bytes],
    beside: Beside,
    during: str,
    pace: str,
    every_s: float,
    goal: float | None,
) -> Row:
    quiet, busy = [], []
    with load.running(port, list(singles), connections=CONNECTIONS, every_s=every_s) as running:
        for n in range(beside.times):
            begun_s = time.monotonic()
            time.sleep(beside.quiet_s)
            quiet.append((begun_s, time.monotonic()))
            begun_s = time.monotonic()
            beside.act(n)
            busy.append((begun_s, time.monotonic()))
            time.sleep(_BREATH_S)
        running.stop()
        seen = running.figures().checked()
    quiet_ms, busy_ms = _p99_ms(seen, quiet), _p99_ms(seen, busy)
    took_ms = 1e3 * float(np.median([end_s - begun_s for begun_s, end_s in busy]))
    print(f"  {pace}: {quiet_ms:.1f} ms quiet, {busy_ms:.1f} ms during", file=sys.stderr, flush=True)
    return Row(
        f"p99 of single queries while {during} ({beside.times} times, {took_ms:.0f} ms each), "
        f"{CONNECTIONS} connections, {pace}",
        f"{busy_ms:.1f} ms",
        f"quiet: {quiet_ms:.1f} ms",
        f"{busy_ms / quiet_ms:.1f} times",
        "" if goal is None else f"≤ {goal:g}",
        None if goal is None else busy_ms <= goal * quiet_ms,
    )


def _p99_ms(seen: Figures, spans: Sequence[tuple[float, float]]) -> float:
    return float(np.percentile(np.concatenate([seen.between(*span).took_ms for span in spans]), 99))
