"""What a client asks: the table of parameters of each route, read strictly into frozen values.

Every problem of a request is collected, so that a client mends them in one go. One table serves the query
string, the JSON body and the OpenAPI document.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple, NoReturn
from urllib.parse import unquote_to_bytes

from geo import texts as geo_texts
from geo import vocabulary
from geo.coordsys import CoordSys
from geo.texts import Text
from service import kinds, texts
from service.errors import BodyError, FieldProblem, ParameterError
from service.kinds import Kind, ValueProblemError

MAX_PARAMETERS: Final = 40
MAX_VALUE_LENGTH: Final = 1000
_MOST_KNOWN: Final = 256
_FEW_VALUES: Final = (
    kinds.Adcode,
    kinds.Choice,
    kinds.Codes,
    kinds.CoordinateSystem,
    kinds.Flag,
    kinds.Integer,
)

_IDENTITY: Final = re.compile(
    r"rider|courier|driver|worker|user|customer|member|person|order|waybill|parcel|device|phone|mobile|imei|"
    r"idfa|oaid|openid|unionid|licen[cs]e|plate|id_?card|e-?mail|account|session|token",
    re.IGNORECASE,
)
"""Names under which people, orders and devices are told apart; no table has such a parameter."""

_METRES: Final = 20_037_508.35
"""Half the circumference in BD-09 metres: the widest value that any coordinate system here can hold."""


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name, its kind, an example that works."""

    name: str
    kind: Kind
    example: Any
    required: bool = False
    meaning: Text | None = None
    known: dict[bytes, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What texts were read as before, of a kind whose values are few (never of positions)."""
    few_values: bool = field(default=False, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "few_values", isinstance(self.kind, _FEW_VALUES))

    @property
    def text(self) -> Text:
        """What the parameter means, for the documentation and for the problem that it is missing."""
        return self.meaning or texts.PARAMETER_MEANINGS[self.name]

    def read(self, raw: bytes) -> Any:
        """Read a value of a query string; raise ``ValueProblemError``."""
        text = _decoded(raw)
        if not text:
            raise ValueProblemError(texts.EMPTY_VALUE)
        value = self.kind.read(text)
        if self.few_values and len(self.known) < _MOST_KNOWN:
            self.known[raw] = value
        return value


Table = Mapping[str, Parameter]


def _table(*parameters: Parameter) -> Table:
    return {p.name: p for p in parameters}


def object_schema(table: Table) -> dict[str, Any]:
    """Describe a JSON object with the members of a table and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [p.name for p in table.values() if p.required],
        "properties": {
            p.name: {**p.kind.schema(), "description": str(p.text), "example": p.example}
            for p in table.values()
        },
    }


_X = kinds.Number(-_METRES, _METRES)
FILTER_PARAMETERS: Final = _table(
    Parameter("open_at", kinds.Moment(), kinds.Moment.example),
    Parameter("open_now", kinds.Flag(), True),
    Parameter("is_24h", kinds.Flag(), True),
    Parameter(
        "facilities", kinds.Codes(tuple(vocabulary.FACILITY), "toilet,hot_water"), ["toilet", "hot_water"]
    ),
    Parameter("street_facing", kinds.Choice(vocabulary.TERNARY_VALUES), "yes"),
    Parameter("access", kinds.Choice(tuple(vocabulary.ACCESS_METHOD)), "open_door"),
    Parameter("adcode", kinds.Adcode(), "110108"),
)
NEAREST_PARAMETERS: Final = {
    **_table(
        Parameter("lon", _X, 116.397),
        Parameter("lat", _X, 39.909),
        Parameter("location", kinds.Pair(_X, _X), [116.397, 39.909]),
        Parameter("coordsys", kinds.CoordinateSystem(), "gcj02", required=True),
        Parameter("ret_coordsys", kinds.CoordinateSystem(metres=False), "gcj02"),
        Parameter("k", kinds.Integer(1, 50), 5),
        Parameter("radius_m", kinds.Number(0, 50_000, above=True, example="3000"), 3000),
        Parameter("by", kinds.Choice(("distance",), texts.BY_NOT_YET), "distance"),
    ),
    **FILTER_PARAMETERS,
}
MAX_LABEL_LENGTH: Final = 64
POINT_PARAMETERS: Final = _table(
    Parameter("id", kinds.Label(MAX_LABEL_LENGTH), 1, required=True),
    Parameter("lon", _X, 116.397, required=True),
    Parameter("lat", _X, 39.909, required=True),
)
BATCH_PARAMETERS: Final = {
    **_table(
        NEAREST_PARAMETERS["coordsys"],
        Parameter(
            "ret_coordsys",
            kinds.CoordinateSystem(metres=False),
            "gcj02",
            meaning=texts.RET_COORDSYS_BATCH,
        ),
        NEAREST_PARAMETERS["k"],
        NEAREST_PARAMETERS["radius_m"],
    ),
    **FILTER_PARAMETERS,
    **_table(
        Parameter(
            "points",
            kinds.ObjectList(object_schema(POINT_PARAMETERS)),
            [{"id": 1, "lon": 116.397, "lat": 39.909}],
            required=True,
        ),
    ),
}
STATION_PARAMETERS: Final = _table(
    Parameter(
        "ret_coordsys",
        kinds.CoordinateSystem(metres=False),
        "gcj02",
        meaning=texts.RET_COORDSYS_DEFAULT,
    ),
)
AREA_PARAMETERS: Final = _table(FILTER_PARAMETERS["adcode"])
MAP_PARAMETERS: Final = {
    **AREA_PARAMETERS,
    **_table(Parameter("lang", kinds.Choice(("zh", "en")), "en"), FILTER_PARAMETERS["is_24h"]),
}
"""Of the map page, which reads the language and its first filter itself."""
CELL_PARAMETERS: Final = _table(
    FILTER_PARAMETERS["adcode"],
    Parameter("z", kinds.Integer(0, 24), 5, required=True, meaning=texts.ZOOM),
    Parameter("bbox", kinds.Bounds(), kinds.Bounds.example, required=True, meaning=texts.BOUNDS),
)
LIST_PARAMETERS: Final = {
    **_table(
        Parameter("limit", kinds.Integer(1, 1000), 100), Parameter("after", kinds.StationId(), "S000100")
    ),
    **STATION_PARAMETERS,
    **FILTER_PARAMETERS,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a station must be, apart from near; None and empty ask for nothing.

    ``facilities``: all of these, none broken. ``adcode``: half-open range of six-digit codes. Time is not
    here: which stations are open changes by the minute, these facts only with the data.
    """

    is_24h: bool = False
    facilities: tuple[str, ...] = ()
    street_facing: str | None = None
    access: str | None = None
    adcode: tuple[int, int] | None = None


NO_FILTERS: Final = Filters()


class NearestQuery(NamedTuple):
    """A question for the nearest stations, as understood.

    ``x``, ``y`` are in ``coordsys``; ``open_at`` None asks for any hours, ``open_now`` True for those of now.
    """

    x: float
    y: float
    coordsys: CoordSys
    ret_coordsys: CoordSys
    k: int = 5
    radius_m: float | None = None
    open_at: datetime | None = None
    open_now: bool = False
    filters: Filters = NO_FILTERS
    said: Mapping[str, Any] = MappingProxyType({})
    """The parameters as read, to be repeated in the answer."""

    @property
    def wants_open(self) -> bool:
        """Whether only stations known to be open are asked for."""
        return self.open_now or self.open_at is not None


@dataclass(frozen=True, slots=True)
class BatchQuery:
    """A question for the nearest stations of many points, less the points; as ``NearestQuery``.

    ``ret_coordsys`` None asks for no positions.
    """

    coordsys: CoordSys
    ret_coordsys: CoordSys | None
    k: int
    radius_m: float | None
    open_at: datetime | None
    open_now: bool
    filters: Filters
    said: Mapping[str, Any]

    @property
    def wants_open(self) -> bool:
        """Whether only stations known to be open are asked for."""
        return self.open_now or self.open_at is not None


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A question for a page of stations in order of id."""

    limit: int
    after: str | None
    ret_coordsys: CoordSys
    open_at: datetime | None
    open_now: bool
    filters: Filters

    @property
    def wants_open(self) -> bool:
        """Whether only stations known to be open are asked for."""
        return self.open_now or self.open_at is not None


def read_pairs(query_string: bytes, table: Table) -> dict[str, Any]:
    """Read a query string by a table of parameters.

    Parameters
    ----------
    query_string
        As received; empty gives no value.
    table
        The parameters that there are.

    Returns
    -------
    values
        Value by name, only of what was given.

    Raises
    ------
    ParameterError
        Names every unknown, repeated, empty or unreadable parameter.

    Examples
    --------
    >>> read_pairs(b"k=3&location=116.4%2C39.9", NEAREST_PARAMETERS)
    {'k': 3, 'location': (116.4, 39.9)}
    """
    if not query_string:
        return {}
    parts = query_string.split(b"&")
    if len(parts) > MAX_PARAMETERS:
        raise ParameterError([FieldProblem("", texts.TOO_MANY_PARAMETERS.format(n=MAX_PARAMETERS))])
    problems: list[FieldProblem] = []
    values: dict[str, Any] = {}
    for part in parts:
        raw_name, _, raw_value = part.partition(b"=")
        name = raw_name.decode("latin-1")
        parameter = table.get(name)
        if parameter is not None and raw_value in parameter.known and name not in values:
            values[name] = parameter.known[raw_value]
            continue
        if parameter is None:
            try:
                name = _decoded(raw_name)
            except ValueProblemError as wrong:
                problems.append(FieldProblem(raw_name.decode("ascii", "replace"), wrong.text))
                continue
        _read_one(name, raw_value, table, values=values, problems=problems, read=Parameter.read)
    if problems:
        raise ParameterError(problems)
    return values


def read_body(body: bytes, table: Table) -> dict[str, Any]:
    """Read a JSON object by a table of parameters; unknown and repeated fields are refused.

    Raises
    ------
    BodyError
        Not JSON, or not an object.
    ParameterError
        Names every wrong field.

    Examples
    --------
    >>> read_body(b'{"k": 3, "facilities": ["toilet"]}', NEAREST_PARAMETERS)
    {'k': 3, 'facilities': ('toilet',)}
    """
    try:
        pairs = json.loads(body, object_pairs_hook=_Pairs, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BodyError(texts.NOT_JSON) from None
    if not isinstance(pairs, _Pairs):
        raise BodyError(texts.NOT_AN_OBJECT)
    values, problems = read_fields(pairs.items_given, table)
    if problems:
        raise ParameterError(problems)
    return values


def read_fields(pairs: Iterable[tuple[str, Any]], table: Table) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Read the members of one JSON object by a table; wrong ones have the value None and a problem each.

    Examples
    --------
    >>> values, problems = read_fields([("lon", 116.4), ("lon", 0), ("lat", "x")], POINT_PARAMETERS)
    >>> values, [problem.field for problem in problems]
    ({'lon': 116.4, 'lat': None}, ['lon', 'lat'])
    """
    problems: list[FieldProblem] = []
    values: dict[str, Any] = {}
    for name, value in pairs:
        _read_one(name, value, table, values=values, problems=problems, read=_from_json)
    return values, problems


def nearest_query(values: Mapping[str, Any]) -> NearestQuery:
    """Make a nearest query of read values.

    Raises
    ------
    ParameterError
        A position or its coordinate system is missing, a position is outside its system, or two parameters
        contradict each other.

    Examples
    --------
    >>> nearest_query({"location": (116.4, 39.9), "coordsys": "bd09mc"}).ret_coordsys
    'bd09'
    """
    problems: list[FieldProblem] = []
    x, y = _position(values, problems)
    coordsys = values.get("coordsys")
    if coordsys is None:
        problems.append(FieldProblem("coordsys", geo_texts.COORDSYS_MISSING))
    elif coordsys != "bd09mc":
        _check_degrees(values, x, y, problems)
    _check_times(values, problems)
    if problems or coordsys is None:
        raise ParameterError(problems)
    return NearestQuery(
        x=x,
        y=y,
        coordsys=coordsys,
        ret_coordsys=values.get("ret_coordsys") or ("bd09" if coordsys == "bd09mc" else coordsys),
        k=values.get("k", 5),
        radius_m=values.get("radius_m"),
        open_at=values.get("open_at"),
        open_now=values.get("open_now", False),
        filters=_filters(values),
        said=values,
    )


def batch_query(values: Mapping[str, Any]) -> BatchQuery:
    """Make a batch query of read values, less the points.

    Raises
    ------
    ParameterError
        The coordinate system or the points are missing, or both times are given.
    """
    problems: list[FieldProblem] = []
    if "coordsys" not in values:
        problems.append(FieldProblem("coordsys", geo_texts.COORDSYS_MISSING))
    if "points" not in values:
        problems.append(missing(BATCH_PARAMETERS["points"]))
    _check_times(values, problems)
    if problems:
        raise ParameterError(problems)
    return BatchQuery(
        coordsys=values["coordsys"],
        ret_coordsys=values.get("ret_coordsys"),
        k=values.get("k", 5),
        radius_m=values.get("radius_m"),
        open_at=values.get("open_at"),
        open_now=values.get("open_now", False),
        filters=_filters(values),
        said=values,
    )


def missing(parameter: Parameter) -> FieldProblem:
    """Build the problem of a parameter that must be given and was not."""
    zh, en = texts.MISSING_PARAMETER
    meaning = parameter.text
    return FieldProblem(parameter.name, Text(zh.format(meaning=meaning.zh), en.format(meaning=meaning.en)))


def read_required(query_string: bytes, table: Table) -> dict[str, Any]:
    """Read a query string as ``read_pairs`` does; a required parameter that is not there is named too."""
    values = read_pairs(query_string, table)
    problems = [missing(p) for p in table.values() if p.required and p.name not in values]
    if problems:
        raise ParameterError(problems)
    return values


def list_query(values: Mapping[str, Any]) -> ListQuery:
    """Make a list query of read values; ``ParameterError`` when both times are given."""
    problems: list[FieldProblem] = []
    _check_times(values, problems)
    if problems:
        raise ParameterError(problems)
    return ListQuery(
        limit=values.get("limit", 100),
        after=values.get("after"),
        ret_coordsys=values.get("ret_coordsys", "wgs84"),
        open_at=values.get("open_at"),
        open_now=values.get("open_now", False),
        filters=_filters(values),
    )


class _Pairs:
    """A JSON object with its repeated names kept."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.items_given = pairs


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _read_one(
    name: str,
    raw: Any,
    table: Table,
    *,
    values: dict[str, Any],
    problems: list[FieldProblem],
    read: Callable[[Parameter, Any], Any],
) -> None:
    parameter = table.get(name)
    if parameter is None:
        text = texts.NO_IDENTITIES if _IDENTITY.search(name) else texts.UNKNOWN_PARAMETER
        problems.append(FieldProblem(name, text.format(known=", ".join(table))))
        return
    if name in values:
        problems.append(FieldProblem(name, texts.DUPLICATE_PARAMETER))
        return
    try:
        values[name] = read(parameter, raw)
    except ValueProblemError as wrong:
        # Kept as seen, so that a second one is a repetition; with a problem no value is ever used.
        values[name] = None
        problems.append(FieldProblem(name, wrong.text))


def _from_json(parameter: Parameter, value: object) -> Any:
    if isinstance(value, str) and len(value) > MAX_VALUE_LENGTH:
        raise ValueProblemError(texts.TOO_LONG.format(n=MAX_VALUE_LENGTH))
    return parameter.kind.take(value)


def _decoded(raw: bytes) -> str:
    if len(raw) > MAX_VALUE_LENGTH:
        raise ValueProblemError(texts.TOO_LONG.format(n=MAX_VALUE_LENGTH))
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        raw = unquote_to_bytes(raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueProblemError(texts.BAD_ENCODING) from None


def _position(values: Mapping[str, Any], problems: list[FieldProblem]) -> tuple[float, float]:
    location = values.get("location")
    if location is not None:
        if "lon" in values or "lat" in values:
            problems.append(FieldProblem("location", texts.LOCATION_TWICE))
        return location[0], location[1]
    for name in ("lon", "lat"):
        if name not in values:
            problems.append(missing(NEAREST_PARAMETERS[name]))
    return values.get("lon", math.nan), values.get("lat", math.nan)


def _check_degrees(values: Mapping[str, Any], x: float, y: float, problems: list[FieldProblem]) -> None:
    for name, value, limit in (("lon", x, 180), ("lat", y, 90)):
        if abs(value) > limit:
            field = "location" if "location" in values else name
            problems.append(FieldProblem(field, texts.OUT_OF_RANGE.format(low=-limit, high=limit)))


def _check_times(values: Mapping[str, Any], problems: list[FieldProblem]) -> None:
    if "open_at" in values and values.get("open_now"):
        problems.append(FieldProblem("open_at", texts.OPEN_TWICE))


def _filters(values: Mapping[str, Any]) -> Filters:
    if not values.keys() & FILTER_PARAMETERS.keys():
        return NO_FILTERS
    return Filters(
        is_24h=values.get("is_24h", False),
        facilities=values.get("facilities", ()),
        street_facing=values.get("street_facing"),
        access=values.get("access"),
        adcode=values.get("adcode"),
    )
