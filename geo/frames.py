"""The contract of every frame that crosses a wing, stated once, with one function that checks it.

A frame is a ``pandas.DataFrame`` (``geopandas.GeoDataFrame`` where a geometry column is named). Text columns
have dtype ``object`` (say so when building one: pandas 3 would infer its own string type); missing text is
``None``, a missing number ``NaN``; unknown is the value ``"unknown"`` where the vocabulary has it, never a gap.
Extra columns are allowed and kept. Street layers cross in WGS-84 (EPSG:4326) or in the metric CRS that
``geo.metric`` chose.

The layers of a street map
--------------------------
``STREETS``     LineString; one row per OSM way with ``highway``
``BUILDINGS``   Polygon or MultiPolygon
``BARRIERS``    LineString; wall, fence, hedge …
``GATES``       Point; gate, lift_gate, bollard, kerb …, and ``entrance`` nodes that lie on a barrier
``COMPOUNDS``   Polygon or MultiPolygon; school, hospital, residential compound …
``OBSTACLES``   LineString or Polygon; water and rail
``ENTRANCES``   Point; building doors
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from pandas.api import types as dtypes

from geo.errors import FrameError

Kind = Literal["text", "number", "flag", "any"]
_DTYPES: Final[Mapping[str, str]] = {"text": "object", "number": "float64", "flag": "bool", "any": "object"}


@dataclass(frozen=True)
class Column:
    """One column of a contract: its kind, whether a value may be missing, and what it means."""

    kind: Kind
    meaning: str
    required: bool = False


@dataclass(frozen=True)
class Contract:
    """What a frame must hold: columns by name, allowed geometry types (empty = a plain frame)."""

    name: str
    columns: dict[str, Column]
    geometry: frozenset[str] = field(default_factory=frozenset)


_TAG = "value of the OSM tag of that name; None where the tag is absent"
_OSM: dict[str, Column] = {
    "osm_id": Column("text", "'way/123', 'node/7' or 'relation/5'", required=True),
}
_LINES: Final = frozenset({"LineString"})
_AREAS: Final = frozenset({"Polygon", "MultiPolygon"})
_POINTS: Final = frozenset({"Point"})

STREETS: Final = Contract(
    "streets",
    _OSM
    | {
        "highway": Column("text", "OSM class", required=True),
        "name": Column("text", _TAG),
        "width_m": Column("number", "carriageway width as tagged, metres; NaN where not tagged"),
        "lanes": Column("number", "number of lanes as tagged; NaN where not tagged"),
        "access": Column("text", _TAG),
        "foot": Column("text", _TAG),
        "sidewalk": Column("text", _TAG),
        "service": Column("text", _TAG),
        "footway": Column("text", _TAG),
        "motorroad": Column("text", _TAG),
        "oneway": Column("text", _TAG),
        "layer": Column("number", "level of the way; 0 where not tagged", required=True),
        "bridge": Column("flag", "is a bridge", required=True),
        "tunnel": Column("flag", "is a tunnel or covered", required=True),
    },
    _LINES,
)
BUILDINGS: Final = Contract("buildings", _OSM | {"building": Column("text", _TAG)}, _AREAS)
BARRIERS: Final = Contract("barriers", _OSM | {"barrier": Column("text", _TAG, required=True)}, _LINES)
GATES: Final = Contract(
    "gates",
    _OSM
    | {
        "barrier": Column("text", _TAG),
        "entrance": Column("text", _TAG),
        "access": Column("text", _TAG),
        "foot": Column("text", _TAG),
        "locked": Column("text", _TAG),
    },
    _POINTS,
)
COMPOUNDS: Final = Contract(
    "compounds",
    _OSM
    | {
        "name": Column("text", _TAG),
        "kind": Column("text", "amenity or landuse value that made it a compound", required=True),
        "access": Column("text", _TAG),
        "closed": Column("text", "enclosure: yes, no or unknown", required=True),
    },
    _AREAS,
)
OBSTACLES: Final = Contract(
    "obstacles", _OSM | {"kind": Column("text", "water or rail", required=True)}, _LINES | _AREAS
)
ENTRANCES: Final = Contract(
    "entrances",
    _OSM | {"entrance": Column("text", _TAG, required=True), "access": Column("text", _TAG)},
    _POINTS,
)
STREET_LAYERS: Final = {
    c.name: c for c in (STREETS, BUILDINGS, BARRIERS, GATES, COMPOUNDS, OBSTACLES, ENTRANCES)
}

_VOCABULARY = "code of the vocabulary of that name"
STATIONS: Final = Contract(
    "stations",
    {
        "station_id": Column("text", "stable id", required=True),
        "code": Column("text", "the union's own code"),
        "external_ids": Column("any", "dict of platform (amap, baidu, osm) to id; empty dict when none"),
        "name": Column("text", "name as stated", required=True),
        "address": Column("text", "address as stated"),
        "city": Column("text", "city as stated"),
        "district": Column("text", "district as stated"),
        "township": Column("text", "township or subdistrict as stated"),
        "adcode": Column("text", "six-digit code of the district"),
        "township_code": Column("text", "nine- or twelve-digit code"),
        "brand": Column("text", "brand, for instance 职工暖心驿站"),
        "operator": Column("text", "who runs it"),
        "host": Column("text", "in whose premises"),
        "host_kind": Column("text", _VOCABULARY, required=True),
        "kind": Column("text", _VOCABULARY, required=True),
        "audience": Column("text", _VOCABULARY + "; unknown is not public", required=True),
        "status": Column("text", _VOCABULARY, required=True),
        "status_reason": Column("text", "why it is closed, in words"),
        "floor": Column("number", "1 = ground floor, -1 = first basement, never 0"),
        "capacity": Column("number", "persons"),
        "area_m2": Column("number", "square metres"),
        "phone": Column("text", "service phone, never a private mobile"),
        "lon": Column("number", "WGS-84 degrees; NaN = unlocated"),
        "lat": Column("number", "WGS-84 degrees; NaN = unlocated"),
        "position_kind": Column("text", _VOCABULARY, required=True),
        "accuracy_m": Column("number", "one standard deviation of the position, metres"),
        "given_x": Column("number", "longitude (or metres) as given"),
        "given_y": Column("number", "latitude (or metres) as given"),
        "given_coordsys": Column("text", "wgs84, gcj02, bd09 or bd09mc, as given"),
        "hours_posted": Column("text", "opening hours as posted"),
        "opening_hours": Column("text", "OSM opening_hours; None = unknown"),
        "makeup_days": Column("flag", "working-day rules also hold on make-up days (调休)", required=True),
        "access_method": Column("text", _VOCABULARY, required=True),
        "door_24h": Column("text", "door open 24 h: yes, no, unknown", required=True),
        "unattended_24h": Column("text", "entry outside staffed hours: yes, no, unknown", required=True),
        "goods_24h": Column("text", "goods sold 24 h: yes, no, unknown", required=True),
        "facilities": Column("any", "dict of facility code to state", required=True),
        "street_door": Column("text", "declared: has a door to the street", required=True),
        "in_compound": Column("text", "declared: stands inside a compound", required=True),
        "registration_required": Column("text", "declared: visitors must register", required=True),
        "visited": Column(
            "any", "dict of facts found on site, with on and by; empty dict when never visited"
        ),
        "declared_by": Column("text", "unit that filled in the form"),
        "declared_on": Column("text", "date of the form, ISO 8601"),
        "source": Column("text", "name of the list it came from", required=True),
        "verified_at": Column("text", "date of the last visit, ISO 8601"),
        "reported_closed_on": Column(
            "text", "users reported it closed within posted hours: newest day, ISO 8601; None = no"
        ),
        "updated_at": Column("text", "time of the last change, RFC 3339", required=True),
        "version": Column("number", "counts the changes of this station, from 1", required=True),
        "data_version": Column("number", "registry version of the last change", required=True),
        "street_facing": Column("text", "verdict: yes, no, unknown (also when never checked)", required=True),
        "street_facing_rule": Column("text", "id of the rule that decided; None when never checked"),
        "street_facing_zh": Column("text", "the reason in Chinese"),
        "street_facing_en": Column("text", "the reason in English"),
    },
)

VERDICTS: Final = Contract(
    "verdicts",
    {
        "verdict": Column("text", "yes, no, unknown", required=True),
        "rule": Column("text", "id of the rule that decided", required=True),
        "reason_zh": Column("text", "the reason in Chinese", required=True),
        "reason_en": Column("text", "the reason in English", required=True),
        "evidence": Column("any", "dict, JSON-ready (keys: geo.frontage.evidence)", required=True),
        "kind": Column(
            "text", "computed by geometry, or visited: decided by facts of a visit", required=True
        ),
    },
    frozenset({"LineString", "None"}),
)

CASES: Final = Contract(
    "cases",
    {name: STATIONS.columns[name] for name in (
        "station_id", "name", "address", "district", "host", "floor", "lon", "lat", "position_kind",
        "accuracy_m", "street_door", "in_compound", "registration_required", "declared_by", "declared_on",
        "source", "street_facing", "street_facing_rule", "street_facing_zh", "street_facing_en",
    )}
    | {
        "visited": Column("any", "dict of what was seen on site; empty dict when nobody went"),
        "kind": Column("text", "how the verdict came about: computed or visited; None when never checked"),
        "evidence": Column("any", "dict as geo.frontage.evidence says; None when never checked"),
        "parameters": Column("any", "dict of the rule's numbers; None when never checked"),
        "streets_date": Column("text", "day of the street data, ISO 8601; None when not known"),
        "checked_at": Column("text", "when the verdict was made, RFC 3339; None when never checked"),
        "stale": Column("flag", "station or streets have changed since, or there is no verdict", required=True),
    },
    frozenset({"LineString", "None"}),
)  # fmt: skip
"""Verdicts for a reviewer: located stations with their evidence; the geometry is the approach line."""


DEMAND: Final = Contract(
    "demand",
    {
        "demand_id": Column(
            "text", "h3 cell (15 hexadecimal digits) or id of the point; unique", required=True
        ),
        "lon": Column("number", "WGS-84 degrees, centre of the cell or the point itself", required=True),
        "lat": Column("number", "WGS-84 degrees", required=True),
        "weight": Column(
            "number", "demand in the unit of its source (persons, orders …), >= 0", required=True
        ),
        "adcode": Column("text", "six-digit code of the district; None = not known"),
        "township_code": Column("text", "nine-digit code of the township; None = not known"),
        "district": Column("text", "name of the district; None = not known"),
        "township": Column("text", "name of the township; None = not known"),
        "area_m2": Column("number", "ground that the row stands for; NaN for a bare point"),
        "profile": Column("text", "key of its time profile; None = the same all week"),
    },
)
"""Where people are. A time profile is 336 half hours of the week with mean 1 (``geo.demand.Profiles``)."""

POPULATION: Final = Contract(
    "population",
    {name: DEMAND.columns[name] for name in ("weight", "adcode", "township_code", "district", "township")},
    _AREAS,
)
"""Areas with what lives in them, in EPSG:4326: what is spread over cells."""


def check(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Refuse a frame that breaks its contract; return it unchanged otherwise.

    Parameters
    ----------
    frame
        Any number of rows; none is fine, its columns must be there all the same.
    contract
        One of this module's contracts.

    Returns
    -------
    frame
        The same object.

    Raises
    ------
    FrameError
        A column is absent, of another kind, or lacks a required value; a geometry is missing, of another type
        or without a CRS. The message names layer, column and mend.

    Examples
    --------
    >>> check(pd.DataFrame({"osm_id": ["way/1"]}), Contract("ways", {"osm_id": Column("text", "id")})).shape
    (1, 1)
    """
    for name, column in contract.columns.items():
        if name not in frame.columns:
            raise FrameError(f"{contract.name}: column {name!r} is missing ({column.meaning}); add it")
        _check_column(frame[name], name, column, contract.name)
    if contract.geometry:
        _check_geometry(frame, contract)
    return frame


def empty(contract: Contract) -> pd.DataFrame:
    """Build a frame of no rows that fulfils a plain contract (one without geometry)."""
    return pd.DataFrame({n: pd.Series(dtype=_DTYPES[c.kind]) for n, c in contract.columns.items()})


def build(columns: Mapping[str, Any], contract: Contract) -> pd.DataFrame:
    """Build the frame of a contract from columns, giving each the dtype of its kind.

    Parameters
    ----------
    columns
        By name, of one length; columns that the contract doesn't name are dropped. ``None``, ``NaN`` and ``NA`` in
        text become ``None``. Numbers become ``float64``, flags ``bool``.
    contract
        What to build; it says which columns may be missing, and those are filled with None or ``NaN``.

    Returns
    -------
    frame
        Checked, except for a geometry, which the caller sets.

    Examples
    --------
    >>> made = build({"a": [1, 2], "b": ["x", float("nan")]},
    ...              Contract("t", {"a": Column("number", "a"), "b": Column("text", "b")}))
    >>> made["a"].tolist(), made["b"].tolist()
    ([1.0, 2.0], ['x', None])
    """
    index = pd.RangeIndex(max((len(values) for values in columns.values()), default=0))
    made = {
        name: _of_kind(columns[name] if name in columns else [None] * len(index), column.kind, index)
        for name, column in contract.columns.items()
        if name in columns or not column.required
    }
    return check(pd.DataFrame(made, index=index), Contract(contract.name, contract.columns))


def _check_column(values: pd.Series, name: str, column: Column, layer: str) -> None:
    if column.kind == "number" and not dtypes.is_numeric_dtype(values):
        raise FrameError(f"{layer}: column {name!r} must be numeric, is {values.dtype}; convert it")
    if column.kind == "flag" and not dtypes.is_bool_dtype(values) and len(values):
        raise FrameError(f"{layer}: column {name!r} must be boolean, is {values.dtype}; convert it")
    if column.kind == "text" and dtypes.is_numeric_dtype(values) and len(values):
        raise FrameError(f"{layer}: column {name!r} must be text, is {values.dtype}; convert it")
    if column.required and bool(values.isna().any()):
        row = values.index[values.isna()][0]
        raise FrameError(f"{layer}: column {name!r} is empty at row {row!r} ({column.meaning}); fill it")


def _of_kind(values: Any, kind: Kind, index: pd.RangeIndex) -> pd.Series:
    if kind in ("number", "flag"):
        return pd.Series(np.asarray(values, dtype=_DTYPES[kind]), index=index)
    series: pd.Series = pd.Series(list(values), index=index, dtype=object)
    return series if kind == "any" else series.where(series.notna(), None)


def _check_geometry(frame: pd.DataFrame, contract: Contract) -> None:
    geometry = getattr(frame, "geometry", None)
    if geometry is None:
        raise FrameError(f"{contract.name}: no geometry column; pass a GeoDataFrame")
    if frame.crs is None:
        raise FrameError(f"{contract.name}: the geometry has no CRS; set it (WGS-84 is EPSG:4326)")
    types = geometry.geom_type.fillna("None")
    wrong = ~types.isin(contract.geometry)
    if bool(wrong.any()):
        row, found = types.index[wrong][0], types[wrong].iloc[0]
        allowed = ", ".join(sorted(contract.geometry))
        raise FrameError(f"{contract.name}: geometry at row {row!r} is {found}; allowed: {allowed}")
