"""The parameters that there are: what each is called and means, how it is read, and the table of each route.

One table serves the query string, the JSON body and the OpenAPI document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from geo import vocabulary
from geo.network.access import MODES
from geo.texts import Text
from service import kinds, texts
from service.errors import FieldProblem
from service.kinds import Kind, ValueProblemError
from service.roads import texts as roads_texts

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
        text = decoded(raw)
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
        Parameter("by", kinds.Choice(("distance", *MODES)), "distance", meaning=roads_texts.BY),
        Parameter("path", kinds.Flag(), False, meaning=roads_texts.PATH),
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


def missing(parameter: Parameter) -> FieldProblem:
    """Build the problem of a parameter that must be given and was not."""
    zh, en = texts.MISSING_PARAMETER
    meaning = parameter.text
    return FieldProblem(parameter.name, Text(zh.format(meaning=meaning.zh), en.format(meaning=meaning.en)))


def decoded(raw: bytes) -> str:
    """Read one name or value of a query string as text; raise ``ValueProblemError``."""
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
