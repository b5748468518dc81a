"""Typed reads of the registry: stations and their history (their verdicts: ``data.stations.verdicts``).

Every function takes an open connection and leaves transactions to its caller (``data.postgres.db``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import pandas as pd
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements
from geo import frames

_NUMBERS = tuple(n for n, c in frames.STATIONS.columns.items() if c.kind == "number")
_JSON = ("external_ids", "facilities", "visited")


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


def data_version(conn: Connection) -> int:
    """Read the registry's data version: 0 when nothing was ever written."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/data_version"))
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def read_stations(conn: Connection, *, since: int | None = None) -> pd.DataFrame:
    """Read stations as a frame of contract ``geo.frames.STATIONS``.

    Parameters
    ----------
    conn
        An open connection.
    since
        A data version: only the stations changed after it, tombstones included. None: all living stations.

    Returns
    -------
    frame
        Ordered by ``station_id``, with one more column ``deleted`` (flag). ``attrs["data_version"]`` is the
        registry's version read *before* the rows: rows may be newer, never older, so that following with
        ``since`` misses nothing. No station: no rows, all columns.
    """
    version = data_version(conn)
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/read_stations"), {"since": since})
        rows = cursor.fetchall()
        names = [column.name for column in cursor.description or ()]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    frame = pd.DataFrame(
        {name: _column(name, values) for name, values in zip(names, columns, strict=True)}, copy=False
    )
    frame.attrs["data_version"] = version
    return frame


def read_history(conn: Connection, station_id: str) -> list[Change]:
    """Read every change of one station, oldest first; an unknown station has none."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/read_history"), {"station_id": station_id})
        return [Change(*row) for row in cursor.fetchall()]


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


_EMPTY: dict[str, Any] = {}


def _loads(text: str) -> dict[str, Any]:
    return _EMPTY if text == "{}" else orjson.loads(text)
