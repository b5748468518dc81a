"""How long the history of changes is kept: trimmed by age on request, never by itself."""

from datetime import datetime
from typing import NamedTuple

from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements


class Trimmed(NamedTuple):
    """How much was forgotten: entries of the history, marks of data versions."""

    entries: int
    marks: int


def trim(conn: Connection, *, before: datetime) -> Trimmed:
    """Forget the history older than a moment; the transaction is the caller's.

    Parameters
    ----------
    conn
        Of the registry's owner: a writer may not rewrite the history.
    before
        With an offset. What is of this very moment stays.

    Returns
    -------
    trimmed
        Zeros when nothing is that old. Stations, tombstones and the data version stay as they are: no client sees a
        change. Lost is what these stations said earlier, and who changed them.

    Raises
    ------
    DatabaseError
        The role may not (SQLSTATE 42501).
    """
    counts = []
    with conn.cursor() as cursor:
        for name in ("trim_history", "trim_marks"):
            cursor.execute(statements.load(f"history/{name}"), {"before": before})
            counts.append(cursor.rowcount)
        if any(counts):
            cursor.execute(statements.load("history/note_trim"), {"before": before})
    return Trimmed(*counts)
