"""Full load of a registry of 180,000 stations into a snapshot, against a bare fetch of the same rows."""

import multiprocessing
import resource
import tempfile
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bench.imports import write_csv
from bench.table import Row
from data.hours import holidays
from data.hours.schedule import SHANGHAI
from data.postgres import db, schema
from data.postgres.cluster import Cluster
from data.stations import imports, store
from data.stations.imports import ImportOptions
from service.snapshot import Snapshot

GOAL_S = 6.0


def run(rows: int = 180_000) -> list[Row]:
    """Measure; the row of the table."""
    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_csv(folder / "stations.csv", rows)
        cluster = Cluster(folder / "postgres", disposable=True)
        try:
            url = cluster.start()
            schema.migrate(url)
            with closing(db.connect(url, role="writer")) as conn:
                imports.import_file(conn, folder / "stations.csv", ImportOptions("gcj02"))
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                bare_s = pool.apply(_bare, (url,))
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                load_s, peak_mb = pool.apply(_load, (url, rows))
        finally:
            cluster.remove()
    return [
        Row(
            f"full load of a snapshot of {rows:,} stations from PostGIS",
            f"{load_s:.1f} s, peak {peak_mb:,.0f} MB",
            f"bare `SELECT * FROM yizhan.station` by psycopg2: {bare_s:.1f} s",
            f"{load_s / bare_s:.1f} × its time",
            f"< {GOAL_S:.0f} s",
            load_s < GOAL_S,
        )
    ]


def _bare(url: str) -> float:
    with closing(db.connect(url, role="reader")) as conn, conn.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute("SELECT * FROM yizhan.station")
        cursor.fetchall()
        return time.perf_counter() - start


def _load(url: str, expected: int) -> tuple[float, float]:
    with closing(db.connect(url, role="reader")) as conn:
        start = time.perf_counter()
        table = holidays.HolidayTable.from_library().merged(holidays.read(conn))
        snapshot = Snapshot.build(store.read_stations(conn), table, loaded_at=datetime.now(SHANGHAI))
        taken = time.perf_counter() - start
    assert len(snapshot) == expected, len(snapshot)
    return taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
