"""The worksheet of visits: which stations want a look on site, in what order, and what to look at.

A station is on it when its verdict is unknown (a declared conflict, a gate of unknown state, and all other reasons),
when its visit is older than ``VISIT_DAYS``, or when it moved since its visit. Rows go district by district and
township by township, each in the order of a short walk (``geo.walks``); stations that hang on the same gate or
wall stand together, since one look settles them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import pyproj
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)
from scipy.cluster import hierarchy

from data import statements
from data.stations import texts, verdicts
from geo import coordsys, metric, vocabulary, walks
from geo.coordsys import CoordSys
from geo.texts import Text

VISIT_DAYS: Final = 730
"""A visit older than this wants to be repeated."""

TOGETHER_M: Final = 80.0
"""Stops that share a wall or way are seen in one look when the next of them is at most so far along it, metres."""

AMAP_MARKER: Final = "https://uri.amap.com/marker?position={lon:.6f},{lat:.6f}&name={name}&coordinate=gaode"
"""A link that a phone opens in its map application; nothing is fetched when the sheet is written."""

Evidence = Mapping[str, dict[str, Any]]
Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Stop:
    """One row of the worksheet: the station, why it is visited, where, and with whom it is seen together.

    ``place``: what to look at (``open_place``); ``group``: number of those of its township that share it; ``together``:
    numbers of the other rows that the same look settles.
    """

    station: dict[str, Any]
    verdict: str
    reason: Text
    look: Text
    place: tuple[str, tuple[float, float]] | None
    lon: float
    lat: float
    step_m: float | None = None
    group: int | None = None
    together: tuple[int, ...] = ()


def read_evidence(conn: Connection) -> dict[str, dict[str, Any]]:
    """Read the evidence of the open verdicts, by station id."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("visits/read_evidence"))
        return {station_id: orjson.loads(text) for station_id, text in cursor.fetchall()}


def stops(stations: pd.DataFrame, evidence: Evidence, today: date) -> list[Stop]:
    """Choose the stations to visit and put them into walking order.

    Parameters
    ----------
    stations
        Contract ``geo.frames.STATIONS``. Stations closed for good are left out.
    evidence
        Evidence of the open verdicts, by station id.
    today
        Visits are judged old from this day.

    Returns
    -------
    stops
        By city, district, township; within, in the order of a short walk; unlocated stations at the end of their
        township. None when nothing is to be visited.
    """
    living = stations[stations["status"] != "closed"].reset_index(drop=True)
    holds = verdicts.visit_holds(
        living["visited"].to_numpy(object), living["lon"].to_numpy(float), living["lat"].to_numpy(float)
    )
    found = [
        stop
        for row, held in zip(living.to_dict("records"), holds, strict=True)
        if (stop := _stop(row, bool(held), evidence.get(row["station_id"], {}), today)) is not None
    ]
    ordered: list[Stop] = []
    for _, group in groupby(sorted(found, key=_place), key=_place):
        ordered += _walked(list(group))
    return _seen_together(ordered)


def open_place(evidence: Mapping[str, Any]) -> tuple[str, tuple[float, float]] | None:
    """Name what one must look at to settle a verdict: a gate, wall or compound of unknown state, or a weak way.

    Returns
    -------
    place
        Its OSM id and where it is met, metres east and north of the station; None when nothing is named.

    Examples
    --------
    >>> cut = {"osm_id": "way/5", "state": "unknown", "gate": "node/7", "at": [3.0, 9.0]}
    >>> open_place({"rule": "gate_unknown", "lines": [{"cuts": [cut]}]})
    ('node/7', (3.0, 9.0))
    >>> open_place({"rule": "weak_way", "street": {"osm_id": "way/8"}})
    ('way/8', (0.0, 0.0))
    """
    for line in (evidence.get("lines") or [])[:1]:
        for cut in line.get("cuts") or []:
            if cut.get("state") == "unknown":
                east_m, north_m = cut.get("at") or (0.0, 0.0)
                return str(cut.get("gate") or cut["osm_id"]), (float(east_m), float(north_m))
    street = evidence.get("street")
    if evidence.get("rule") == "weak_way" and street:
        return str(street["osm_id"]), (0.0, 0.0)
    return None


def link(stop: Stop) -> str | None:
    """Make the map link of a stop; None when it has no position.

    Examples
    --------
    >>> link(Stop({"name": "A&B"}, "unknown", Text("", ""), Text("", ""), None, 0.0, 51.0))
    'https://uri.amap.com/marker?position=0.000000,51.000000&name=A%26B&coordinate=gaode'
    """
    if np.isnan(stop.lon):
        return None
    lon, lat = coordsys.from_wgs84(stop.lon, stop.lat, "gcj02")
    return AMAP_MARKER.format(lon=float(lon), lat=float(lat), name=quote(stop.station["name"], safe=""))


def numbers(stop: Stop, system: CoordSys) -> tuple[float | None, float | None]:
    """Give the position of a stop in a system, seven digits; None, None when it has none."""
    if np.isnan(stop.lon):
        return None, None
    x, y = coordsys.from_wgs84(stop.lon, stop.lat, system)
    return round(float(x), 7), round(float(y), 7)


def declared(station: Mapping[str, Any]) -> str:
    """Say what a form declared, in Chinese; empty when nothing."""
    stated = [
        f"{texts.FIELD_TITLE[name].zh}{vocabulary.TERNARY[station[name]].zh}"
        for name in verdicts.DECLARED
        if station[name] in ("yes", "no")
    ]
    return "、".join(stated)


def _stop(row: dict[Any, Any], held: bool, evidence: Mapping[str, Any], today: date) -> Stop | None:
    rule = row["street_facing_rule"] or ("unlocated" if np.isnan(row["lon"]) else None)
    visited_on = row["visited"].get("on")
    reason = Text(row["street_facing_zh"] or "", row["street_facing_en"] or "")
    if visited_on is not None and not held:
        why = texts.VISIT_MOVED.format(on=visited_on, limit=f"{verdicts.VISIT_HOLDS_M:g}")
    elif visited_on is not None and (today - date.fromisoformat(visited_on)).days > VISIT_DAYS:
        why = texts.VISIT_OLD.format(on=visited_on)
    elif row["street_facing"] == "unknown":
        why = None
    else:
        return None
    if why is not None:
        reason = Text(
            "；".join(filter(None, (why.zh, reason.zh))), "; ".join(filter(None, (why.en, reason.en)))
        )
    look = texts.VISIT_LOOK.get(rule or "", texts.VISIT_LOOK_ANY)
    return Stop(row, row["street_facing"], reason, look, open_place(evidence), row["lon"], row["lat"])


def _place(stop: Stop) -> tuple[str, ...]:
    station = stop.station
    parts = ("city", "adcode", "district", "township_code", "township")
    return tuple(station[part] or "" for part in parts)


def _walked(group: list[Stop]) -> list[Stop]:
    """Order the stops of one township: a walk over places, where all stops that share what to look at are one."""
    located = [stop for stop in group if not np.isnan(stop.lon)]
    rest = sorted((s for s in group if np.isnan(s.lon)), key=lambda s: str(s.station["station_id"]))
    if not located:
        return rest
    lon, lat = np.array([s.lon for s in located]), np.array([s.lat for s in located])
    crs = metric.choose_crs(lon, lat)
    x, y = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    codes = _shared(located, np.asarray(x), np.asarray(y))
    middle = pd.DataFrame({"x": x, "y": y}).groupby(codes).mean()
    order: list[int] = []
    for place in walks.walk_order(middle["x"], middle["y"]):
        members = np.flatnonzero(codes == place)
        order += members[walks.walk_order(x[members], y[members])].tolist()
    step = np.hypot(np.diff(x[order]), np.diff(y[order]))
    steps = [None, *(round(float(s), 0) for s in step)]
    return [
        _with(located[i], step_m=s, group=int(codes[i])) for i, s in zip(order, steps, strict=True)
    ] + rest


def _shared(located: list[Stop], x: Floats, y: Floats) -> Index:
    """Give one number to stops that share what to look at, each within ``TOGETHER_M`` of the next."""
    names = np.array([s.place[0] if s.place else s.station["station_id"] for s in located], dtype=object)
    meets = np.array([s.place[1] if s.place else (0.0, 0.0) for s in located])
    codes = np.empty(len(located), dtype=np.intp)
    used = 0
    for name in dict.fromkeys(names):
        members = np.flatnonzero(names == name)
        parts = np.ones(1, dtype=np.intp)
        if len(members) > 1:
            at = np.column_stack([x[members], y[members]]) + meets[members]
            # single linkage: a long wall falls apart into the stretches that are seen in one look
            parts = hierarchy.fcluster(hierarchy.linkage(at, "single"), TOGETHER_M, "distance")
        codes[members] = used + parts - 1
        used += int(parts.max())
    return codes


def _seen_together(ordered: list[Stop]) -> list[Stop]:
    """Tell each stop of one look the numbers of the others."""
    keys = [(_place(stop), stop.group) if stop.place and stop.group is not None else None for stop in ordered]
    numbers_of: dict[Any, list[int]] = {}
    for number, key in enumerate(keys, start=1):
        numbers_of.setdefault(key, []).append(number)
    return [
        _with(stop, together=tuple(n for n in numbers_of[key] if n != number)) if key is not None else stop
        for number, (stop, key) in enumerate(zip(ordered, keys, strict=True), start=1)
    ]


def _with(stop: Stop, **changes: Any) -> Stop:
    return Stop(**(vars(stop) | changes))
