"""Filled worksheets → the registry: what visits found, in one transaction, with an outcome for every row.

A row without a date, a unit and any finding was not visited and is passed over. A visit replaces the one before it as
a whole (the history keeps both), for every fact of a visit bears its day. Facts left empty are not stated. An
entrance position moves the station; without one, the visit of a station that was moved since the sheet was
written is refused, because it may be of another place. Importing twice changes nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import orjson

from data import statements
from data.errors import InputError
from data.postgres import db
from data.postgres.db import Connection
from data.stations import fields, headers, positions, readers, rejects, texts, words
from data.stations.fields import FIELDS, Reading
from data.stations.findings import Findings
from data.stations.report import Warned
from data.stations.tables import Table
from data.stations.verdicts import VISIT_HOLDS_M
from geo import coordsys as systems
from geo import metric, vocabulary
from geo.coordsys import CoordSys
from geo.texts import Text

ACTOR: Final = "yizhan visits"
SOURCE: Final = "visits"
FAR_M: Final = 5_000.0
"""A door further than this from the registered position is a wrong number, metres."""
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

NEEDED: Final = ("station_id", "verified_at", "visited_by")
_VISIT_CODES: Final = ("visited_by", "guarded", "lift", "note")
_FIELD_CODES: Final = (
    "station_id", "version", "lon", "lat", "verified_at", "street_door", "in_compound", "registration_required",
    "floor", "entrance",
)  # fmt: skip
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
    """A worksheet read: its table, its columns by code, the systems its positions are in, and the visits."""

    path: Path
    table: Table
    columns: dict[str, int]
    systems: dict[str, CoordSys]
    visits: list[Visit] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    skipped: int = 0


@dataclass(frozen=True)
class VisitReport:
    """What became of a worksheet.

    Attributes
    ----------
    changed, unchanged, skipped, rejected
        Rows by outcome; skipped = nobody went there. They add up to the rows of the file.
    station_ids
        The stations that changed, in the order of the file.
    reasons
        Why rows were rejected: (row of the file, sentence), in order.
    warnings
        About rows that were used.
    rejects_path
        Where the rejected rows are; None when there are none.
    """

    changed: int
    unchanged: int
    skipped: int
    rejected: int
    station_ids: tuple[str, ...]
    reasons: tuple[tuple[int, Text], ...]
    warnings: tuple[Warned, ...]
    notes: tuple[Text, ...]
    rejects_path: Path | None


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


def import_visits(
    conn: Connection,
    path: Path,
    *,
    coordsys: CoordSys | None = None,
    today: date | None = None,
    rejects_path: Path | None = None,
) -> VisitReport:
    """Store what a worksheet's visits found.

    Parameters
    ----------
    conn
        A writer's connection, not in a transaction; this is one transaction, whatever goes wrong.
    path, coordsys, today
        As ``read``.
    rejects_path
        Where rejected rows go; beside the file as ``NAME.rejected.xlsx`` (``.csv`` for a CSV) when None.

    Raises
    ------
    InputError
        The file as a whole cannot be used, or the rejected rows cannot be written. The registry is as before.
    """
    sheet = read(path, coordsys=coordsys, today=today)
    path = sheet.path
    with db.transaction(conn, actor=ACTOR), conn.cursor() as cursor:
        cursor.execute(statements.load("visits/lock_stations"), {"ids": [v.station_id for v in sheet.visits]})
        registered = {row[0]: _Registered(*row[1:]) for row in cursor.fetchall()}
        rows = [row for visit in sheet.visits if (row := _row(sheet, visit, registered)) is not None]
        cursor.execute(statements.load("visits/store"), {"rows": orjson.dumps(rows).decode()})
        changed = {row[0] for row in cursor.fetchall()}
        _warn_of_changes(sheet, registered, changed)
        report = _report(sheet, changed, len(rows))
        if changed:
            cursor.execute(statements.load("imports/batch"), _batch(sheet, report))
        written = _write_rejects(sheet, rejects_path or _beside(path))
    return replace(report, rejects_path=written)


@dataclass(frozen=True)
class _Registered:
    version: int
    visited_text: str
    lon: float | None
    lat: float | None
    deleted: bool

    @property
    def visited(self) -> dict[str, Any]:
        visited: dict[str, Any] = orjson.loads(self.visited_text)
        return visited


# -- columns


def _columns(path: Path, table: Table, coordsys: CoordSys | None) -> Sheet:
    columns: dict[str, int] = {}
    stated: dict[str, CoordSys] = {}
    for position, header in enumerate(table.headers):
        code, system = headers.field_of(header)
        if code not in _FIELD_CODES:
            code = _CODE_OF.get(headers.plain(header))
        if code not in _FIELD_CODES + _VISIT_CODES:
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
    return Sheet(path, table, columns, stated)


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
        shown=None if shown is None or "lon" not in sheet.systems else _wgs84(shown, sheet.systems["lon"]),
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
        return fields.read_line(text)
    return FIELDS[code].read(text)


def _entrance(sheet: Sheet, position: int, pair: tuple[float, float] | None) -> tuple[float, float] | None:
    """Give the door as stated, once its system is known and it lies in China."""
    if pair is None:
        return None
    if "entrance" not in sheet.systems:
        sheet.findings.reject([position], "entrance", texts.ROW_NO_COORDSYS)
        return None
    lon, lat = _wgs84(pair, sheet.systems["entrance"])
    west, south, east, north = positions.CHINA_BOX
    if not (west <= lon <= east and south <= lat <= north):
        swapped = bool(systems.looks_swapped(np.array([pair[0]]), np.array([pair[1]]))[0])
        reason = texts.ROW_SWAPPED if swapped else texts.ROW_OUTSIDE
        sheet.findings.reject([position], "entrance", reason.format(x=f"{pair[0]:.10g}", y=f"{pair[1]:.10g}"))
        return None
    return pair


def _wgs84(pair: tuple[float, float], system: CoordSys) -> tuple[float, float]:
    lon, lat = systems.to_wgs84(*pair, system)
    return float(lon), float(lat)


# -- one row beside the registry


def _row(sheet: Sheet, visit: Visit, registered: Mapping[str, _Registered]) -> dict[str, Any] | None:
    """Make the stored form of a visit; None when the registry speaks against it, which ``findings`` says."""
    station = registered.get(visit.station_id)
    refused = _refusal(sheet, visit, station)
    if refused is not None or station is None:
        code, reason = refused or ("station_id", texts.VISIT_NO_STATION.format(station_id=visit.station_id))
        sheet.findings.reject([visit.row], code, reason)
        return None
    row: dict[str, Any] = {"station_id": visit.station_id, "floor": visit.floor, "visited": visit.facts}
    if visit.entrance is not None:
        system = sheet.systems["entrance"]
        lon, lat = _wgs84(visit.entrance, system)
        row |= {"lon": lon, "lat": lat, "given_x": visit.entrance[0], "given_y": visit.entrance[1]}
        row |= {"given_coordsys": system, "visited": visit.facts | {"at": [round(lon, 7), round(lat, 7)]}}
    elif {k: v for k, v in station.visited.items() if k != "at"} == visit.facts:
        row["visited"] = station.visited  # the same visit: it stays marked with the place it was marked with
    return row


def _refusal(sheet: Sheet, visit: Visit, station: _Registered | None) -> tuple[str, Text] | None:
    if station is None:
        return "station_id", texts.VISIT_NO_STATION.format(station_id=visit.station_id)
    if station.deleted:
        return "station_id", texts.VISIT_WITHDRAWN.format(station_id=visit.station_id)
    later = station.visited.get("on", "")
    if later > visit.facts["on"]:
        return "verified_at", texts.VISIT_LATER.format(on=later)
    if station.lon is None or station.lat is None:
        return None
    here = (station.lon, station.lat)
    if visit.entrance is not None:
        away_m = _distance_m(_wgs84(visit.entrance, sheet.systems["entrance"]), here)
        if away_m > FAR_M:
            return "entrance", texts.VISIT_FAR.format(km=f"{away_m / 1000:.1f}")
    elif visit.shown is not None and _distance_m(visit.shown, here) > VISIT_HOLDS_M:
        moved_m = f"{_distance_m(visit.shown, here):.0f}"
        return "station_id", texts.VISIT_MOVED_SINCE.format(moved=moved_m)
    return None


def _distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(metric.geodesic_m(*a, *b))


def _warn_of_changes(sheet: Sheet, registered: Mapping[str, _Registered], changed: set[str]) -> None:
    for visit in sheet.visits:
        station = registered.get(visit.station_id)
        if station is None or visit.version is None or visit.station_id not in changed:
            continue
        if station.version != visit.version:
            sheet.findings.warn([visit.row], "station_id", texts.VISIT_CHANGED_SINCE)


# -- the report


def _report(sheet: Sheet, changed: set[str], stored: int) -> VisitReport:
    numbers = sheet.table.rows
    reasons = [
        (int(numbers[row]), rejects.sentence(code, reason))
        for row, found in sorted(sheet.findings.reasons.items())
        for code, reason in found
    ]
    warnings = tuple(
        Warned(code, note, tuple(int(numbers[row]) for row in rows))
        for (code, note), rows in sheet.findings.warnings.items()
    )
    counts = Counter(v.station_id in changed for v in sheet.visits if v.row not in sheet.findings.reasons)
    return VisitReport(
        changed=counts[True],
        unchanged=stored - counts[True],
        skipped=sheet.skipped,
        rejected=len(sheet.findings.reasons),
        station_ids=tuple(v.station_id for v in sheet.visits if v.station_id in changed),
        reasons=tuple(reasons),
        warnings=warnings,
        notes=tuple(sheet.table.notes),
        rejects_path=None,
    )


def _batch(sheet: Sheet, report: VisitReport) -> dict[str, Any]:
    names = ("changed", "unchanged", "skipped", "rejected")
    return {
        "source": SOURCE,
        "file_name": sheet.path.name,
        "file_sha256": hashlib.sha256(sheet.path.read_bytes()).hexdigest(),
        "coordsys": sheet.systems.get("entrance"),
        "options": "{}",
        "counts": orjson.dumps({name: getattr(report, name) for name in names}).decode(),
    }


def _beside(path: Path) -> Path:
    suffix = ".xlsx" if path.suffix.casefold() == ".xlsx" else ".csv"
    return path.with_name(f"{path.name.removesuffix(path.suffix)}.rejected{suffix}")


def _write_rejects(sheet: Sheet, path: Path) -> Path | None:
    """Write the rejected rows as they were; None when there are none."""
    if not sheet.findings.reasons:
        return None
    if path.resolve() == sheet.path.resolve():
        raise InputError(texts.REJECTS_OVER_INPUT.format(path=path))
    try:
        return rejects.write(path, sheet.table, sheet.findings.reasons)
    except OSError as error:
        raise InputError(texts.REJECTS_UNWRITABLE.format(path=path, why=error.strerror or error)) from error
