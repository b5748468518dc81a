"""Stations as JSON, encoded once: the bytes of every public fact, ready to be spliced into answers.

Column by column, because a column has far fewer distinct values than rows: each distinct value is encoded
once. A body has no closing brace; position, distance and hours, which depend on the question, are appended.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd

from data.hours import schedule as hours

Objects = npt.NDArray[np.object_]

TEXT_COLUMNS: Final = (
    "name", "address", "city", "district", "township", "adcode", "township_code", "brand", "operator", "host",
    "host_kind", "kind", "audience", "status", "status_reason", "phone", "position_kind", "opening_hours",
    "hours_posted", "access_method", "door_24h", "unattended_24h", "goods_24h", "street_facing",
    "street_facing_rule", "street_door", "in_compound", "registration_required", "code", "source",
    "verified_at", "reported_closed_on", "updated_at",
)  # fmt: skip
"""Answered under their own name; absent where missing."""
NUMBER_COLUMNS: Final = ("floor", "capacity", "area_m2", "accuracy_m", "version", "data_version")
FLAG_COLUMNS: Final = ("makeup_days",)
JSON_COLUMNS: Final = ("facilities", "external_ids")


def bodies(stations: pd.DataFrame) -> Objects:
    """Encode each station's facts.

    Parameters
    ----------
    stations
        Contract ``geo.frames.STATIONS``.

    Returns
    -------
    bodies
        One ``bytes`` per row: a JSON object that begins with ``station_id`` and has no closing brace. Missing
        text, missing numbers and empty objects are left out.
    """
    columns = [_plain("station_id", stations["station_id"], opening=b"{")]
    columns += [_plain(name, stations[name]) for name in TEXT_COLUMNS]
    columns += [_plain(name, stations[name], _number) for name in NUMBER_COLUMNS]
    columns += [_plain(name, stations[name], bool) for name in FLAG_COLUMNS]
    columns += [_objects(name, stations[name]) for name in JSON_COLUMNS]
    columns += [_round_the_clock(stations), _reasons(stations)]
    encoded = np.empty(len(stations), dtype=object)
    encoded[:] = list(map(b"".join, zip(*columns, strict=True)))
    return encoded


def is_24h(door_24h: str, unattended_24h: str) -> str:
    """Whether a station serves round the clock, three-valued: goods alone do not make it one.

    Examples
    --------
    >>> is_24h("no", "yes"), is_24h("no", "no"), is_24h("no", "unknown")
    ('yes', 'no', 'unknown')
    """
    if "yes" in (door_24h, unattended_24h):
        return "yes"
    return "no" if door_24h == unattended_24h == "no" else "unknown"


def _plain(
    name: str, values: pd.Series, convert: Callable[[Any], Any] | None = None, opening: bytes = b","
) -> Objects:
    """``,"name":value`` of each row, nothing where the value is missing."""
    codes, uniques = pd.factorize(values.to_numpy())
    prefix = opening + orjson.dumps(name) + b":"
    parts = [prefix + orjson.dumps(convert(v) if convert else v) for v in uniques]
    return _taken([*parts, b""], codes)


def _objects(name: str, values: pd.Series) -> Objects:
    prefix = b"," + orjson.dumps(name) + b":"
    # Equal objects are often one object; those are encoded once. They all live on in ``values``.
    distinct = {id(value): value for value in values}
    known = {
        i: prefix + orjson.dumps(value, option=orjson.OPT_SORT_KEYS) if value else b""
        for i, value in distinct.items()
    }
    parts = np.empty(len(values), dtype=object)
    parts[:] = [known[id(value)] for value in values]
    return parts


def _round_the_clock(stations: pd.DataFrame) -> Objects:
    codes, facts = _combined([stations[n] for n in ("door_24h", "unattended_24h", "goods_24h")])
    parts = [
        orjson.dumps(
            {"is_24h": is_24h(door, unattended), "access_24h": hours.access_24h(door, unattended, goods)}
        )
        for door, unattended, goods in facts
    ]
    return _taken([b"," + part[1:-1] for part in parts] or [b""], codes)


def _reasons(stations: pd.DataFrame) -> Objects:
    codes, pairs = _combined([stations["street_facing_zh"], stations["street_facing_en"]])
    parts = [
        b',"street_facing_reason":' + orjson.dumps({"zh": zh, "en": en}) if isinstance(zh, str) else b""
        for zh, en in pairs
    ]
    return _taken([*parts, b""], codes)


def _combined(columns: list[pd.Series]) -> tuple[npt.NDArray[np.intp], list[tuple[Any, ...]]]:
    """Factorize several columns at once: a code per row, and the distinct tuples."""
    factored = [pd.factorize(column.to_numpy(), use_na_sentinel=False) for column in columns]
    mixed = np.zeros(len(columns[0]), dtype=np.int64)
    for codes, uniques in factored:
        mixed = mixed * max(len(uniques), 1) + codes
    _, first, codes = np.unique(mixed, return_index=True, return_inverse=True)
    tuples = [tuple(uniques[own[row]] for own, uniques in factored) for row in first]
    return codes, tuples


def _taken(parts: list[Any], codes: npt.NDArray[np.intp]) -> Objects:
    """Look up the part of each code; code -1 takes the last."""
    lookup = np.empty(len(parts), dtype=object)
    lookup[:] = parts
    return lookup[codes]


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else float(value)
