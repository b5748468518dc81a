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
def open_url(settings: Settings, *, folder: Path | None = None, role: db.Role = "reader") -> Iterator[str]:
    """Yield the URL of a migrated registry.

    Parameters
    ----------
    settings
        With a ``database_url`` the database is taken as it is: its schema must be current
        (``yizhan db migrate`` is the operator's own act). Without one the embedded cluster is started and
        migrated; the last command that uses it stops it, unless ``yizhan db start`` asked it to stay.
    folder
        Where the embedded cluster lives; the user's data folder by default.
    role
        What the URL is for: a ``writer`` gets ``write_url`` where the settings have one.

    Raises
    ------
    data.errors.DataError
        The database is away, its schema is not this program's, or PostgreSQL is not installed.
    """
    stated = stated_url(settings, role)
    if stated:
        with closing_connection(stated, role="reader") as conn:
            schema.check(conn)
        yield stated
        return
    embedded = Cluster(folder or cluster.default_folder())
    if not embedded.status().running:
        console.note(texts.STARTING_DATABASE.format(folder=embedded.folder))
    with embedded.borrowed() as url:
        if embedded.notice is not None:
            console.note(embedded.notice)
        schema.migrate(url)
        yield url


def stated_url(settings: Settings, role: db.Role) -> str | None:
    """Return the URL that the operator stated for this role; None = the embedded cluster.

    Examples
    --------
    >>> settings = Settings(database_url="postgresql:///a?user=r", write_url="postgresql:///a?user=w")
    >>> stated_url(settings, "writer"), stated_url(Settings(database_url="postgresql:///a"), "writer")
    ('postgresql:///a?user=w', 'postgresql:///a')
    """
    if settings.database_url and role == "writer":
        return settings.write_url or settings.database_url
    return settings.database_url


@contextmanager
def closing_connection(url: str, *, role: db.Role) -> Iterator[Connection]:
    """Yield a connection of that role and close it afterwards; nothing is committed here."""
    conn = db.connect(url, role=role)
    try:
        yield conn
    finally:
        conn.close()
