"""A snapshot of 180,000 stations: its full load against a bare fetch of the same rows, and how it takes changes."""

import multiprocessing
import time
from contextlib import closing

from bench import invented, renewal
from bench.served import served
from bench.table import Row
from data.postgres import db

GOAL_LOAD_S = 6.0
GOAL_SEEN_S = 1.0


def run(rows: int = 180_000) -> list[Row]:
    """Measure; the rows of the table."""
    with invented.registry(rows) as url:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            bare_s = pool.apply(_bare, (url,))
        with served(renewal.make_app, url) as worker:
            took_s, load_mb = renewal.load_s(worker), renewal.peak_mb(worker)
            changes = renewal.rows_of(url, worker, rows, GOAL_SEEN_S)
    return [
        Row(
            f"full load of a snapshot of {rows:,} stations from PostGIS",
            f"{took_s:.1f} s, peak {load_mb:,.0f} MB",
            f"bare `SELECT * FROM yizhan.station` by psycopg2: {bare_s:.1f} s",
            f"{took_s / bare_s:.1f} × its time",
            f"< {GOAL_LOAD_S:.0f} s",
            took_s < GOAL_LOAD_S,
        ),
        *changes,
    ]


def _bare(url: str) -> float:
    with closing(db.connect(url, role="reader")) as conn, conn.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute("SELECT * FROM yizhan.station")
        cursor.fetchall()
        return time.perf_counter() - start


if __name__ == "__main__":
    from bench.table import to_markdown

    print(to_markdown(run()))
