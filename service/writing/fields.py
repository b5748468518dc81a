"""The fields of a record as JSON: one table for reading bodies and for the OpenAPI document.

Here a value's form is checked; what it means is checked by ``data.stations.model``, as in an import.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NoReturn

from data.editing import edits
from geo import vocabulary
from service import kinds, reading
from service import texts as service_texts
from service.errors import BodyError, FieldProblem, ParameterError
from service.kinds import Kind, ValueProblemError
from service.parameters import Parameter
from service.writing import texts

NAME_LIMIT: Final = 200
LINE_LIMIT: Final = 1000
_CONTROL: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Line(Kind):
    """One line of text."""

    limit: int = LINE_LIMIT

    def read(self, text: str) -> str:
        """Take the text as it is; what surrounds it, and invisible characters, an import takes off."""
        if not text.strip() or len(text) > self.limit or _CONTROL.search(text):
            raise ValueProblemError(texts.NOT_A_LINE.format(n=self.limit))
        return text

    def schema(self) -> dict[str, Any]:
        """Describe the length."""
        return {"type": "string", "minLength": 1, "maxLength": self.limit}


class Day(Kind):
    """A day as ISO 8601 writes it."""

    def read(self, text: str) -> str:
        """Read year, month and day."""
        try:
            return date.fromisoformat(text).isoformat() if len(text) == len("2026-11-01") else _no_day()
        except ValueError:
            return _no_day()

    def schema(self) -> dict[str, Any]:
        """Describe the format."""
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Mapping(Kind):
    """An object of names of a vocabulary; null as a value takes a name out, in a patch."""

    names: tuple[str, ...]
    values: tuple[str, ...] | None
    example: str

    def read(self, text: str) -> NoReturn:
        """Refuse text."""
        raise ValueProblemError(texts.NOT_A_MAP.format(example=self.example))

    def take(self, value: object) -> dict[str, str | None]:
        """Take a JSON object."""
        if not isinstance(value, dict) or not all(self._fits(*item) for item in value.items()):
            raise ValueProblemError(texts.NOT_A_MAP.format(example=self.example))
        return value

    def schema(self) -> dict[str, Any]:
        """Describe names and values."""
        one: dict[str, Any] = {"type": ["string", "null"]}
        one |= {"enum": [*self.values, None]} if self.values else {"minLength": 1, "maxLength": NAME_LIMIT}
        return {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(self.names, one)}

    def _fits(self, name: str, value: object) -> bool:
        if name not in self.names:
            return False
        if value is None or self.values is not None:
            return value is None or value in (self.values or ())
        is_text = isinstance(value, str) and value.strip() and not _CONTROL.search(value)
        return bool(is_text) and len(str(value)) <= NAME_LIMIT


def _no_day() -> NoReturn:
    raise ValueProblemError(texts.NOT_A_DAY)


def _choice(codes: Any) -> Kind:
    return kinds.Choice(tuple(codes))


_LINES: Final = (
    "code", "address", "city", "district", "township", "brand", "operator", "host", "status_reason", "hours_posted",
    "opening_hours", "phone", "declared_by", "source",
)  # fmt: skip
_VOCABULARIES: Final = {
    "host_kind": vocabulary.HOST_KIND, "kind": vocabulary.KIND, "audience": vocabulary.AUDIENCE,
    "status": vocabulary.STATUS, "access_method": vocabulary.ACCESS_METHOD, "position_kind": vocabulary.POSITION_KIND,
} | dict.fromkeys(
    ("door_24h", "unattended_24h", "goods_24h", "street_door", "in_compound", "registration_required"),
    vocabulary.TERNARY,
)  # fmt: skip
_WIDEST: Final = 20_037_508.35
_KINDS: Final[dict[str, tuple[Kind, Any]]] = {
    "name": (Line(NAME_LIMIT), "name"),
    **{name: (Line(), "text") for name in _LINES},
    **{name: (_choice(codes), next(iter(codes))) for name, codes in _VOCABULARIES.items()},
    "adcode": (kinds.Matching("[1-9][0-9]{5}", texts.NOT_AN_ADCODE), "110108"),
    "township_code": (kinds.Matching("[1-9][0-9]{8}([0-9]{3})?", texts.NOT_A_TOWNSHIP_CODE), "110108001"),
    "makeup_days": (kinds.Flag(), True),
    "facilities": (
        Mapping(tuple(vocabulary.FACILITY), tuple(vocabulary.FACILITY_STATE), '{"toilet": "working"}'),
        {"toilet": "working"},
    ),
    "external_ids": (
        Mapping(("amap", "baidu", "osm"), None, '{"amap": "B000A7BD6C"}'),
        {"amap": "B000A7BD6C"},
    ),
    "floor": (kinds.Integer(-9, 200), 1),
    "capacity": (kinds.Integer(0, 100_000), 20),
    "area_m2": (kinds.Number(0.1, 1_000_000), 35.5),
    "accuracy_m": (kinds.Number(0.1, 100_000), 10),
    "lon": (kinds.Number(-_WIDEST, _WIDEST), 116.397),
    "lat": (kinds.Number(-_WIDEST, _WIDEST), 39.909),
    "coordsys": (kinds.CoordinateSystem(), "gcj02"),
    "declared_on": (Day(), "2026-11-01"),
    "verified_at": (Day(), "2026-11-01"),
}

TABLE: Final = {
    name: Parameter(name, *_KINDS[name], required=name == "name", meaning=texts.RECORD_FIELD)
    for name in edits.FIELDS
}
"""Every field of a record, by name."""


def read(body: bytes) -> dict[str, Any]:
    """Read a record, or a patch of one: fields with their values, None where the body says null.

    Raises
    ------
    BodyError
        Not JSON, or not an object.
    ParameterError
        Names every field that is unknown, repeated or has a value of another form.

    Examples
    --------
    >>> read(b'{"floor": 2, "phone": null}')
    {'floor': 2, 'phone': None}
    """
    repeated: list[str] = []
    try:
        found = json.loads(
            body, object_pairs_hook=lambda pairs: _object(pairs, repeated), parse_constant=_refuse
        )
    except (ValueError, RecursionError):
        raise BodyError(service_texts.NOT_JSON) from None
    if not isinstance(found, dict):
        raise BodyError(service_texts.NOT_AN_OBJECT)
    problems = [FieldProblem(name, texts.FIELD_DUPLICATE) for name in repeated]
    given = [(name, value) for name, value in found.items() if value is not None or name not in TABLE]
    values, wrong = reading.read_fields(given, TABLE)
    problems += wrong + _position_problems(found)
    if problems:
        raise ParameterError(problems)
    return {name: values.get(name) for name in found}


def whole(found: dict[str, Any]) -> edits.Record:
    """Take what was read as a whole record: null and absent are the same."""
    if found.get("name") is None:
        raise ParameterError([FieldProblem("name", texts.NAME_MISSING)])
    return patched({}, found)


def patched(record: edits.Record, patch: dict[str, Any]) -> edits.Record:
    """Apply a JSON merge patch (RFC 7396).

    Examples
    --------
    >>> patched({"floor": 2, "facilities": {"tv": "working"}}, {"floor": None, "facilities": {"tv": "broken"}})
    {'facilities': {'tv': 'broken'}}
    """
    made = dict(record)
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        elif isinstance(value, dict):
            made[name] = patched(made.get(name, {}), value)
        else:
            made[name] = value
    return {name: value for name, value in made.items() if value != {}}


def _position_problems(found: dict[str, Any]) -> list[FieldProblem]:
    """Name what a position lacks: it is stated whole or not at all; taking it away needs no system."""
    stated = [name for name in edits.POSITION if found.get(name) is not None]
    nulls = [name for name in edits.POSITION if name in found and found[name] is None]
    if not stated and (not nulls or {"lon", "lat"} <= set(nulls)):
        if nulls:
            found.setdefault("coordsys", None)
        return []
    return [FieldProblem(name, texts.POSITION_PARTS) for name in edits.POSITION if name not in stated]


def _object(pairs: list[tuple[str, Any]], repeated: list[str]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        repeated += sorted({name for name in names if names.count(name) > 1})
    return made


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
