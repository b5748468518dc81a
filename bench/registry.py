"""A registry of invented stations in a private PostGIS, imported as lists are, for as long as a block runs."""

import multiprocessing
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from bench.imports import write_csv
from data.postgres import db, schema
from data.postgres.cluster import Cluster
from data.stations import imports
from data.stations.imports import ImportOptions


@contextmanager
def registry(rows: int) -> Iterator[str]:
    """The URL of a registry with this many public stations in 300 towns, vacuumed and analysed."""
    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_csv(folder / "stations.csv", rows)
        cluster = Cluster(folder / "postgres", disposable=True)
        try:
            url = cluster.start()
            schema.migrate(url)
            # A process of its own: what an import holds in memory ends with it.
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                pool.apply(_fill, (url, folder / "stations.csv"))
            with closing(psycopg2.connect(url)) as conn, conn.cursor() as cursor:
                conn.autocommit = True
                cursor.execute("VACUUM ANALYZE yizhan.station")
                cursor.execute("CHECKPOINT")
            yield url
        finally:
            cluster.remove()


def _fill(url: str, path: Path) -> None:
    with closing(db.connect(url, role="writer")) as conn:
        imports.import_file(conn, path, ImportOptions("gcj02"))
