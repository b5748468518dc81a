"""Verdicts as a reviewer reads them: stations with evidence, approach line, and whether the verdict still holds."""

from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements
from geo import frames

WITHIN_M: Final = 260.0
"""How far around a station, beyond the uncertainty of its position, the street map matters, metres."""

_JSON: Final = ("evidence", "parameters", "visited")


class Counts(NamedTuple):
    """How many living stations there are to review, by whether they have a position."""

    located: int
    unlocated: int


def count_cases(conn: Connection, *, adcode: str | None = None, verdict: str | None = None) -> Counts:
    """Count what ``read_cases`` would read without a limit, and the unlocated stations beside."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/count_cases"), {"adcode": adcode, "verdict": verdict})
        row = cursor.fetchone() or (0, 0)
    return Counts(int(row[0]), int(row[1]))


def read_cases(
    conn: Connection,
    *,
    station_id: str | None = None,
    adcode: str | None = None,
    verdict: str | None = None,
    limit: int | None = None,
) -> gpd.GeoDataFrame:
    """Read located living stations with their verdicts.

    Parameters
    ----------
    conn
        An open connection.
    station_id, adcode, verdict
        Only this station; those whose adcode starts so; those with this verdict (``unknown`` includes the
        ones that were never checked).
    limit
        At most so many, in order of id; None = all.

    Returns
    -------
    cases
        Contract ``geo.frames.CASES`` in EPSG:4326, ordered by ``station_id``, indexed from 0. Nothing found: no
        rows, all columns.
    """
    asked = {"station_id": station_id, "adcode": adcode, "verdict": verdict}
    with conn.cursor() as cursor:
        cursor.execute(statements.load("store/read_cases"), asked | {"limit": limit, "within_m": WITHIN_M})
        rows = cursor.fetchall()
        names = [column.name for column in cursor.description or ()]
    values: dict[str, Any] = dict(
        zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True)
    )
    lines = shapely.from_wkb(np.array(values.pop("geometry"), dtype=object))
    columns = {name: _column(name, given) for name, given in values.items()}
    cases = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(lines, crs="EPSG:4326"), crs="EPSG:4326")
    frames.check(cases, frames.CASES)
    return cases


def _column(name: str, values: Any) -> Any:
    kind = frames.CASES.columns[name].kind
    if kind == "number":
        return np.array(values, dtype="float64")
    if kind == "flag":
        return np.array(values, dtype="bool")
    if name in _JSON:
        values = [None if text is None else orjson.loads(text) for text in values]
    return pd.Series(values, dtype="object")
