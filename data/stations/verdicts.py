"""The street-facing verdicts of stations: what they are computed from, which are stale, how they are stored.

Every function takes an open connection and leaves transactions to its caller (``data.postgres.db``).
"""

import io
from collections.abc import Iterator
from typing import Any, Final

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements
from geo import frames, metric, vocabulary

DECLARED: Final = ("street_door", "in_compound", "registration_required")
"""Facts that a form states; they never decide alone."""

VISIT_HOLDS_M: Final = 50.0
"""A visit speaks for a station as long as it stands within this distance of where it stood then, metres.

A correction of the position in the same premises is no move; beyond it, a visit would speak of another door.
"""


def located_points(stations: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give located stations a point geometry in WGS-84 and their facts, as the street-facing rule reads them.

    Parameters
    ----------
    stations
        Contract ``geo.frames.STATIONS``.

    Returns
    -------
    points
        Indexed by ``station_id``; unlocated stations are left out. Besides the columns of the contract:
        ``declared_street_door``, ``declared_in_compound``, ``declared_registration_required`` (yes, no, unknown),
        ``visited_street_door``, ``visited_in_compound``, ``visited_registration_required``, ``visited_guarded``,
        ``visited_lift`` (yes, no or None) and ``visited_on`` (ISO date or None). The visit of a station that has
        moved since by more than ``VISIT_HOLDS_M`` says nothing here.
    """
    located = stations[stations["lon"].notna() & stations["lat"].notna()].set_index("station_id", drop=False)
    points = gpd.points_from_xy(located["lon"], located["lat"], crs="EPSG:4326")
    frame = gpd.GeoDataFrame(located, geometry=points)
    for name in DECLARED:
        frame[f"declared_{name}"] = frame[name].astype(object)
    visits = np.array(frame["visited"], dtype=object)
    holds = visit_holds(visits, frame["lon"].to_numpy(float), frame["lat"].to_numpy(float))
    for key in ("on", *vocabulary.VISITED_FACT):
        told = [visit.get(key) if good else None for visit, good in zip(visits, holds, strict=True)]
        frame[f"visited_{key}"] = pd.Series(told, index=frame.index, dtype=object)
    return frame


def visit_holds(visits: Any, lon: Any, lat: Any) -> Any:
    """Mark the stations that were visited and stand where they stood then.

    Parameters
    ----------
    visits
        Column ``visited`` as an array of dicts, shape (n,); an empty dict is no visit.
    lon, lat
        WGS-84 degrees, shape (n,).

    Examples
    --------
    >>> here = {"on": "2026-10-01", "by": "x", "at": [116.3, 39.9]}
    >>> visit_holds(np.array([{}, here, here], dtype=object), [116.3] * 3, [39.9, 39.9004, 39.9005]).tolist()
    [False, True, False]
    """
    at = np.array([visit.get("at") or (np.nan, np.nan) for visit in visits], dtype=float).reshape(-1, 2)
    moved_m = metric.geodesic_m(at[:, 0], at[:, 1], np.asarray(lon, float), np.asarray(lat, float))
    visited = np.array(["on" in visit for visit in visits], dtype=bool)
    # A visit of a station that had no position then speaks for the one it was given since.
    return visited & (np.isnan(moved_m) | (moved_m <= VISIT_HOLDS_M))


def stale_verdicts(
    conn: Connection,
    *,
    parameters: dict[str, Any],
    source: str | None = None,
    adcode: str | None = None,
    everything: bool = False,
    within_m: float = 260.0,
) -> list[str]:
    """List the located stations that want a new verdict.

    A verdict is stale when there is none, when it was computed with other parameters, or when the street map
    within reach of the station changed since. (A station that moved, or whose declared or visited facts changed,
    loses its verdict in the database itself.)

    Parameters
    ----------
    parameters
        What a new verdict would be computed with.
    source, adcode
        Only the stations of this source, or whose adcode starts so.
    everything
        Also those that are not stale.
    within_m
        How far around a station, beyond the uncertainty of its position, the street map matters, metres.

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
        "within_m": within_m,
    }
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/stale_verdicts"), values)
        return [row[0] for row in cursor.fetchall()]


def used_parameters(conn: Connection) -> list[tuple[dict[str, Any], frozenset[str]]]:
    """Read what the stored verdicts were computed with, the last used first, and the stations of each.

    Returns
    -------
    used
        Empty when no verdict is stored.
    """
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/used_parameters"))
        return [(orjson.loads(text), frozenset(ids)) for text, ids in cursor.fetchall()]


def street_version(conn: Connection) -> int:
    """Read the number of the street map; layers read after it are at least as new."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/street_version"))
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def write_verdicts(
    conn: Connection,
    verdicts: gpd.GeoDataFrame,
    *,
    parameters: dict[str, Any],
    checked_version: int,
    streets_version: int = -1,
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
    streets_version
        ``street_version`` read before the street map was; -1 = not known, then the verdicts are stale at once.

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
                "streets_version": streets_version,
            },
        )
        written = int(cursor.rowcount)
        cursor.execute(statements.load("store/drop_staged_verdicts"))
    return written


def _verdict_rows(verdicts: gpd.GeoDataFrame) -> Iterator[list[str | None]]:
    lines = shapely.to_wkt(verdicts.geometry.to_numpy(), rounding_precision=8)
    columns = list(frames.VERDICTS.columns)
    for station_id, row, line in zip(
        verdicts.index, verdicts[columns].to_dict("records"), lines, strict=True
    ):
        evidence = orjson.dumps(row["evidence"], option=orjson.OPT_SERIALIZE_NUMPY).decode()
        kind = row.get("kind", "computed")
        yield [
            station_id,
            row["verdict"],
            row["rule"],
            kind,
            row["reason_zh"],
            row["reason_en"],
            evidence,
            line,
        ]


def _csv(rows: Iterator[list[str | None]]) -> io.StringIO:
    """Write rows as PostgreSQL reads CSV: text always quoted, NULL as nothing."""
    buffer = io.StringIO()
    for row in rows:
        buffer.write(",".join("" if v is None else '"' + v.replace('"', '""') + '"' for v in row) + "\n")
    buffer.seek(0)
    return buffer
