"""Typed reads of the registry: stations and their history (their verdicts: ``data.stations.verdicts``).

Every function takes an open connection and leaves transactions to its caller (``data.postgres.db``).
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import orjson
import pandas as pd
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements
from geo import frames

_NUMBERS = tuple(n for n, c in frames.STATIONS.columns.items() if c.kind == "number")
_JSON = ("external_ids", "facilities", "visited")

CHUNK_ROWS: Final = 10_000
_KNOWN_TEXTS: Final = 500_000
_cursors = itertools.count(1)


@dataclass(frozen=True)
class Change:
    """One entry of a station's history; ``old`` and ``new`` hold only the columns that changed."""

    history_id: int
    entity: str
    operation: str
    data_version: int
    actor: str
    changed_at: datetime
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class Version(NamedTuple):
    """Which registry, and how far it has come; the versions of two registries say nothing of each other.

    ``mark``: drawn by lot for each version, so that after a restore the same number is not taken for the same
    rows; empty where none is known.
    """

    registry_id: str
    data_version: int
    mark: str = ""


def version(conn: Connection) -> Version:
    """Read which registry this is, and its data version: 0 when nothing was ever written."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/version"))
        registry_id, data_version, mark = cursor.fetchone() or ("", 0, "")
    return Version(registry_id, int(data_version), mark)


def mark(conn: Connection, data_version: int) -> str:
    """Read the mark of a version that was once seen; empty when this registry never came by it."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/mark"), {"data_version": data_version})
        (found,) = cursor.fetchone() or ("",)
    return str(found)


def changed_at(conn: Connection) -> datetime:
    """Read when the registry last changed; of one in which nothing was ever written, when it was made."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/changed_at"))
        (moment,) = cursor.fetchone() or (datetime.fromtimestamp(0, UTC),)
    changed: datetime = moment
    return changed


def data_version(conn: Connection) -> int:
    """Read the registry's data version: 0 when nothing was ever written."""
    return version(conn).data_version


def stream_stations(
    conn: Connection, *, since: int | None = None, rows: int = CHUNK_ROWS
) -> Iterator[pd.DataFrame]:
    """Read stations chunk by chunk, so that the whole is never in memory.

    Parameters
    ----------
    conn
        An open connection, in one transaction for as long as chunks are read.
    since
        A data version: only the stations changed after it, tombstones included. None: all living stations.
    rows
        Most stations per chunk.

    Yields
    ------
    frame
        Contract ``geo.frames.STATIONS`` and one more column ``deleted`` (flag), in no order. At least one: no
        station gives a chunk of no rows, with all columns. Equal dicts may be one object: do not change them.
    """
    with conn.cursor(name=f"stations_{next(_cursors)}", withhold=conn.autocommit) as cursor:
        cursor.execute(statements.load("store/read_stations"), {"since": since})
        fetched = cursor.fetchmany(rows)
        names = [column.name for column in cursor.description or ()]
        yield _frame(names, fetched)
        while len(fetched) == rows:
            fetched = cursor.fetchmany(rows)
            if fetched:
                yield _frame(names, fetched)


def read_stations(conn: Connection, *, since: int | None = None) -> pd.DataFrame:
    """Read stations as one frame of contract ``geo.frames.STATIONS``.

    Parameters
    ----------
    conn, since
        As for ``stream_stations``.

    Returns
    -------
    frame
        Ordered by ``station_id``, with one more column ``deleted`` (flag); equal texts are one object.
        ``attrs["data_version"]`` is the registry's version read *before* the rows: rows may be newer, never
        older, so that following with ``since`` misses nothing. No station: no rows, all columns.
    """
    read_version = data_version(conn)
    known: dict[str, str] = {}
    chunks = [_shared(chunk, known) for chunk in stream_stations(conn, since=since)]
    frame = pd.concat(chunks, ignore_index=True) if len(chunks) > 1 else chunks[0]
    order = np.argsort(frame["station_id"].to_numpy(dtype=object), kind="stable")
    if not np.array_equal(order, np.arange(len(order))):
        frame = frame.take(order).reset_index(drop=True)
    frame.attrs["data_version"] = read_version
    return frame


def read_history(conn: Connection, station_id: str) -> list[Change]:
    """Read every change of one station, oldest first; an unknown station has none."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/read_history"), {"station_id": station_id})
        return [Change(*row) for row in cursor.fetchall()]


def _frame(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pd.DataFrame(
        {name: _column(name, values) for name, values in zip(names, columns, strict=True)}, copy=False
    )


def _shared(chunk: pd.DataFrame, known: dict[str, str]) -> pd.DataFrame:
    """Keep one object of equal texts: a registry repeats most of them thousands of times."""
    for name in chunk.columns:
        if chunk[name].dtype == object and name not in _JSON:
            chunk[name] = _objects([v if v is None else known.setdefault(v, v) for v in chunk[name]])
    if len(known) > _KNOWN_TEXTS:
        known.clear()
    return chunk


def _column(name: str, values: Sequence[Any]) -> Any:
    if name in _NUMBERS:
        return np.array(values, dtype="float64")
    if name in ("makeup_days", "deleted"):
        return np.array(values, dtype="bool")
    if name in _JSON:
        return _objects([_loads(text) for text in values])
    return _objects(values)


def _objects(values: Sequence[Any]) -> pd.Series:
    # Said explicitly, for pandas would take text for its own string type and turn None into NaN.
    return pd.Series(values, dtype="object")


@lru_cache(maxsize=4096)
def _loads(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(text)
    return loaded
