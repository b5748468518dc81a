"""The points of a batch as columns, and how one point, or a run of plain ones, is read.

Nearly all points are plain: an object of exactly id, lon and lat, each of its kind. A run of those is read by
one call and checked as columns; any other run is read point by point, by the same tables as every request.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from geo import coordsys as systems
from geo.coordsys import CoordSys
from service import parameters, reading, texts
from service.errors import BodyError, FieldProblem, shown
from service.parameters import MAX_LABEL_LENGTH, POINT_PARAMETERS

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Label = str | int | None

_MEMBERS: Final = itemgetter("id", "lon", "lat")
_NUMBERS: Final = frozenset({int, float})
_LARGEST_ID: Final = 2**53 - 1
_AT_ONCE: Final = 10_000
"""Positions turned into WGS-84 by one call."""

_BY_FIELD: Final = {"id": "bad_id", "lon": "bad_position", "lat": "bad_position"}


class Run(NamedTuple):
    """Some plain points in order: labels, and their positions as sent."""

    ids: tuple[Label, ...]
    x: FloatArray
    y: FloatArray


@dataclass
class Points:
    """All points of a batch in the order sent; a point with a problem has no position (NaN).

    ``problems`` by row; ``ids`` None where the label itself is missing or wrong.
    """

    ids: list[Label] = field(default_factory=list)
    problems: dict[int, FieldProblem] = field(default_factory=dict)
    _x: list[FloatArray] = field(default_factory=list)
    _y: list[FloatArray] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    def add_run(self, run: Run) -> None:
        """Append plain points."""
        self.ids.extend(run.ids)
        self._x.append(run.x)
        self._y.append(run.y)

    def add_each(self, elements: Iterable[bytes]) -> None:
        """Append points one by one, right or wrong.

        Raises
        ------
        BodyError
            One is no JSON at all; names its row.
        """
        x, y = [], []
        for element in elements:
            label, lon, lat, problem = _point(element, len(self))
            if problem is not None:
                self.problems[len(self)] = problem
            self.ids.append(label)
            x.append(lon)
            y.append(lat)
        self._x.append(np.array(x, dtype=np.float64))
        self._y.append(np.array(y, dtype=np.float64))

    def to_wgs84(self, coordsys: CoordSys) -> tuple[FloatArray, FloatArray]:
        """Give the positions in WGS-84, and note a problem for each that is none in its system.

        Returns
        -------
        lon, lat
            Degrees, one per point; NaN where there is a problem.
        """
        x, y = np.concatenate([*self._x, []]), np.concatenate([*self._y, []])
        if coordsys != "bd09mc":
            self._limit("lon", x, 180.0)
            self._limit("lat", y, 90.0)
        lon, lat = x, y
        for start in range(0, len(self), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            lon[part], lat[part] = systems.to_wgs84(x[part], y[part], coordsys)
        nowhere = ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
        wrong = FieldProblem("lat", texts.NO_POSITION.format(coordsys=coordsys))
        for row in np.flatnonzero(nowhere).tolist():
            self.problems.setdefault(row, wrong)
        lon[nowhere] = lat[nowhere] = np.nan
        return lon, lat

    def _limit(self, name: str, values: FloatArray, limit: float) -> None:
        outside = np.flatnonzero(np.abs(values) > limit)
        wrong = FieldProblem(name, texts.OUT_OF_RANGE.format(low=f"{-limit:g}", high=f"{limit:g}"))
        for row in outside.tolist():
            self.problems.setdefault(row, wrong)
        values[outside] = np.nan


def encoded(problem: FieldProblem) -> bytes:
    """Write the member ``error`` of a point.

    Examples
    --------
    >>> print(encoded(FieldProblem("lat", texts.NOT_TEXT)).decode())
    "error":{"code":"bad_position","field":"lat","message":{"zh":"须为字符串。","en":"Must be a string."}}
    """
    told = {
        "code": _BY_FIELD.get(problem.field, "bad_point"),
        "field": shown(problem.field),
        "message": {"zh": problem.message.zh, "en": problem.message.en},
    }
    if not problem.field:
        del told["field"]
    return b'"error":' + orjson.dumps(told)


def plain_run(elements: bytes) -> Run | None:
    """Read points with commas between, when all of them are plain; None otherwise, also when it is no JSON.

    Examples
    --------
    >>> plain_run(b'{"id":7,"lon":116.4,"lat":39.9}, {"id":8,"lat":39.8,"lon":116}')
    Run(ids=(7, 8), x=array([116.4, 116. ]), y=array([39.9, 39.8]))
    >>> plain_run(b'{"id":7,"lon":116.4,"lat":39.9,"rider":5}') is None
    True
    """
    try:
        points = orjson.loads(b"[%b]" % elements)
    except orjson.JSONDecodeError:
        return None
    if set(map(type, points)) != {dict} or set(map(len, points)) != {3}:
        return None
    # A repeated name leaves three members and a colon too many; so does a colon in a label, which is rare.
    if elements.count(b":") != 3 * len(points):
        return None
    try:
        ids, xs, ys = zip(*map(_MEMBERS, points), strict=True)
    except KeyError:
        return None
    if not _NUMBERS.issuperset(map(type, xs)) or not _NUMBERS.issuperset(map(type, ys)):
        return None
    if not _plain_labels(ids):
        return None
    return Run(ids, np.array(xs, dtype=np.float64), np.array(ys, dtype=np.float64))


def _plain_labels(ids: tuple[Any, ...]) -> bool:
    kinds = set(map(type, ids))
    if kinds == {int}:
        return bool(min(ids) >= -_LARGEST_ID and max(ids) <= _LARGEST_ID)
    return kinds == {str} and "" not in ids and max(map(len, ids)) <= MAX_LABEL_LENGTH


class _Object(list[tuple[str, Any]]):
    """The members of a JSON object, repeated names kept."""


def _point(element: bytes, row: int) -> tuple[Label, float, float, FieldProblem | None]:
    """Read one point: label, position, and the first thing that is wrong with it."""
    try:
        # Not-a-number is what some programs write for a missing one: a wrong point, not a wrong body.
        value = json.loads(element, object_pairs_hook=_Object, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise BodyError(texts.POINT_NOT_JSON.format(row=row)) from None
    if not isinstance(value, _Object):
        return None, np.nan, np.nan, FieldProblem("", texts.POINT_NOT_AN_OBJECT)
    values, problems = reading.read_fields(value, POINT_PARAMETERS)
    problems += [parameters.missing(p) for p in POINT_PARAMETERS.values() if p.name not in values]
    if problems:
        return values.get("id"), np.nan, np.nan, problems[0]
    return values["id"], values["lon"], values["lat"], None
