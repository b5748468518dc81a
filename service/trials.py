"""What a planner asks to try: positions and changed numbers of the rule, read strictly into frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import coordsys as systems
from geo import texts as geo_texts
from geo import vocabulary
from geo.coordsys import CoordSys
from geo.errors import ParameterError as NumberError
from geo.frontage import Parameters
from geo.texts import Text
from service import kinds, parameters, reading, texts
from service.errors import FieldProblem, ParameterError
from service.kinds import Kind, ValueProblemError
from service.parameters import (
    MAX_LABEL_LENGTH,
    NEAREST_PARAMETERS,
    POINT_PARAMETERS,
    Parameter,
    object_schema,
)

MOST_POINTS: Final = 100
FURTHEST_M: Final = 500.0
"""The largest length that a trial may set or state: beyond it the street map is not read."""
_EXAMPLE: Final = '{"yes_m": 20}'


@dataclass(frozen=True)
class Numbers(Kind):
    """An object of numbers of the rule; the value is the whole set of ``Parameters``."""

    def read(self, text: str) -> Any:
        """Refuse: there is no text form."""
        raise ValueProblemError(texts.NOT_AN_OBJECT_HERE.format(example=_EXAMPLE))

    def take(self, value: object) -> Parameters:
        """Take a JSON object; repeated, unknown and unreasonable numbers are refused."""
        pairs = getattr(value, "items_given", None)
        if pairs is None:
            raise ValueProblemError(texts.NOT_AN_OBJECT_HERE.format(example=_EXAMPLE))
        changes: dict[str, float | int] = {}
        for name, number in pairs:
            if name not in _BOUNDS or name in changes:
                known = ", ".join(_BOUNDS)
                raise ValueProblemError(texts.TRIAL_UNKNOWN_NUMBER.format(name=name, known=known))
            changes[name] = _BOUNDS[name].take(number)
        return _changed(changes)

    def schema(self) -> dict[str, Any]:
        """Describe the numbers with their bounds."""
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: bound.schema() for name, bound in _BOUNDS.items()},
        }


def _bound(name: str, default: float | int) -> kinds.Number | kinds.Integer:
    if isinstance(default, int):
        return kinds.Integer(1, 9)
    # A facade walked in centimetres is a way to keep the service busy.
    low = 0.5 if name == "facade_step_m" else 0.0
    return kinds.Number(low, FURTHEST_M, example=f"{default:g}")


_BOUNDS: Final = {
    item.name: _bound(item.name, item.default)
    for item in fields(Parameters)
    if isinstance(item.default, int | float)
}

TRIAL_POINT: Final = {
    "id": Parameter("id", kinds.Label(MAX_LABEL_LENGTH), "door", required=True, meaning=texts.TRIAL_ID),
    "lon": POINT_PARAMETERS["lon"],
    "lat": POINT_PARAMETERS["lat"],
    "position_kind": Parameter(
        "position_kind",
        kinds.Choice(tuple(vocabulary.POSITION_KIND)),
        "entrance",
        meaning=texts.TRIAL_POSITION_KIND,
    ),
    "accuracy_m": Parameter(
        "accuracy_m", kinds.Number(0, FURTHEST_M, above=True, example="5"), 5, meaning=texts.TRIAL_ACCURACY
    ),
    "floor": Parameter("floor", kinds.Integer(-9, 200), 1, meaning=texts.TRIAL_FLOOR),
    "snap_building": Parameter("snap_building", kinds.Flag(), True, meaning=texts.TRIAL_SNAP),
    "indoor": Parameter("indoor", kinds.Flag(), False, meaning=texts.TRIAL_INDOOR),
}
"""Members of one position."""

TRIAL_PARAMETERS: Final = {
    "coordsys": NEAREST_PARAMETERS["coordsys"],
    "ret_coordsys": NEAREST_PARAMETERS["ret_coordsys"],
    "points": Parameter(
        "points",
        kinds.ObjectList(object_schema(TRIAL_POINT)),
        [{"id": "door", "lon": 116.397, "lat": 39.909, "position_kind": "entrance"}],
        meaning=texts.TRIAL_POINTS,
    ),
    "parameters": Parameter(
        "parameters",
        Numbers(),
        {"yes_m": 20},
        meaning=texts.TRIAL_PARAMETERS.format(example=_EXAMPLE),
    ),
    **{name: Parameter(name, p.kind, p.example, meaning=p.text) for name, p in TRIAL_POINT.items()},
}
"""Members of the body: one position as members of its own, or several in ``points``."""


@dataclass(frozen=True)
class Trial:
    """Positions to try.

    ``ids`` and ``problems`` by row; ``points`` the good rows in WGS-84, indexed by row, with the columns that
    ``geo.frontage.verdicts`` reads.
    """

    ids: list[Any]
    problems: dict[int, FieldProblem]
    points: gpd.GeoDataFrame
    ret_coordsys: CoordSys
    parameters: Parameters


def read(body: bytes) -> Trial:
    """Read the body of a trial.

    Raises
    ------
    BodyError
        Not JSON, or not an object.
    ParameterError
        Names what is wrong with the whole request; what is wrong with one of several points is kept with it.
    """
    values = reading.read_body(body, TRIAL_PARAMETERS)
    given = values.keys() & TRIAL_POINT.keys()
    problems: list[FieldProblem] = []
    if "coordsys" not in values:
        problems.append(FieldProblem("coordsys", geo_texts.COORDSYS_MISSING))
    if "points" in values:
        problems += [FieldProblem(name, texts.TRIAL_ONE_OR_MANY) for name in sorted(given)]
        if not 1 <= len(values["points"]) <= MOST_POINTS:
            problems.append(FieldProblem("points", texts.TRIAL_TOO_MANY.format(n=MOST_POINTS)))
    elif not {"lon", "lat"} <= given:
        problems += [FieldProblem(n, texts.TRIAL_NO_POINT) for n in ("lon", "lat") if n not in given]
    if problems:
        raise ParameterError(problems)
    alone = {name: values[name] for name in given}
    return _trial(values, alone)


def _trial(values: Mapping[str, Any], alone: dict[str, Any]) -> Trial:
    system: CoordSys = values["coordsys"]
    rows: list[dict[str, Any]] = []
    problems: dict[int, FieldProblem] = {}
    if "points" in values:
        for row, sent in enumerate(values["points"]):
            point, problem = _point(sent)
            rows.append(point)
            if problem is not None:
                problems[row] = problem
    else:
        rows.append(alone)
    lon, lat = _positions(rows, problems, system)
    if problems and "points" not in values:
        raise ParameterError(list(problems.values()))
    return Trial(
        ids=[row.get("id") for row in rows],
        problems=problems,
        points=_frame(rows, lon, lat, [r for r in range(len(rows)) if r not in problems]),
        ret_coordsys=values.get("ret_coordsys") or ("bd09" if system == "bd09mc" else system),
        parameters=values.get("parameters", Parameters()),
    )


def _point(sent: object) -> tuple[dict[str, Any], FieldProblem | None]:
    pairs = getattr(sent, "items_given", None)
    if pairs is None:
        return {}, FieldProblem("", texts.POINT_NOT_AN_OBJECT)
    values, problems = reading.read_fields(pairs, TRIAL_POINT)
    problems += [parameters.missing(p) for p in TRIAL_POINT.values() if p.required and p.name not in values]
    return values, problems[0] if problems else None


def _positions(
    rows: list[dict[str, Any]], problems: dict[int, FieldProblem], system: CoordSys
) -> tuple[Any, Any]:
    """Turn positions into WGS-84, and note those that are none in their system."""
    x = np.array(
        [row.get("lon", np.nan) if r not in problems else np.nan for r, row in enumerate(rows)], float
    )
    y = np.array(
        [row.get("lat", np.nan) if r not in problems else np.nan for r, row in enumerate(rows)], float
    )
    if system != "bd09mc":
        for name, given, limit in (("lon", x, 180.0), ("lat", y, 90.0)):
            for row in np.flatnonzero(np.abs(given) > limit).tolist():
                out = texts.OUT_OF_RANGE.format(low=f"{-limit:g}", high=f"{limit:g}")
                problems.setdefault(row, FieldProblem(name, out))
                x[row] = y[row] = np.nan
    lon, lat = systems.to_wgs84(x, y, system)
    for row in np.flatnonzero(~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))).tolist():
        problems.setdefault(row, FieldProblem("lat", texts.NO_POSITION.format(coordsys=system)))
    return lon, lat


def _frame(rows: list[dict[str, Any]], lon: Any, lat: Any, good: list[int]) -> gpd.GeoDataFrame:
    def column(name: str, absent: Any, dtype: Any) -> pd.Series:
        values = [rows[r].get(name, absent) for r in good]
        series: pd.Series = pd.Series(values, index=good, dtype=dtype)
        return series

    columns = {
        "position_kind": column("position_kind", "unknown", object),
        "accuracy_m": column("accuracy_m", np.nan, float),
        "floor": column("floor", np.nan, float),
        "snap_building": column("snap_building", True, bool),
        "indoor": column("indoor", False, bool),
    }
    places = gpd.points_from_xy(lon[good], lat[good], crs="EPSG:4326")
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(places, index=good))


def _changed(changes: dict[str, float | int]) -> Parameters:
    plain = Parameters()
    told = [f"{name}={value:g}" for name, value in sorted(changes.items())]
    try:
        return replace(plain, **changes, version="+".join([plain.version, *told]))  # type: ignore[arg-type]
    except NumberError as error:
        zh, _, en = str(error).partition(" · ")
        raise ValueProblemError(Text(zh, en or zh)) from None
