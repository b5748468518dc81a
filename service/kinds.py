"""Kinds of values that a request may hold: how text and JSON are read, and the JSON Schema.

Reading is strict: ASCII digits only, finite, within range. A reader raises ``ValueProblemError`` with a
sentence for the client; it never raises anything else, whatever was sent.
"""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from data.hours.schedule import SHANGHAI
from geo import coordsys
from geo.coordsys import CoordSys
from geo.errors import CoordinateError
from geo.texts import Text
from service import texts
from service.errors import shown

_NUMBER = re.compile(r"[+-]?[0-9]{1,17}(\.[0-9]{0,24})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
# A plus sign that was not percent-encoded arrives as a space: before an offset it can mean nothing else.
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<time>[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)"
    r"(?P<offset>[Zz]|[+ -][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
_ADCODE = re.compile(r"[1-9][0-9]([0-9]{2}){0,2}", re.ASCII)
_STATION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


class ValueProblemError(Exception):
    """A value cannot be used; ``text`` says why and what would do."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(str(text))


class Kind(ABC):
    """One kind of value: ``read`` takes text of a query string, ``take`` a JSON value."""

    @abstractmethod
    def read(self, text: str) -> Any:
        """Read from text; raise ``ValueProblemError``."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Describe the value as JSON Schema."""

    def take(self, value: object) -> Any:
        """Read from JSON; text unless a kind says otherwise."""
        if not isinstance(value, str):
            raise ValueProblemError(texts.NOT_TEXT)
        if not value:
            raise ValueProblemError(texts.EMPTY_VALUE)
        return self.read(value)


@dataclass(frozen=True)
class Number(Kind):
    """A finite decimal number from ``low`` to ``high``, both allowed; ``above``: ``low`` itself is not."""

    low: float
    high: float
    above: bool = False
    example: str = "116.397"

    def read(self, text: str) -> float:
        """Read ASCII digits with an optional fraction and exponent."""
        if not _NUMBER.fullmatch(text):
            raise ValueProblemError(texts.NOT_A_NUMBER.format(example=self.example))
        return self._within(float(text))

    def take(self, value: object) -> float:
        """Take a JSON number; true and false are none."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueProblemError(texts.NOT_A_NUMBER.format(example=self.example))
        try:
            return self._within(float(value))
        except OverflowError:
            raise ValueProblemError(texts.NOT_A_NUMBER.format(example=self.example)) from None

    def schema(self) -> dict[str, Any]:
        """Describe the range."""
        low = "exclusiveMinimum" if self.above else "minimum"
        return {"type": "number", low: self.low, "maximum": self.high}

    def _within(self, value: float) -> float:
        if not math.isfinite(value):
            raise ValueProblemError(texts.NOT_A_NUMBER.format(example=self.example))
        if value > self.high or value < self.low or (self.above and value == self.low):
            text = texts.NOT_POSITIVE if self.above else texts.OUT_OF_RANGE
            raise ValueProblemError(text.format(low=f"{self.low:g}", high=f"{self.high:g}"))
        return value


@dataclass(frozen=True)
class Integer(Kind):
    """A whole number from ``low`` to ``high``."""

    low: int
    high: int

    def read(self, text: str) -> int:
        """Read ASCII digits."""
        if not _INTEGER.fullmatch(text):
            raise ValueProblemError(texts.NOT_AN_INTEGER.format(example=self.low))
        return self.take(int(text))

    def take(self, value: object) -> int:
        """Take a JSON number that is whole; 5.0 is, because JSON knows one kind of number."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueProblemError(texts.NOT_AN_INTEGER.format(example=self.low))
        if not self.low <= value <= self.high:
            raise ValueProblemError(texts.OUT_OF_RANGE.format(low=self.low, high=self.high))
        return value

    def schema(self) -> dict[str, Any]:
        """Describe the range."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Flag(Kind):
    """``true`` or ``false``."""

    def read(self, text: str) -> bool:
        """Read the two words, in small letters."""
        if text not in ("true", "false"):
            raise ValueProblemError(texts.NOT_A_FLAG)
        return text == "true"

    def take(self, value: object) -> bool:
        """Take a JSON boolean."""
        if not isinstance(value, bool):
            raise ValueProblemError(texts.NOT_A_FLAG)
        return value

    def schema(self) -> dict[str, Any]:
        """Describe a boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Choice(Kind):
    """One code of a vocabulary; ``otherwise`` replaces the sentence about an unknown code."""

    codes: Collection[str]
    otherwise: Text | None = None

    def read(self, text: str) -> str:
        """Read one code."""
        if text not in self.codes:
            raise ValueProblemError(self.otherwise or texts.NOT_A_CODE.format(codes=", ".join(self.codes)))
        return text

    def schema(self) -> dict[str, Any]:
        """List the codes."""
        return {"type": "string", "enum": list(self.codes)}


@dataclass(frozen=True)
class CoordinateSystem(Kind):
    """A coordinate system by name or alias; ``metres``: also that of Baidu's plane metres."""

    metres: bool = True

    def read(self, text: str) -> CoordSys:
        """Read one name."""
        try:
            # Shown in the message, hence cleaned.
            name = coordsys.parse(shown(text))
        except CoordinateError as error:
            known: Text = error.args[0]
            raise ValueProblemError(known) from None
        if name == "bd09mc" and not self.metres:
            raise ValueProblemError(texts.RET_COORDSYS_METRES)
        return name

    def schema(self) -> dict[str, Any]:
        """List the names and aliases."""
        names = [name for name in coordsys.NAMES if self.metres or name != "bd09mc"]
        return {"type": "string", "enum": names + list(coordsys.ALIASES)}


@dataclass(frozen=True)
class Codes(Kind):
    """Some codes of a vocabulary: commas between in text, a list in JSON; order does not matter."""

    codes: Collection[str]
    example: str

    def read(self, text: str) -> tuple[str, ...]:
        """Read codes with commas between."""
        return self._known(text.split(","))

    def take(self, value: object) -> tuple[str, ...]:
        """Take a JSON list of codes, or the text form."""
        if isinstance(value, str):
            return self.read(value)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            raise ValueProblemError(texts.NOT_A_LIST.format(example=self.example))
        return self._known(value)

    def schema(self) -> dict[str, Any]:
        """Describe a list of codes."""
        return {"type": "array", "items": {"type": "string", "enum": list(self.codes)}, "minItems": 1}

    def _known(self, parts: list[str]) -> tuple[str, ...]:
        if not all(parts):
            raise ValueProblemError(texts.NOT_A_LIST.format(example=self.example))
        if not set(parts) <= set(self.codes):
            raise ValueProblemError(texts.NOT_A_CODE.format(codes=", ".join(self.codes)))
        return tuple(sorted(set(parts)))


class Moment(Kind):
    """An RFC 3339 time of the years 2000 to 2199; without an offset it is Asia/Shanghai."""

    example: Final = "2026-10-02T12:30:00+08:00"

    def read(self, text: str) -> datetime:
        """Read date, time and offset."""
        wrong = ValueProblemError(texts.NOT_A_MOMENT.format(example=self.example))
        match = _MOMENT.fullmatch(text)
        if match is None:
            raise wrong
        offset = (match["offset"] or "+08:00").upper().replace(" ", "+")
        try:
            at = datetime.fromisoformat(f"{match['day']}T{match['time']}{offset}")
        except ValueError:
            raise wrong from None
        if not 2000 <= at.year < 2200:
            raise wrong
        return at.astimezone(SHANGHAI)

    def schema(self) -> dict[str, Any]:
        """Describe a time."""
        return {"type": "string", "format": "date-time", "pattern": "^2[01][0-9]{2}-"}


class Adcode(Kind):
    """An administrative code; the value is the half-open range of six-digit codes that it stands for.

    Examples
    --------
    >>> Adcode().read("110108"), Adcode().read("1101"), Adcode().read("110000")
    ((110108, 110109), (110100, 110200), (110000, 120000))
    """

    def read(self, text: str) -> tuple[int, int]:
        """Read 2, 4 or 6 digits; six that end in 00 stand for the whole city, in 0000 for the province."""
        if not _ADCODE.fullmatch(text):
            raise ValueProblemError(texts.NOT_AN_ADCODE)
        head = text
        while len(head) > 2 and head.endswith("00"):
            head = head[:-2]
        width = 10 ** (6 - len(head))
        return int(head) * width, (int(head) + 1) * width

    def schema(self) -> dict[str, Any]:
        """Describe the pattern."""
        return {"type": "string", "pattern": f"^{_ADCODE.pattern}$"}


@dataclass(frozen=True)
class Pair(Kind):
    """``lon,lat`` in text, ``[lon, lat]`` in JSON."""

    first: Number
    second: Number
    example: str = "116.397,39.909"

    def read(self, text: str) -> tuple[float, float]:
        """Read two numbers with a comma between."""
        parts = text.split(",")
        if len(parts) != 2:
            raise ValueProblemError(texts.NOT_A_PAIR.format(example=self.example))
        return self.first.read(parts[0]), self.second.read(parts[1])

    def take(self, value: object) -> tuple[float, float]:
        """Take a JSON list of two numbers, or the text form."""
        if isinstance(value, str):
            return self.read(value)
        if not isinstance(value, list) or len(value) != 2:
            raise ValueProblemError(texts.NOT_A_PAIR.format(example=self.example))
        return self.first.take(value[0]), self.second.take(value[1])

    def schema(self) -> dict[str, Any]:
        """Describe two numbers."""
        return {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}


@dataclass(frozen=True)
class Bounds(Kind):
    """``west,south,east,north`` in degrees of WGS-84; an area that is not empty."""

    example: str = "116.2,39.8,116.6,40.1"

    def read(self, text: str) -> tuple[float, float, float, float]:
        """Read four numbers with commas between."""
        parts = text.split(",")
        if len(parts) != 4:
            raise ValueProblemError(texts.NOT_BOUNDS.format(example=self.example))
        degrees = Number(-360, 360)
        west, south, east, north = (degrees.read(part) for part in parts)
        if not (west < east and south < north):
            raise ValueProblemError(texts.NOT_BOUNDS.format(example=self.example))
        return west, south, east, north

    def schema(self) -> dict[str, Any]:
        """Describe four numbers."""
        return {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}


class StationId(Kind):
    """The form of a station id."""

    def read(self, text: str) -> str:
        """Read letters, digits, dot, underscore and hyphen, at most 64."""
        if not _STATION_ID.fullmatch(text):
            raise ValueProblemError(texts.NOT_A_STATION_ID)
        return text

    def schema(self) -> dict[str, Any]:
        """Describe the pattern."""
        return {"type": "string", "pattern": f"^{_STATION_ID.pattern}$"}


@dataclass(frozen=True)
class Matching(Kind):
    """Text of a stated form; ``problem`` says what form that is."""

    pattern: str
    problem: Text

    def read(self, text: str) -> str:
        """Read text that matches as a whole."""
        if not re.fullmatch(self.pattern, text, re.ASCII):
            raise ValueProblemError(self.problem)
        return text

    def schema(self) -> dict[str, Any]:
        """Describe the pattern."""
        return {"type": "string", "pattern": f"^{self.pattern}$"}


@dataclass(frozen=True)
class Label(Kind):
    """What a client calls something: text up to ``length`` characters, or an integer that JSON keeps exact."""

    length: int
    limit: int = 2**53 - 1

    def read(self, text: str) -> str:
        """Read text that can be written as UTF-8."""
        if not 0 < len(text) <= self.length or not _is_unicode(text):
            raise ValueProblemError(texts.NOT_A_LABEL.format(n=self.length))
        return text

    def take(self, value: object) -> str | int:
        """Take a JSON string or integer; 5.0 is one, because JSON knows one kind of number."""
        if isinstance(value, str):
            return self.read(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > self.limit:
            raise ValueProblemError(texts.NOT_A_LABEL.format(n=self.length))
        return value

    def schema(self) -> dict[str, Any]:
        """Describe either form."""
        return {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": self.length},
                {"type": "integer", "minimum": -self.limit, "maximum": self.limit},
            ]
        }


@dataclass(frozen=True)
class ObjectList(Kind):
    """A list of objects, described by a JSON Schema; the objects are read elsewhere."""

    item: dict[str, Any]

    def read(self, text: str) -> Any:
        """Refuse: there is no text form."""
        raise ValueProblemError(texts.POINTS_NOT_A_LIST.format())

    def take(self, value: object) -> list[Any]:
        """Take a list."""
        if not isinstance(value, list):
            raise ValueProblemError(texts.POINTS_NOT_A_LIST.format())
        return value

    def schema(self) -> dict[str, Any]:
        """Describe a list."""
        return {"type": "array", "items": self.item}


def _is_unicode(text: str) -> bool:
    """Whether the text is free of lone surrogates, which JSON can hold and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
