"""What changed since a version: the stations as they are now, and the ids of those that are public no longer.

Read from the registry in one moment, so that the answer is whole up to the version that it states: a transaction that
commits later has a higher number (``data_version`` is one row that writers queue for).
"""

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from data import statements
from data.hours.schedule import SHANGHAI
from data.postgres.db import Connection
from data.stations import store
from geo import coordsys
from geo.coordsys import CoordSys
from service import encoding
from service.columns import DECIMALS, is_public
from service.errors import SnapshotNeededError
from service.feed import texts
from service.feed.envelope import Edition
from service.feed.writing import Extra, Listing

MOST: Final = 20_000
"""Stations of one difference; beyond it the whole is quicker for both sides."""


class Changes(NamedTuple):
    """A difference: up to which edition, and what it holds; ``stations`` has the public ones alone."""

    edition: Edition
    since: int
    stations: pd.DataFrame
    removed: list[dict[str, Any]]


def read(conn: Connection, since: int, mark: str | None, *, most: int = MOST) -> Changes:
    """Read what changed since a version.

    Parameters
    ----------
    conn
        A connection at the beginning of a transaction.
    since
        The version that the follower holds.
    mark
        The mark of that version as the follower holds it; None: not told.
    most
        The most stations that a difference may hold.

    Raises
    ------
    SnapshotNeededError
        There is no such version here, it is too old, other than the follower's, or too much has changed.
    """
    _run(conn, "session/consistent")
    version = store.version(conn)
    ((oldest,),) = _run(conn, "feed/oldest")
    if since > version.data_version:
        raise SnapshotNeededError(texts.AHEAD.format(since=since, version=version.data_version))
    if since < oldest:
        raise SnapshotNeededError(texts.TOO_OLD.format(oldest=oldest))
    if mark is not None and store.mark(conn, since) != mark:
        raise SnapshotNeededError(texts.OTHER_MARK.format(since=since))
    if _run(conn, "feed/count_changed", since=since, most=most) == [(most + 1,)]:
        raise SnapshotNeededError(texts.TOO_MANY.format(n=most))
    frame = store.read_stations(conn, since=since)
    removed = [_gone(*row) for row in _run(conn, "feed/withdrawn", since=since)]
    edition = Edition(version.registry_id, version.data_version, version.mark, store.changed_at(conn))
    return Changes(edition, since, frame[is_public(frame)], removed)


def listing(stations: pd.DataFrame, system: CoordSys) -> Listing:
    """Encode stations as a feed tells them, in the order given."""
    lon, lat = (stations[name].to_numpy(np.float64) for name in ("lon", "lat"))
    x, y = coordsys.from_wgs84(lon, lat, system)
    return Listing(encoding.bodies(stations), np.round(x, DECIMALS), np.round(y, DECIMALS))


def extra(changes: Changes) -> Extra:
    """Give what a difference tells besides its stations."""
    return Extra(changes.since, changes.removed)


def _gone(station_id: str, data_version: int, withdrawn_at: Any, merged_into: str | None) -> dict[str, Any]:
    told = {
        "station_id": station_id,
        "data_version": data_version,
        "removed_at": withdrawn_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
    }
    return told | ({} if merged_into is None else {"merged_into": merged_into})


def _run(conn: Connection, name: str, **values: Any) -> list[tuple[Any, ...]]:
    with conn.cursor() as cursor:
        cursor.execute(statements.load(name), values or None)
        return cursor.fetchall() if cursor.description else []
