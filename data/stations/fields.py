"""The field table: what a station's columns are, how one text of each is read, and what a bad one does.

Every reader takes the cleaned text of a cell (never empty) and returns a ``Reading``. A reading that is not
``good`` either rejects the row (``Field.rejects``) or leaves the field unstated and is listed as a warning:

* rejects: what identifies or places the station (ids, code, name, every coordinate), its status, and any text
  that is too long to store, because a shortened or missing one would mislead;
* warns: what only describes it (words of a vocabulary, numbers, dates, phone), so that one bad cell among
  forty does not keep a station off the map. The warning repeats the bad text, except a private phone number.

A row of an export (one with 导出版本) is an edit by hand: there every bad value rejects the row.
"""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from data.stations import texts, words
from geo import coordsys as systems
from geo.errors import CoordinateError
from geo.texts import Text

NAME_LIMIT: Final = 200
LINE_LIMIT: Final = 1000
SHOWN_CHARACTERS: Final = 60

_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_SPACES: Final = re.compile(r"\s+")
_ERROR_CELLS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
_NOTHING: Final = frozenset(
    {"-", "--", "—", "——", "/", "\\", "N/A", "n/a", "NULL", "null", "None", "NaN", "nan", "暂无"}
)
"""How lists write "not stated"; read as an empty cell."""
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.I)
_UNITS: Final = re.compile(r"(平方米|平米|㎡|m2|m²|人|个座位|个|座|米|层|楼|f|m)$", re.I)
_DATE: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(:\d{2})?)?")
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?(?:00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_PHONE: Final = re.compile(r"[+()\d][\d\-() 转ext.]{2,30}\d", re.I)
_PHONE_PARTS: Final = re.compile(r"[,;/、，；|]+|\s{2,}")
_STATION_ID: Final = re.compile(r"(?!nearest\Z)[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""At ``/v1/stations/nearest`` lives something else."""
_ADCODE: Final = re.compile(r"[1-9]\d{5}")
_TOWNSHIP_CODE: Final = re.compile(r"[1-9]\d{8}(\d{3})?")
_PAIR: Final = re.compile(r"[(\[]?\s*([+-]?[\d.]+)\s*[,;、\s]\s*([+-]?[\d.]+)\s*[)\]]?")


class Reading(NamedTuple):
    """What one text means: a value (None = not stated), a note for the user, and whether the text was good."""

    value: object
    note: Text | None = None
    good: bool = True


Reader = Callable[[str], Reading]


@dataclass(frozen=True)
class Field:
    """One field: its reader, and whether a bad text rejects the row.

    ``column`` names the stored column that the reading goes to as it is; None where several fields make one.
    """

    code: str
    read: Reader
    rejects: bool
    column: str | None


def clean(text: str) -> tuple[str, Text | None]:
    r"""Make one line of a cell: no invisible character, single spaces, none outside; a note when that lost anything.

    Examples
    --------
    >>> clean(" 驿站\n一号 ")
    ('驿站 一号', None)
    >>> clean("驿\x00站")[0]
    '驿站'
    >>> clean("—"), clean("#N/A")[0]
    (('', None), '')
    """
    note = None
    if text.isprintable() and " " not in text:
        line = text
    else:
        line = _INVISIBLE.sub("", text)
        if line != text and line.strip("\ufeff") != text.strip("\ufeff"):
            note = texts.ROW_CONTROL
        line = _SPACES.sub(" ", line).strip()
    if line in _NOTHING:
        return "", note
    if line in _ERROR_CELLS:
        return "", texts.ROW_ERROR_CELL.format(value=line)
    return line, note


def shown(text: str) -> str:
    """Shorten a text for a message."""
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def bad(message: Text, text: str, **values: object) -> Reading:
    """Refuse a text."""
    return Reading(None, message.format(value=shown(text), **values), good=False)


def read_line(text: str, limit: int = LINE_LIMIT) -> Reading:
    """Read a text of one line, at most ``limit`` characters."""
    if len(text) > limit:
        return Reading(None, texts.ROW_TOO_LONG.format(length=len(text), limit=limit), good=False)
    return Reading(text)


def read_name(text: str) -> Reading:
    """Read a station's name."""
    return read_line(text, NAME_LIMIT)


def number(text: str) -> float | None:
    """Read a plain decimal number, full-width digits and thousands commas allowed; None for anything else.

    Examples
    --------
    >>> number("１１３.3"), number("1,200"), number("约30"), number("nan"), number("1e999")
    (113.3, 1200.0, None, None, None)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None


def read_number(text: str, low: float, high: float, *, whole: bool) -> Reading:
    """Read a number with or without its usual unit."""
    value = number(_UNITS.sub("", unicodedata.normalize("NFKC", text).strip()))
    if value is None:
        return bad(texts.ROW_NUMBER, text)
    if whole and value != int(value):
        return bad(texts.ROW_WHOLE, text)
    if not low <= value <= high:
        return bad(texts.ROW_RANGE, text, low=f"{low:g}", high=f"{high:g}")
    return Reading(value)


def read_floor(text: str) -> Reading:
    """Read a floor: 1, -1, B1, 负一层, 二楼, 3F.

    Examples
    --------
    >>> [read_floor(t).value for t in ("2", "B1", "负一层", "二楼", "3F", "0")]
    [2.0, -1.0, -1.0, 2.0, 3.0, None]
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"^(b|地下|负)", "-", plain, flags=re.I)
    plain = re.sub(r"^(地上|第)", "", plain)
    plain = re.sub(r"[一二三四五六七八九]", lambda m: str("一二三四五六七八九".index(m[0]) + 1), plain)
    value = number(_UNITS.sub("", plain))
    if value is None or value != int(value):
        return bad(texts.ROW_WHOLE, text)
    if value == 0 or not -9 <= value <= 200:
        return bad(texts.ROW_RANGE, text, low=-9, high=200)
    return Reading(value)


def read_date(text: str) -> Reading:
    """Read a day as ISO 8601 text; a day in the future is refused (one day of grace for time zones).

    Examples
    --------
    >>> read_date("2025年3月1日").value, read_date("2025-02-30").good
    ('2025-03-01', False)
    """
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        day = dt.date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    if day is None or day.year < 1949:
        return bad(texts.ROW_DATE, text)
    if day > dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=1):
        return bad(texts.ROW_DATE_FUTURE, text)
    return Reading(day.isoformat())


def read_phone(text: str) -> Reading:
    """Keep the service phones of a cell; leave out private mobile numbers and say so without repeating them.

    Examples
    --------
    >>> read_phone("0371-12345678").value
    '0371-12345678'
    >>> read_phone("13800138000").value is None, read_phone("010-12351、13800138000").value
    (True, '010-12351')
    """
    plain = unicodedata.normalize("NFKC", text)
    public = _MOBILE.sub("", plain)
    parts = [p.strip() for p in _PHONE_PARTS.split(public)]
    kept = "、".join(p for p in parts if _PHONE.fullmatch(p))
    if public != plain:
        return Reading(kept or None, texts.ROW_MOBILE, good=False)
    if not kept or len(kept) > LINE_LIMIT:
        return bad(texts.ROW_PHONE, text)
    return Reading(kept)


def holds_mobile(text: str) -> bool:
    """Whether a text holds a private mobile number, which is not stored.

    Examples
    --------
    >>> holds_mobile("找老张 13800138000"), holds_mobile("010-12351")
    (True, False)
    """
    return _MOBILE.search(unicodedata.normalize("NFKC", text)) is not None


def read_word(field: str, text: str) -> Reading:
    """Read a word of a vocabulary; 不详 states nothing, so it never overwrites what is known."""
    code = words.code_of(field, text)
    if code is None:
        return bad(texts.ROW_WORD, text, choices=words.choices(field))
    return Reading(None if code == "unknown" else code)


def read_flag(text: str) -> Reading:
    """Read yes or no as a boolean."""
    code = words.code_of("makeup_days", text)
    return (
        bad(texts.ROW_WORD, text, choices=words.choices("makeup_days"))
        if code is None
        else Reading(code == "yes")
    )


def read_coordsys(text: str) -> Reading:
    """Read the name of a coordinate system, Chinese product names included."""
    from data.stations import headers  # noqa: PLC0415 (headers imports nothing of this; the other way would be a circle)

    stated = headers.system_of(text)
    if stated is not None:
        return Reading(stated)
    try:
        return Reading(systems.parse(text))
    except CoordinateError:
        return bad(texts.ROW_WORD, text, choices=", ".join(systems.NAMES))


def read_coordinate(text: str) -> Reading:
    """Read one coordinate as a plain decimal number."""
    value = number(text)
    return bad(texts.ROW_NUMBER, text) if value is None else Reading(value)


def read_pair(text: str) -> Reading:
    """Read ``lon,lat`` from one cell as a pair of numbers.

    Examples
    --------
    >>> read_pair("113.30，34.80").value
    (113.3, 34.8)
    """
    found = _PAIR.fullmatch(unicodedata.normalize("NFKC", text).strip())
    pair = (number(found[1]), number(found[2])) if found else (None, None)
    if pair[0] is None or pair[1] is None:
        return bad(texts.ROW_PATTERN, text, form=str(texts.FORM_POSITION))
    return Reading(pair)


def _pattern(pattern: re.Pattern[str], form: Text) -> Reader:
    def read(text: str) -> Reading:
        plain = unicodedata.normalize("NFKC", text).strip()
        return Reading(plain) if pattern.fullmatch(plain) else bad(texts.ROW_PATTERN, text, form=str(form))

    return read


def _word(field: str) -> Reader:
    return lambda text: read_word(field, text)


def _numeric(low: float, high: float, *, whole: bool = False) -> Reader:
    return lambda text: read_number(text, low, high, whole=whole)


def read_facilities(text: str) -> Reading:
    """Read facilities; unknown words are noted and kept beside the known ones."""
    if len(text) > 20 * LINE_LIMIT:
        return read_line(text, 20 * LINE_LIMIT)
    found = words.facilities(text)
    note = texts.ROW_FACILITY.format(value=shown("、".join(found.unknown))) if found.unknown else None
    return Reading(found, note)


@lru_cache(maxsize=4096)
def read_opening_hours(text: str) -> Reading:
    """Read OSM opening_hours; what does not follow the syntax is refused."""
    from data.errors import HoursError  # noqa: PLC0415
    from data.hours import schedule as hours  # noqa: PLC0415 (the evaluator is slow to load)

    if len(text) > LINE_LIMIT:
        return read_line(text)
    try:
        hours.validate(text)
    except HoursError:
        return bad(texts.ROW_HOURS, text)
    return Reading(text)


def _table() -> Mapping[str, Field]:
    rows = [Field(code, read_line, True, code) for code in (
        "code", "address", "city", "district", "township", "brand", "operator", "host", "status_reason",
        "hours_posted", "declared_by", "source",
    )]  # fmt: skip
    rows += [
        Field(code, _word(code), False, code)
        for code in words.VOCABULARIES
        if code not in {"status", "makeup_days"}
    ]
    rows += [Field(code, read_line, True, None) for code in ("amap_id", "baidu_id", "osm_id")]
    rows += [Field(code, read_coordinate, True, None) for code in ("lon", "lat")]
    rows += [Field(code, read_pair, True, None) for code in ("position", "entrance")]
    rows += [Field(code, read_date, False, code) for code in ("declared_on", "verified_at")]
    rows += [Field(code, _numeric(1, 2**53, whole=True), True, None) for code in ("version", "data_version")]
    rows += [
        Field("station_id", _pattern(_STATION_ID, texts.FORM_STATION_ID), True, "station_id"),
        Field("name", read_name, True, "name"),
        Field("status", _word("status"), True, "status"),
        Field("adcode", _pattern(_ADCODE, texts.FORM_ADCODE), False, "adcode"),
        Field("township_code", _pattern(_TOWNSHIP_CODE, texts.FORM_TOWNSHIP_CODE), False, "township_code"),
        Field("opening_hours", read_opening_hours, False, None),
        Field("makeup_days", read_flag, False, None),
        Field("facilities", read_facilities, True, None),
        Field("floor", read_floor, False, "floor"),
        Field("capacity", _numeric(0, 100_000, whole=True), False, "capacity"),
        Field("area_m2", _numeric(0.1, 1_000_000), False, "area_m2"),
        Field("accuracy_m", _numeric(0.1, 100_000), False, "accuracy_m"),
        Field("phone", read_phone, False, "phone"),
        Field("coordsys", read_coordsys, True, None),
    ]
    found = {row.code: row for row in rows}
    return MappingProxyType({code: found[code] for code in texts.FIELD_TITLE})


def plain_line(text: str) -> str | None:
    """Return a text that needs no cleaning; None for one that ``clean`` and a reader must look at."""
    sound = text.isprintable() and " " not in text and len(text) <= NAME_LIMIT and text[:1] not in _SUSPECT
    return text if sound else None


def plain_coordinate(text: str) -> float | None:
    """Read a coordinate written as nearly all are; None for one that needs a closer look."""
    return float(text) if _PLAIN_COORDINATE.fullmatch(text) else None


def plain_phone(text: str) -> str | None:
    """Return a landline number written as nearly all are."""
    return text if _PLAIN_PHONE.fullmatch(text) else None


_SUSPECT: Final = frozenset({""} | {word[0] for word in _NOTHING | _ERROR_CELLS})
_PLAIN_COORDINATE: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,17})?")
_PLAIN_PHONE: Final = re.compile(r"0[0-9]{2,3}-[2-9][0-9]{6,7}")
PLAIN: Final[Mapping[Reader, Callable[[str], object]]] = MappingProxyType(
    {read_line: plain_line, read_name: plain_line, read_coordinate: plain_coordinate, read_phone: plain_phone}
)
"""Short cuts for texts that need no cleaning; whatever they pass over goes the whole way."""

FIELDS: Final = _table()
"""Every field by code, in the order of the template."""
