"""Filled worksheets → the registry: what visits found, in one transaction, with an outcome for every row.

A row without a date, a unit and any finding was not visited and is passed over. A visit replaces the one before it as
a whole (the history keeps both), for every fact of a visit bears its day. Facts left empty are not stated. An
entrance position moves the station; without one, the visit of a station that was moved since the sheet was
written is refused, because it may be of another place. Importing twice changes nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson

from data import statements
from data.errors import InputError
from data.postgres import db
from data.postgres.db import Connection
from data.stations import rejects, texts
from data.stations.report import Warned
from data.stations.verdicts import VISIT_HOLDS_M
from data.stations.visit_rows import Sheet, Visit, read, wgs84
from geo import metric
from geo.coordsys import CoordSys
from geo.texts import Text

ACTOR: Final = "yizhan visits"
SOURCE: Final = "visits"
FAR_M: Final = 5_000.0
"""A door further than this from the registered position is a wrong number, metres."""


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
        lon, lat = wgs84(visit.entrance, system)
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
        away_m = _distance_m(wgs84(visit.entrance, sheet.systems["entrance"]), here)
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
        notes=(*sheet.table.notes, *sheet.notes),
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
