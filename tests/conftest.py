"""What several rooms of tests share: the real data, and a private PostGIS that the tests start themselves."""

import itertools
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from data.postgres import db, schema
from data.postgres.cluster import Cluster

TEMPLATE = "yizhan_template"


def pytest_configure() -> None:
    """Hear Ctrl-C also where a shell that runs the tests in the background has it ignored: programs inherit that."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout."""
    folder = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the real data in {folder}")
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A disposable PostGIS for the whole run, with one migrated database to copy from."""
    # Not pytest's own temporary folder: as root it is closed to the server's user.
    with tempfile.TemporaryDirectory(prefix="yizhan-tests-") as folder:
        Path(folder).chmod(0o755)
        private = Cluster(Path(folder) / "postgres", disposable=True)
        try:
            private.start()
            execute(private.url_of("postgres"), f"CREATE DATABASE {TEMPLATE}")
            schema.migrate(private.url_of(TEMPLATE))
            yield private
        finally:
            private.remove()


@pytest.fixture
def empty_database_url(cluster: Cluster) -> Iterator[str]:
    """A database with nothing in it, not even PostGIS."""
    yield from _new_database(cluster, "template0")


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    """A migrated database of this test alone."""
    yield from _new_database(cluster, TEMPLATE)


@pytest.fixture(scope="module")
def standing_database_url(cluster: Cluster) -> Iterator[str]:
    """A migrated database for all tests of one module, which roll back what they do."""
    yield from _new_database(cluster, TEMPLATE)


@pytest.fixture
def connection(database_url: str) -> Iterator[db.Connection]:
    """A writer's connection to the database of this test."""
    with closing(db.connect(database_url, role="writer")) as conn:
        yield conn


def execute(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as conn:
        conn.autocommit = True
        with conn.cursor() as cursor:
            cursor.execute(statement)


def _new_database(cluster: Cluster, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    server = cluster.url_of("postgres")
    execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield cluster.url_of(name)
    finally:
        execute(server, f"DROP DATABASE {name} WITH (FORCE)")
