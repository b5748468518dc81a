"""Typed reads and writes of the registry: stations, their history, their verdicts.

Every function takes an open connection and leaves transactions to its caller (``data.postgres.db``).
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements
from geo import frames

_NUMBERS = tuple(n for n, c in frames.STATIONS.columns.items() if c.kind == "number")
_JSON = ("external_ids", "facilities")


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


def located_points(stations: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give located stations a point geometry in WGS-84, indexed by ``station_id``; leave out the others."""
    located = stations[stations["lon"].notna() & stations["lat"].notna()].set_index("station_id", drop=False)
    points = gpd.points_from_xy(located["lon"], located["lat"], crs="EPSG:4326")
    return gpd.GeoDataFrame(located, geometry=points)


def read_history(conn: Connection, station_id: str) -> list[Change]:
    """Read every change of one station, oldest first; an unknown station has none."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/read_history"), {"station_id": station_id})
        return [Change(*row) for row in cursor.fetchall()]


def stale_verdicts(
    conn: Connection,
    *,
    parameters: dict[str, Any],
    source: str | None = None,
    adcode: str | None = None,
    everything: bool = False,
) -> list[str]:
    """List the located stations that want a new verdict.

    A verdict is stale when there is none, when it was computed with other parameters, or when the street map
    around the station was imported since. (A moved station loses its verdict in the database itself.)

    Parameters
    ----------
    parameters
        What a new verdict would be computed with.
    source, adcode
        Only the stations of this source, or whose adcode starts so.
    everything
        Also those that are not stale.

    Returns
    -------
    station_ids
        In ascending order; empty when nothing is to do.
    """
    values = {
        "parameters": orjson.dumps(parameters).decode(),
        "source": source,
        "adcode": adcode,
        "all": everything,
    }
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/stale_verdicts"), values)
        return [row[0] for row in cursor.fetchall()]


def write_verdicts(
    conn: Connection,
    verdicts: gpd.GeoDataFrame,
    *,
    parameters: dict[str, Any],
    checked_version: int,
) -> int:
    """Store verdicts; those that did not change leave the registry as it is.

    Parameters
    ----------
    verdicts
        Contract ``geo.frames.VERDICTS`` in WGS-84, indexed by ``station_id``.
    parameters
        What they were computed with; kept beside each, with the date of the street data around the station.
    checked_version
        The data version of the stations that were checked. A station changed since is left out.

    Returns
    -------
    written
        How many verdicts are now stored (changed or not); fewer than ``len(verdicts)`` when stations changed
        meanwhile.
    """
    if verdicts.empty:
        return 0
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/stage_verdicts"))
        cursor.copy_expert("COPY staged_verdict FROM STDIN (FORMAT csv)", _csv(_verdict_rows(verdicts)))
        cursor.execute(
            statements.load("store/merge_verdicts"),
            {
                "parameters": orjson.dumps(parameters).decode(),
                "checked_version": checked_version,
            },
        )
        return int(cursor.rowcount)


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


_EMPTY: dict[str, str] = {}


def _loads(text: str) -> dict[str, str]:
    return _EMPTY if text == "{}" else orjson.loads(text)


def _verdict_rows(verdicts: gpd.GeoDataFrame) -> Iterator[list[str | None]]:
    lines = shapely.to_wkt(verdicts.geometry.to_numpy(), rounding_precision=8)
    for station_id, row, line in zip(
        verdicts.index, verdicts[list(frames.VERDICTS.columns)].to_dict("records"), lines, strict=True
    ):
        evidence = orjson.dumps(row["evidence"], option=orjson.OPT_SERIALIZE_NUMPY).decode()
        yield [station_id, row["verdict"], row["rule"], row["reason_zh"], row["reason_en"], evidence, line]


def _csv(rows: Iterator[list[str | None]]) -> io.StringIO:
    """Write rows as PostgreSQL reads CSV: text always quoted, NULL as nothing."""
    buffer = io.StringIO()
    for row in rows:
        buffer.write(",".join("" if v is None else '"' + v.replace('"', '""') + '"' for v in row) + "\n")
    buffer.seek(0)
    return buffer
