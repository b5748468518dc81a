"""Filled forms → the registry: what units declare or visitors saw, in one transaction, an outcome for every row.

An empty cell states nothing and changes nothing. What is stated bears the day and the unit of its row; a visit's
statement stands beside the declared one and beats it. Importing the same form twice changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import orjson

from data import statements
from data.criteria import texts
from data.criteria.facts import STATED
from data.criteria.form import ASKED
from data.errors import InputError
from data.hours.schedule import SHANGHAI
from data.postgres import db
from data.postgres.db import Connection
from data.stations import fields, headers, readers, rejects, words
from data.stations import texts as station_texts
from data.stations.fields import FIELDS
from data.stations.tables import Table
from geo.texts import Text

Stating = Literal["declared", "visited"]

_ALSO: Final[Mapping[str, str]] = MappingProxyType({"visited_by": "unit", "verified_at": "day"})
_FACT_OF: Final[Mapping[str, str]] = MappingProxyType(
    {headers.plain(word): code for code in STATED for word in (code, *texts.FACT[code])}
)


@dataclass(frozen=True)
class FormReport:
    """What became of a form. The four counts add up to its rows; ``skipped``: nothing was filled in.

    ``reasons``: of rejected rows, by row of the file; ``rejects_path``: where these rows are.
    """

    changed: int
    unchanged: int
    skipped: int
    rejected: int
    reasons: tuple[tuple[int, Text], ...]
    notes: tuple[Text, ...]
    rejects_path: Path | None


def import_form(
    conn: Connection,
    path: Path,
    kind: Stating,
    *,
    today: date | None = None,
    rejects_path: Path | None = None,
) -> FormReport:
    """Store what a form states, as one transaction.

    Parameters
    ----------
    conn
        A writer's connection, not in a transaction.
    path
        ``.xlsx`` or ``.csv`` with a column of station ids and at least one fact.
    kind
        ``declared`` by the units themselves, or ``visited``: seen on site.
    today
        The day in China; a later one is refused.
    rejects_path
        Where rejected rows go; beside the file as ``NAME.rejected.xlsx`` (``.csv`` for a CSV) when None.

    Raises
    ------
    InputError
        The file as a whole cannot be used, or rejected rows cannot be written: the registry is as before.
    """
    path = Path(path)
    form = _read(path, today or datetime.now(SHANGHAI).date())
    with db.transaction(conn, actor=texts.ACTOR), conn.cursor() as cursor:
        asked = {"station_ids": [row.station_id for row in form.rows]}
        cursor.execute(statements.load("criteria/lock_stated"), asked)
        cursor.execute(statements.load("criteria/read_stated"), asked)
        registered = {row[0]: orjson.loads(row[1]) for row in cursor.fetchall()}
        new: dict[str, dict[str, Any]] = {}
        for row in form.rows:
            stated = _merged(form, row, kind, registered.get(row.station_id))
            if stated is not None and stated != registered[row.station_id]:
                new[row.station_id] = stated
        rows = [{"station_id": key, "stated": stated} for key, stated in new.items()]
        cursor.execute(statements.load("criteria/write_stated"), {"rows": orjson.dumps(rows).decode()})
        written = _write_rejects(form, rejects_path or _beside(path))
    kept = sum(row.position not in form.reasons for row in form.rows)
    return FormReport(
        changed=len(new),
        unchanged=kept - len(new),
        skipped=form.skipped,
        rejected=len(form.reasons),
        reasons=tuple(
            (int(form.table.rows[position]), rejects.sentence(code, reason))
            for position in sorted(form.reasons)
            for code, reason in form.reasons[position]
        ),
        notes=tuple(form.notes),
        rejects_path=written,
    )


@dataclass(frozen=True)
class _Row:
    """One row that states something."""

    position: int
    station_id: str
    unit: str
    day: str
    states: dict[str, str]


@dataclass
class _Form:
    """A form read: its table, its columns by code, its rows, and what is wrong with others."""

    table: Table
    columns: dict[str, int]
    rows: list[_Row] = field(default_factory=list)
    reasons: dict[int, list[tuple[str, Text]]] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    skipped: int = 0

    def reject(self, position: int, code: str, reason: Text) -> None:
        self.reasons.setdefault(position, []).append((code, reason))


def _read(path: Path, today: date) -> _Form:
    table = readers.read(path)
    form = _Form(table, {})
    strange = []
    for position, header in enumerate(table.headers):
        code = _code_of(header)
        if code is None:
            if header.strip() and headers.field_of(header)[0] is None and header not in _ADDED:
                strange.append(header)
        elif code in form.columns:
            both = f"{table.headers[form.columns[code]]}, {header}"
            raise InputError(station_texts.HEADER_TWICE.format(title=header, columns=both))
        else:
            form.columns[code] = position
    missing = [name for code, name in _NEEDED.items() if code not in form.columns]
    if missing or not set(form.columns) & set(STATED):
        missing += [] if set(form.columns) & set(STATED) else [texts.FACT[STATED[0]].zh + "…"]
        raise InputError(texts.FORM_NO_COLUMN.format(path=path, columns="、".join(missing)))
    if strange:
        form.notes.append(station_texts.HEADER_UNKNOWN.format(columns="、".join(strange)))
    seen: dict[str, int] = {}
    for position in range(len(table.rows)):
        _read_row(form, position, today, seen)
    return form


_NEEDED: Final[Mapping[str, str]] = MappingProxyType(
    {"station_id": station_texts.FIELD_TITLE["station_id"].zh}
    | {code: station_texts.FIELD_TITLE[named].zh for code, named in ASKED.items()}
)
_ADDED: Final = frozenset(
    text.zh for text in (station_texts.REJECT_ROW, station_texts.REJECT_FIELD, station_texts.REJECT_REASON)
)


def _code_of(header: str) -> str | None:
    named = headers.field_of(header)[0]
    for code, by in ASKED.items():
        if named == by:
            return code
    if named == "station_id":
        return named
    for code, title in station_texts.VISIT_TITLE.items():
        if code in _ALSO and header.strip() in (code, *title):
            return _ALSO[code]
    return _ALSO.get(named or "") or _FACT_OF.get(headers.plain(header))


def _read_row(form: _Form, position: int, today: date, seen: dict[str, int]) -> None:
    cells = form.table.row(position)
    texts_of = {code: fields.clean(cells[column])[0] for code, column in form.columns.items()}
    if not any(texts_of[code] for code in form.columns if code in STATED):
        form.skipped += 1
        return
    states = {
        code: state for code in STATED if (state := _state(form, position, code, texts_of.get(code, "")))
    }
    for code, name in _NEEDED.items():
        if not texts_of[code]:
            form.reject(position, code, texts.FORM_NEEDS.format(field=name))
    day = FIELDS["declared_on"].read(texts_of["day"]) if texts_of["day"] else None
    if day is not None and not day.good:
        form.reject(position, "declared_on", day.note or station_texts.ROW_DATE)
    elif day is not None and str(day.value) > today.isoformat():
        form.reject(position, "declared_on", station_texts.ROW_DATE_FUTURE.format(value=day.value))
    if fields.holds_mobile(texts_of["unit"]):
        form.reject(position, "declared_by", station_texts.ROW_MOBILE)
    elif texts_of["unit"] and not fields.read_line(texts_of["unit"]).good:
        form.reject(
            position,
            "declared_by",
            station_texts.ROW_TOO_LONG.format(length=len(texts_of["unit"]), limit=1000),
        )
    station_id = texts_of["station_id"]
    if station_id in seen:
        row = int(form.table.rows[seen[station_id]])
        form.reject(position, "station_id", station_texts.ROW_TWICE.format(row=row, key=station_id))
    if position not in form.reasons:
        seen[station_id] = position
        if states and day is not None:
            form.rows.append(_Row(position, station_id, texts_of["unit"], str(day.value), states))
        else:
            form.skipped += 1


def _state(form: _Form, position: int, code: str, text: str) -> str | None:
    if not text:
        return None
    found = words.code_of("street_door", text)
    if found is None:
        reason = fields.bad(station_texts.ROW_WORD, text, choices=words.choices("street_door")).note
        assert reason is not None
        name = texts.FACT[code]
        form.reject(position, code, Text(f"{name.zh}：{reason.zh}", f"{name.en}: {reason.en}"))
    return None if found == "unknown" else found


def _merged(form: _Form, row: _Row, kind: Stating, stated: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Take a row in: what is stated of its station then; None when it is rejected, which the form says."""
    if stated is None:
        form.reject(row.position, "station_id", texts.FORM_NO_STATION.format(station=row.station_id))
        return None
    merged = {code: dict(kinds) for code, kinds in stated.items()}
    for code, state in row.states.items():
        before = merged.get(code, {}).get(kind)
        if before is not None and (before.get("on") or "") > row.day:
            name = texts.FACT[code]
            later = Text(
                texts.FORM_LATER.zh.format(fact=name.zh, on=before["on"]),
                texts.FORM_LATER.en.format(fact=name.en, on=before["on"]),
            )
            form.reject(row.position, code, later)
            return None
        merged.setdefault(code, {})[kind] = {"state": state, "on": row.day, "by": row.unit}
    return merged


def _write_rejects(form: _Form, path: Path) -> Path | None:
    if not form.reasons:
        return None
    try:
        return rejects.write(path, form.table, form.reasons)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(station_texts.FILE_BROKEN.format(path=path, why=why)) from error


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.rejected{'.csv' if path.suffix.casefold() == '.csv' else '.xlsx'}")
