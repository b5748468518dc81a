"""Filled worksheets → visits: which column is which, what each row says, and what is wrong with it by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from data.errors import InputError
from data.stations import fields, headers, positions, readers, texts, words
from data.stations.fields import FIELDS, Reading
from data.stations.findings import Findings
from data.stations.tables import Table
from geo import coordsys as systems
from geo import vocabulary
from geo.coordsys import CoordSys
from geo.texts import Text

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
NEEDED: Final = ("station_id", "verified_at", "visited_by")
_VISIT_CODES: Final = ("visited_by", "guarded", "lift", "note")
_FIELD_CODES: Final = (
    "station_id", "version", "lon", "lat", "verified_at", "street_door", "in_compound", "registration_required",
    "floor", "entrance",
)  # fmt: skip
_ADDED: Final = frozenset(text.zh for text in (texts.REJECT_ROW, texts.REJECT_FIELD, texts.REJECT_REASON))
_CODE_OF: Final[Mapping[str, str]] = MappingProxyType(
    {headers.plain(word): code for code, title in texts.VISIT_TITLE.items() for word in (code, *title)}
)


@dataclass(frozen=True)
class Visit:
    """One row that was filled in: what it says, read and checked by itself."""

    row: int
    station_id: str
    facts: dict[str, Any]
    floor: int | None
    entrance: tuple[float, float] | None
    version: int | None
    shown: tuple[float, float] | None


@dataclass
class Sheet:
    """A worksheet read: its table, its columns by code, the systems its positions are in, the visits; notes on it."""

    path: Path
    table: Table
    columns: dict[str, int]
    systems: dict[str, CoordSys]
    visits: list[Visit] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    notes: list[Text] = field(default_factory=list)
    skipped: int = 0


def read(path: Path, *, coordsys: CoordSys | None = None, today: date | None = None) -> Sheet:
    """Read and check a filled worksheet, without any registry.

    Parameters
    ----------
    path
        As ``yizhan check --worksheet`` wrote it, or its rejects file: ``.xlsx`` or ``.csv``.
    coordsys
        System of the positions, for a sheet whose headers do not name it.
    today
        The day in China; a later date of a visit is refused.

    Raises
    ------
    InputError
        No such file, damaged, or a column is missing or there twice.
    """
    path = Path(path)
    table = readers.read(path)
    sheet = _columns(path, table, coordsys)
    day = today or datetime.now(tz=SHANGHAI).date()
    seen: dict[str, int] = {}
    for position in range(len(table.rows)):
        visit = _visit(sheet, position, day)
        if visit is None:
            sheet.skipped += position not in sheet.findings.reasons
        elif visit.station_id in seen:
            key = texts.ROW_TWICE.format(row=int(table.rows[seen[visit.station_id]]), key=visit.station_id)
            sheet.findings.reject([position], "station_id", key)
        else:
            seen[visit.station_id] = position
            sheet.visits.append(visit)
    return sheet


# -- columns


def _columns(path: Path, table: Table, coordsys: CoordSys | None) -> Sheet:
    columns: dict[str, int] = {}
    stated: dict[str, CoordSys] = {}
    strange: list[str] = []
    for position, header in enumerate(table.headers):
        field_code, system = headers.field_of(header)
        code = field_code if field_code in _FIELD_CODES else _CODE_OF.get(headers.plain(header))
        if code not in _FIELD_CODES + _VISIT_CODES:
            if code is None and field_code is None and header.strip() and header not in _ADDED:
                strange.append(header)
            continue
        if code in columns:
            both = f"{table.headers[columns[code]]}, {header}"
            raise InputError(texts.HEADER_TWICE.format(title=_title(code).zh, columns=both))
        columns[code] = position
        if system is not None:
            stated[code] = system
    missing = [_title(code).zh for code in NEEDED if code not in columns]
    if missing:
        raise InputError(texts.VISIT_NO_COLUMN.format(path=path, columns="、".join(missing)))
    if coordsys is not None and set(stated.values()) - {coordsys}:
        names = ", ".join(sorted(set(stated.values())))
        raise InputError(texts.COORDSYS_CONTRADICTION.format(stated=names, given=coordsys))
    if coordsys is not None:
        stated = dict.fromkeys(("lon", "lat", "entrance"), coordsys)
    sheet = Sheet(path, table, columns, stated)
    if strange:
        # A yellow column whose header was changed must not be lost in silence.
        sheet.notes.append(texts.HEADER_UNKNOWN.format(columns="、".join(strange)))
    return sheet


def _title(code: str) -> Text:
    return texts.VISIT_TITLE.get(code) or texts.FIELD_TITLE[code]


# -- one row by itself


def _visit(sheet: Sheet, position: int, today: date) -> Visit | None:
    """Read a row; None when nobody went there or when it is rejected, which ``findings`` says."""
    cells = {}
    row = sheet.table.row(position)
    for code, column in sheet.columns.items():
        cells[code] = fields.clean(row[column])[0]
    findings = [c for c in (*vocabulary.VISITED_FACT, "floor", "entrance", "note") if cells.get(c)]
    if not findings and not cells["verified_at"]:
        return None
    values = _values(sheet, position, cells)
    if not findings:
        sheet.findings.reject([position], "verified_at", texts.VISIT_NO_FINDING)
    for code in NEEDED:
        if not cells[code]:
            sheet.findings.reject([position], code, texts.VISIT_NEEDS)
    on = values.get("verified_at")
    if on is not None and date.fromisoformat(on) > today:
        sheet.findings.reject([position], "verified_at", texts.ROW_DATE_FUTURE.format(value=on))
    entrance = _entrance(sheet, position, values.get("entrance"))
    if position in sheet.findings.reasons:
        return None
    facts = {"on": on, "by": values["visited_by"]}
    facts |= {c: values[c] for c in (*vocabulary.VISITED_FACT, "note") if values.get(c) is not None}
    if len(facts) == 2 and entrance is None and values.get("floor") is None:
        sheet.findings.reject([position], "verified_at", texts.VISIT_NO_FINDING)
        return None
    shown = (values["lon"], values["lat"]) if values.get("lon") and values.get("lat") else None
    return Visit(
        row=position,
        station_id=values["station_id"],
        facts=facts,
        floor=None if values.get("floor") is None else int(values["floor"]),
        entrance=entrance,
        version=None if values.get("version") is None else int(values["version"]),
        shown=None if shown is None or "lon" not in sheet.systems else wgs84(shown, sheet.systems["lon"]),
    )


def _values(sheet: Sheet, position: int, cells: dict[str, str]) -> dict[str, Any]:
    """Read every stated cell; a bad one rejects the row."""
    values: dict[str, Any] = {}
    for code, text in cells.items():
        if not text:
            continue
        reading = _read(code, text)
        if not reading.good:
            sheet.findings.reject([position], code, reading.note or texts.ROW_WORD)
        values[code] = reading.value
    return values


def _read(code: str, text: str) -> Reading:
    if code in vocabulary.VISITED_FACT:
        found = words.code_of("street_door", text)
        choices = words.choices("street_door")
        return (
            fields.bad(texts.ROW_WORD, text, choices=choices)
            if found is None
            else Reading(found if found != "unknown" else None)
        )
    if code in _VISIT_CODES:
        return (
            Reading(None, texts.ROW_MOBILE, good=False)
            if fields.holds_mobile(text)
            else fields.read_line(text)
        )
    return FIELDS[code].read(text)


def _entrance(sheet: Sheet, position: int, pair: tuple[float, float] | None) -> tuple[float, float] | None:
    """Give the door as stated, once its system is known and it lies in China."""
    if pair is None:
        return None
    if "entrance" not in sheet.systems:
        sheet.findings.reject([position], "entrance", texts.ROW_NO_COORDSYS)
        return None
    lon, lat = wgs84(pair, sheet.systems["entrance"])
    west, south, east, north = positions.CHINA_BOX
    if not (west <= lon <= east and south <= lat <= north):
        swapped = bool(systems.looks_swapped(np.array([pair[0]]), np.array([pair[1]]))[0])
        reason = texts.ROW_SWAPPED if swapped else texts.ROW_OUTSIDE
        sheet.findings.reject([position], "entrance", reason.format(x=f"{pair[0]:.10g}", y=f"{pair[1]:.10g}"))
        return None
    return pair


def wgs84(pair: tuple[float, float], system: CoordSys) -> tuple[float, float]:
    """Convert one position as given to WGS-84 degrees."""
    lon, lat = systems.to_wgs84(*pair, system)
    return float(lon), float(lat)
