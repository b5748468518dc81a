"""A served registry that changes: how soon a change is answered, and what single queries feel of it."""

import json
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import psycopg2

from bench import http, load
from bench.load import Figures
from bench.served import Served
from bench.table import Row

CONNECTIONS = 16
CHANGES = 6
QUIET_S = 1.5
GOAL_P99 = 3.0
LOAD_S = "/bench/load_s"
# What costs most: a station that moves, so that the index is built anew, and one that comes or goes.
EDITS = (
    "UPDATE yizhan.station SET position = ST_Point(110.1 + {n} / 1000.0, 30.1, 4326)::geography, "
    "given_x = 110.1, given_y = 30.1 WHERE station_id = 'S00000007'",
    "UPDATE yizhan.station SET status = CASE status WHEN 'open' THEN 'closed' ELSE 'open' END "
    "WHERE station_id = 'S00000011'",
    "UPDATE yizhan.station SET name = 'changed {n}' WHERE station_id = 'S00000013'",
)


def make_app(url: str) -> Any:
    """Make our application over a registry, loaded, with a route that tells how long the load took."""
    from fastapi import Response

    from service.app import create_app
    from service.keeper import DatabaseKeeper
    from service.settings import Settings

    started_s = time.perf_counter()
    keeper = DatabaseKeeper(url)
    keeper.start()
    if not keeper.wait(600):
        raise RuntimeError("the registry was not loaded within ten minutes")
    took_s = time.perf_counter() - started_s
    app = create_app(Settings(database_url=url), keeper)

    @app.get(LOAD_S)
    async def load_s() -> Response:
        return Response(str(took_s))

    return app


def load_s(served: Served) -> float:
    """Seconds that the full load took over there."""
    with urlopen(f"http://127.0.0.1:{served.port}{LOAD_S}", timeout=30) as answer:
        return float(answer.read())


def peak_mb(served: Served) -> float:
    """The most that the process ever held in memory, MB of 2**20 bytes."""
    lines = Path(f"/proc/{served.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def rows_of(url: str, served: Served, stations: int, goal_s: float) -> list[Row]:
    """Rows about changes: how soon they are answered, and p99 of single queries meanwhile."""
    singles = [load.get(http.path_of(*point)) for point in http.points(2_000)]
    with closing(psycopg2.connect(url)) as conn, conn.cursor() as cursor:
        conn.autocommit = True
        cursor.execute("SET search_path = yizhan, public")
        seen_s = [change(cursor, served, n) for n in range(CHANGES)]
        felt = [
            while_it_changes(cursor, served, stations, singles, *kind)
            for kind in (("as fast as they can", 0.0, GOAL_P99), ("50 a second each", 0.02, None))
        ]
    visible = Row(
        f"A change is answered after its commit, {stations:,} stations ({CHANGES} changes, the slowest)",
        f"{max(seen_s):.2f} s",
        f"median {statistics.median(seen_s):.2f} s",
        "-",
        f"≤ {goal_s:g} s",
        max(seen_s) <= goal_s,
    )
    return [visible, *felt]


def change(cursor: Any, served: Served, n: int) -> float:
    """Change one station; the seconds from the commit until the service answers from it."""
    before = version(served)
    cursor.execute(EDITS[n % len(EDITS)].format(n=n))
    committed_s = time.monotonic()
    while version(served) == before:
        time.sleep(0.005)
        if time.monotonic() - committed_s > 60:
            raise RuntimeError("the change was not answered within a minute")
    return time.monotonic() - committed_s


def version(served: Served) -> int:
    with urlopen(f"http://127.0.0.1:{served.port}/readyz", timeout=30) as answer:
        return int(json.load(answer)["data_version"])


def while_it_changes(
    cursor: Any,
    served: Served,
    stations: int,
    singles: list[bytes],
    pace: str,
    every_s: float,
    goal: float | None,
) -> Row:
    quiet, busy = [], []
    with load.running(served.port, singles, connections=CONNECTIONS, every_s=every_s) as running:
        for n in range(CHANGES):
            begun_s = time.monotonic()
            time.sleep(QUIET_S)
            quiet.append((begun_s, time.monotonic()))
            begun_s = time.monotonic()
            change(cursor, served, n)
            # A little longer: the old snapshot is let go after the new one is there.
            time.sleep(0.1)
            busy.append((begun_s, time.monotonic()))
            time.sleep(0.2)
        running.stop()
        seen = running.figures().checked()
    quiet_ms, busy_ms = p99_ms(seen, quiet), p99_ms(seen, busy)
    print(f"  {pace}: {quiet_ms:.1f} ms quiet, {busy_ms:.1f} ms during", file=sys.stderr, flush=True)
    return Row(
        f"p99 of single queries while a snapshot is replaced ({CHANGES} times), {CONNECTIONS} connections, "
        f"{pace}, {stations:,} stations",
        f"{busy_ms:.1f} ms",
        f"quiet: {quiet_ms:.1f} ms",
        f"{busy_ms / quiet_ms:.1f} times",
        "-" if goal is None else f"≤ {goal:g}",
        None if goal is None else busy_ms <= goal * quiet_ms,
    )


def p99_ms(seen: Figures, spans: Sequence[tuple[float, float]]) -> float:
    return float(np.percentile(np.concatenate([seen.between(*span).took_ms for span in spans]), 99))
