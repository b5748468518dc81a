"""One worker that serves a million stations: its full load, its memory, and how it takes changes."""

import multiprocessing
import time
from contextlib import closing

from bench import invented, renewal
from bench.served import served
from bench.table import Row
from data.postgres import db

STATIONS = 1_000_000
GOAL_LOAD_S = 30.0
GOAL_MB = 2.5 * 1024
GOAL_SEEN_S = 3.0


def run(rows: int = STATIONS) -> list[Row]:
    """Measure; the rows of the table."""
    with invented.registry(rows) as url:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            bare_s = pool.apply(_bare, (url,))
        with served(renewal.make_app, url) as worker:
            took_s, load_mb = renewal.load_s(worker), renewal.peak_mb(worker)
            changes = renewal.rows_of(url, worker, rows, GOAL_SEEN_S)
            most_mb = renewal.peak_mb(worker)
    return [
        Row(
            f"Full load of {rows:,} stations from PostGIS",
            f"{took_s:.1f} s",
            f"bare `SELECT * FROM yizhan.station` by psycopg2, chunk by chunk: {bare_s:.1f} s",
            f"{took_s / bare_s:.1f} × its time",
            f"≤ {GOAL_LOAD_S:g} s",
            took_s <= GOAL_LOAD_S,
        ),
        Row(
            f"Memory of one worker that serves {rows:,} stations, its peak",
            f"{most_mb:,.0f} MB",
            f"after the load: {load_mb:,.0f} MB",
            f"{most_mb * 2**20 / rows:,.0f} bytes per station",
            f"≤ {GOAL_MB:,.0f} MB",
            most_mb <= GOAL_MB,
        ),
        *changes,
    ]


def _bare(url: str) -> float:
    with closing(db.connect(url, role="reader")) as conn, conn.cursor("bare") as cursor:
        start = time.perf_counter()
        cursor.execute("SELECT * FROM yizhan.station")
        while cursor.fetchmany(10_000):
            pass
        return time.perf_counter() - start


if __name__ == "__main__":
    import sys

    from bench.table import to_markdown

    print(to_markdown(run(*map(int, sys.argv[1:]))))
