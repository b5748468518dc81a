"""Stations as one blob of JSON, column by column: the page draws from it, Python makes no object per station.

Repeated values are written once and numbered, so 10,000 stations stay small and compress well. The rows are
sorted by ``station_id``: the same stations give the same bytes in whatever order they come.
"""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import numpy as np
import orjson
import pandas as pd

from geo import coordsys
from geo.frames import STATIONS, check
from maps import texts
from maps.options import Extent

_TEXT: Final = (
    "station_id",
    "name",
    "address",
    "district",
    "host",
    "brand",
    "operator",
    "phone",
    "hours_posted",
    "status_reason",
    "source",
    "declared_by",
    "street_facing_rule",
    "street_facing_zh",
    "street_facing_en",
    "status",
    "kind",
    "host_kind",
    "access_method",
    "street_facing",
    "position_kind",
    "registration_required",
    "in_compound",
    "verified_at",
    "reported_closed_on",
    "declared_on",
)
_OVERVIEW_TEXT: Final = (
    "station_id",
    "name",
    "address",
    "district",
    "status",
    "kind",
    "access_method",
    "street_facing",
    "registration_required",
    "in_compound",
    "reported_closed_on",
)
"""Of an overview: what list, search, filters and map need; the rest is fetched when a station is opened."""
_ROUND_DEGREES: Final = 6
_STATE_SIGNS: Final = 10
_PUBLIC_STATUS: Final = ("open", "temporarily_closed")


def public(stations: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Split off what a public map may show.

    Parameters
    ----------
    stations
        By contract ``geo.frames.STATIONS``; may be empty.

    Returns
    -------
    shown
        The rows that serve outdoor workers, are open or closed for a time, and have a position; sorted by id.
    left_out
        How many are not shown, by the first reason that applies (codes of ``maps.texts.LEFT_OUT``); reasons
        that never apply are absent.

    Raises
    ------
    FrameError
        The frame breaks its contract.
    """
    check(stations, STATIONS)
    audience, status = stations["audience"], stations["status"]
    located = np.isfinite(stations["lon"].to_numpy()) & np.isfinite(stations["lat"].to_numpy())
    reason = pd.Series("", index=stations.index, dtype=object)
    tests: tuple[tuple[str, Any], ...] = (
        ("audience_unknown", ~audience.isin(["outdoor_workers", "members", "staff"])),
        ("members", audience == "members"),
        ("staff", audience == "staff"),
        ("planned", status == "planned"),
        ("closed", ~status.isin(_PUBLIC_STATUS)),
        ("unlocated", ~located),
    )
    for code, applies in tests:
        reason = reason.mask(applies & (reason == ""), code)
    counts = reason[reason != ""].value_counts()
    left_out = {code: int(counts[code]) for code, _ in tests if code in counts.index}
    return stations[reason == ""].sort_values("station_id", kind="stable"), left_out


def columns(shown: pd.DataFrame) -> dict[str, Any]:
    """Encode public stations column by column.

    Returns
    -------
    columns
        ``lon``, ``lat`` (WGS-84) and ``glon``, ``glat`` (GCJ-02) as lists of degrees; every other column as a
        list, or as ``{"u": distinct values, "i": number per station, -1 = missing}`` where that is shorter,
        or as ``{"all": value}``; ``facilities`` as ``{"codes", "states", "of"}``.
        ``week``: intervals ``[start_min, end_min]`` from Monday 00:00, missing = unknown. ``exceptions``:
        date to intervals in minutes from that day's 00:00, null = unknown that day, none = does not open.
    """
    encoded: dict[str, Any] = {
        name: np.round(values, _ROUND_DEGREES).tolist() for name, values in _places(shown).items()
    }
    return encoded | _facts(shown, _TEXT)


def overview(shown: pd.DataFrame) -> dict[str, Any]:
    """Encode of public stations what list and map need, for a page that fetches details when asked for.

    Returns
    -------
    columns
        As of :func:`columns`, but fewer, and degrees as ``{"e6": differences of whole millionths}``.
    """
    encoded: dict[str, Any] = {}
    for name, values in _places(shown).items():
        millionths = np.round(values * 10**_ROUND_DEGREES).astype(np.int64)
        encoded[name] = {"e6": np.diff(millionths, prepend=0).tolist()}
    return encoded | _facts(shown, _OVERVIEW_TEXT)


def _places(shown: pd.DataFrame) -> dict[str, "np.ndarray[Any, np.dtype[np.float64]]"]:
    lon, lat = shown["lon"].to_numpy(dtype=float), shown["lat"].to_numpy(dtype=float)
    glon, glat = coordsys.from_wgs84(lon, lat, "gcj02")
    return {"lon": lon, "lat": lat, "glon": glon, "glat": glat}


def _facts(shown: pd.DataFrame, names: Iterable[str]) -> dict[str, Any]:
    encoded: dict[str, Any] = {name: numbered(shown[name].tolist()) for name in names}
    encoded["floor"] = numbered([None if pd.isna(v) else int(v) for v in shown["floor"]])
    encoded["access_24h"] = numbered(access_24h(shown).tolist())
    encoded["facilities"] = _facilities(shown["facilities"])
    for name in ("week", "exceptions"):
        encoded[name] = (
            _numbered_json(shown[name]) if name in shown.columns else numbered([None] * len(shown))
        )
    return {name: _same(column) for name, column in encoded.items()}


def _same(column: Any) -> Any:
    """Write a column that says the same in every row once: ``{"all": value}``; others as they are."""
    if isinstance(column, list) or "i" not in column or len(set(column["i"])) != 1:
        return column
    return {"all": column["u"][0] if column["u"] else None}


def _facilities(held: pd.Series) -> Any:
    """Encode facilities and their states as one short text per station.

    Returns
    -------
    column
        ``{"codes", "states", "of"}``: ``of`` is a column of texts with a sign per facility of ``codes``: the
        number of its state, or a dot where the station has no such facility; dots at the end are left out.
    """
    codes = sorted({str(code) for one in held for code in one})
    states = sorted({str(state) for one in held for state in one.values()})
    if len(states) > _STATE_SIGNS:
        return _numbered_json(held)
    sign = {state: str(number) for number, state in enumerate(states)}
    texts = ["".join(sign[one[code]] if code in one else "." for code in codes).rstrip(".") for one in held]
    return {"codes": codes, "states": states, "of": numbered(texts)}


def extent(shown: pd.DataFrame) -> Extent | None:
    """West, south, east, north of located stations; None when there are none.

    Examples
    --------
    >>> extent(pd.DataFrame({"lon": [114.3, 114.5], "lat": [30.6, 30.5]}))
    (114.3, 30.5, 114.5, 30.6)
    """
    if shown.empty:
        return None
    lon, lat = shown["lon"], shown["lat"]
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def left_out(counts: dict[str, int]) -> list[list[Any]]:
    """Write how many stations are not shown: code, number, words of each reason."""
    return [[code, n, list(texts.LEFT_OUT[code])] for code, n in counts.items()]


def access_24h(stations: pd.DataFrame) -> "np.ndarray[Any, np.dtype[np.object_]]":
    """Read codes of ``vocabulary.ACCESS_24H`` from the column of that name, else from the three facts.

    Examples
    --------
    >>> access_24h(pd.DataFrame({"door_24h": ["no"], "unattended_24h": ["unknown"], "goods_24h": ["yes"]}))
    array(['goods_only'], dtype=object)
    """
    if "access_24h" in stations.columns:
        return stations["access_24h"].fillna("unknown").to_numpy(dtype=object)
    door, alone, goods = (stations[name] for name in ("door_24h", "unattended_24h", "goods_24h"))
    chosen = np.select(
        [door == "yes", alone == "yes", goods == "yes", (door == "no") & (alone == "no")],
        ["open_door", "unattended", "goods_only", "no"],
        "unknown",
    )
    return chosen.astype(object)


def dumps(value: Any) -> str:
    r"""Write JSON that may stand inside a ``<script>`` element.

    Examples
    --------
    >>> dumps({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    try:
        text = orjson.dumps(value, default=_listed).decode()
    except orjson.JSONEncodeError:  # half a surrogate pair in some text; \ud800 is still valid JSON
        text = json.dumps(value, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _listed(value: Any) -> list[Any]:
    # Tuples with named parts, such as texts: orjson takes plain ones only.
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(type(value).__name__)


def numbered(values: list[Any]) -> Any:
    """Encode one column: its values, or distinct values and a number per row where that is shorter.

    Examples
    --------
    >>> numbered(["a", "a", "a", None])
    {'u': ['a'], 'i': [0, 0, 0, -1]}
    """
    cleaned = [None if _missing(v) else v for v in values]
    codes, distinct = pd.factorize(pd.Series(cleaned, dtype=object))
    if 2 * len(distinct) > len(cleaned):
        return cleaned
    return {"u": list(distinct), "i": codes.tolist()}


def _numbered_json(values: Iterable[Any]) -> Any:
    # Dicts and lists are not hashable: number their canonical text, then read each distinct one back.
    held = list(values)
    # One object is often the value of many rows; ``held`` keeps all of them alive, so that their ids stay theirs.
    written = {
        i: None if _missing(v) else json.dumps(_plain(v), sort_keys=True)
        for i, v in {id(v): v for v in held}.items()
    }
    codes, distinct = pd.factorize(pd.Series([written[id(v)] for v in held], dtype=object))
    return {"u": [json.loads(text) for text in distinct], "i": codes.tolist()}


def _missing(value: Any) -> bool:
    return (
        value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value))
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        keys = [key.isoformat() if isinstance(key, date) else str(key) for key in value]
        return dict(zip(keys, map(_plain, value.values()), strict=True))
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(v) for v in value]
    return value if value is None or isinstance(value, (str, bool)) else int(value)
