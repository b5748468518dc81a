"""A served registry that changes: how soon a change is answered, and what single queries feel of it."""

import json
import statistics
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg2

from bench import felt, http, load
from bench.served import NEVER_REFUSED, Served
from bench.table import Row

CHANGES = 6
QUIET_S = 1.5
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
    app = create_app(Settings(database_url=url, **NEVER_REFUSED), keeper)

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
        beside = felt.Beside(lambda n: _changed_and_settled(cursor, served, n), CHANGES, QUIET_S)
        during = "a snapshot is replaced"
        feeling = felt.rows(served.port, singles, beside, during=during, stations=stations)
    visible = Row(
        f"A change is answered after its commit, {stations:,} stations ({CHANGES} changes, the slowest)",
        f"{max(seen_s):.2f} s",
        f"median {statistics.median(seen_s):.2f} s",
        "-",
        f"≤ {goal_s:g} s",
        max(seen_s) <= goal_s,
    )
    return [visible, *feeling]


def _changed_and_settled(cursor: Any, served: Served, n: int) -> None:
    change(cursor, served, n)
    # A little longer: the old snapshot is let go after the new one is there.
    time.sleep(0.1)


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
