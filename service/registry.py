"""Which registry a command works on: ``DATABASE_URL``, else the embedded private cluster.

The embedded cluster runs for as long as the command does, unless ``yizhan db start`` left it running.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data.postgres import cluster, db, schema
from data.postgres.cluster import Cluster
from service import console
from service.commands import texts
from service.settings import Settings


@contextmanager
def open_url(settings: Settings, *, folder: Path | None = None) -> Iterator[str]:
    """Yield the URL of a migrated registry.

    Parameters
    ----------
    settings
        With a ``database_url`` the database is taken as it is: its schema must be current
        (``yizhan db migrate`` is the operator's own act). Without one the embedded cluster is started and
        migrated; the last command that uses it stops it, unless ``yizhan db start`` asked it to stay.
    folder
        Where the embedded cluster lives; the user's data folder by default.

    Raises
    ------
    data.errors.DataError
        The database is away, its schema is not this program's, or PostgreSQL is not installed.
    """
    if settings.database_url:
        with closing_connection(settings.database_url, role="reader") as conn:
            schema.check(conn)
        yield settings.database_url
        return
    embedded = Cluster(folder or cluster.default_folder())
    if not embedded.status().running:
        console.note(texts.STARTING_DATABASE.format(folder=embedded.folder))
    with embedded.borrowed() as url:
        if embedded.notice is not None:
            console.note(embedded.notice)
        schema.migrate(url)
        yield url


@contextmanager
def closing_connection(url: str, *, role: db.Role) -> Iterator[Connection]:
    """Yield a connection of that role and close it afterwards; nothing is committed here."""
    conn = db.connect(url, role=role)
    try:
        yield conn
    finally:
        conn.close()
