"""What changed of one station, page by page, newest first."""

from data import statements
from data.postgres.db import Connection
from data.stations.store import Change


def read_page(conn: Connection, station_id: str, limit: int, *, before: int | None = None) -> list[Change]:
    """Read the newest changes of one station.

    Parameters
    ----------
    conn
        An open connection.
    station_id
        An unknown station has no changes.
    limit
        The most to read.
    before
        Only entries with a smaller ``history_id``; None: from the newest.

    Returns
    -------
    changes
        Newest first.
    """
    values = {"station_id": station_id, "before": before, "limit": limit}
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/read_changes"), values)
        return [Change(*row) for row in cursor.fetchall()]
