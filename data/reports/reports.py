"""Reports in the registry: taken in, decided, read.

Who reported is not known: an address is hashed with a salt of the day, and the salt is deleted when the day is over,
by the first report of another day or by the service within the hour; nightly dumps leave it out. So the same report
twice from one address on one day is one; across days nobody can be recognised, which is why two reports on different
days count as two people's.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements
from data.errors import ConflictError, InputError
from data.hours.schedule import SHANGHAI
from data.reports import texts
from geo.texts import Text
from geo.vocabulary import Ternary

Reason = Literal["closed", "moved", "broken", "no_entry", "wrong_data"]
Decision = Literal["confirmed", "mended", "rejected"]

KEEP_DAYS: Final = 60
"""Two reports of a closed door belong together when no more days lie between them."""
PER_ADDRESS: Final = 50
"""The most reports from one address on one day: thousands of phones share one."""
MOST_ROWS: Final = 100_000
_HASH_BYTES: Final = 16


class TooManyReportsError(ConflictError):
    """One address reported too much today."""


@dataclass(frozen=True)
class Report:
    """What somebody says of a station.

    ``found_at``: when it was found so, with an offset. ``within_hours``: whether the station should have been open
    then, by its posted hours. ``note``: at most 200 characters, shown to nobody but those who decide.
    """

    station_id: str
    reason: Reason
    found_at: datetime
    within_hours: Ternary
    facility: str | None = None
    note: str | None = None


def store(
    conn: Connection, report: Report, address: bytes, *, now: datetime, most: int = PER_ADDRESS
) -> bool:
    """Take a report in.

    Parameters
    ----------
    conn
        A writer's connection, in a transaction of the caller's.
    address
        Where it came from; only its salted hash is kept.
    now
        With an offset; the day in China counts.
    most
        The most reports from one address on one day.

    Returns
    -------
    new
        False when the same was reported from there today already: then nothing is stored.

    Raises
    ------
    InputError
        No such public station.
    TooManyReportsError
        That address reported too much today.
    """
    day = now.astimezone(SHANGHAI).date()
    with conn.cursor() as cursor:
        cursor.execute(statements.load("reports/lock_station"), {"station_id": report.station_id})
        if cursor.fetchone() is None:
            raise InputError(texts.NO_STATION)
        hashed = _hashed(cursor, address, day)
        values = {
            "station_id": report.station_id,
            "reason": report.reason,
            "facility": report.facility,
            "found_at": report.found_at,
            "found_day": report.found_at.astimezone(SHANGHAI).date(),
            "within_hours": report.within_hours,
            "note": report.note,
            "address_hash": hashed,
            "received_on": day,
        }
        cursor.execute(statements.load("reports/add"), values)
        if cursor.fetchone() is None:
            return False
        cursor.execute(statements.load("reports/count_today"), values)
        count = cursor.fetchone()
        if count is not None and count[0] > most:
            raise TooManyReportsError(texts.TOO_MANY.format(most=most))
        _mark(cursor, report.station_id)
    return True


def forget_salts(conn: Connection, today: date) -> None:
    """Delete the salts of days before ``today``, on a writer's connection; no salt: nothing happens."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("reports/forget_salts"), {"day": today})


class Outcome(NamedTuple):
    """What became of one report: decided, or refused for a reason; ``unknown``: there is no such report."""

    report_id: int
    done: bool
    reason: Text | None = None
    unknown: bool = False


def decide(
    conn: Connection,
    report_ids: Sequence[int],
    decision: Decision,
    *,
    by: str,
    on: date,
    words: str | None = None,
) -> list[Outcome]:
    """Decide reports; what the map says of their stations follows.

    Parameters
    ----------
    conn
        A writer's connection, in a transaction of the caller's.
    report_ids
        In any order, each once.
    by, on
        The unit that decides, and the day.
    words
        What was found.

    Returns
    -------
    outcomes
        In the order given; a report that is not there or was decided before is refused with the reason.
    """
    asked = {"report_ids": list(dict.fromkeys(report_ids))}
    with conn.cursor() as cursor:
        cursor.execute(statements.load("reports/lock_reports"), asked)
        known = {row[0]: row[1:] for row in cursor.fetchall()}
        open_ids = [r for r in asked["report_ids"] if r in known and known[r][1] == "open"]
        values = {
            "report_ids": open_ids,
            "state": decision,
            "decided_on": on,
            "decided_by": by,
            "decision": words,
        }
        cursor.execute(statements.load("reports/decide"), values)
        for station_id in sorted({known[r][0] for r in open_ids}):
            # Held first: a report that comes in meanwhile is seen only by a statement that begins after it.
            cursor.execute(statements.load("reports/lock_station"), {"station_id": station_id})
            _mark(cursor, station_id)
    return [_outcome(r, known.get(r)) for r in asked["report_ids"]]


def read(
    conn: Connection,
    *,
    only_open: bool = True,
    station_id: str | None = None,
    adcode: str | None = None,
    limit: int = MOST_ROWS,
) -> list[dict[str, Any]]:
    """Read reports as a work list: the columns of ``sql/reports/read_reports.sql``; none: an empty list."""
    asked = {"only_open": only_open, "station_id": station_id, "adcode": adcode, "limit": limit}
    return _rows(conn, "reports/read_reports", asked)


def due(
    conn: Connection, today: date, stale_days: int, *, adcode: str | None = None, limit: int = MOST_ROWS
) -> list[dict[str, Any]]:
    """Read the stations to look at next, the most urgent first: the columns of ``sql/reports/read_due.sql``.

    Those with open reports, those that nobody is known to have verified, and those verified more than
    ``stale_days`` before ``today``.
    """
    asked = {"before": today - timedelta(days=stale_days), "adcode": adcode, "limit": limit}
    return _rows(conn, "reports/read_due", asked)


def _rows(conn: Connection, statement: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    with conn.cursor() as cursor:
        cursor.execute(statements.load(statement), asked)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _hashed(cursor: Any, address: bytes, day: date) -> bytes:
    cursor.execute(statements.load("reports/todays_salt"), {"day": day, "salt": secrets.token_bytes(32)})
    row = cursor.fetchone()
    if row is None:
        # Somebody else made it in this very moment; a new statement sees it.
        cursor.execute(statements.load("reports/todays_salt"), {"day": day, "salt": secrets.token_bytes(32)})
        row = cursor.fetchone()
    return hashlib.blake2b(address, key=bytes(row[0]), digest_size=_HASH_BYTES).digest()


def _mark(cursor: Any, station_id: str) -> None:
    cursor.execute(statements.load("reports/mark_closed"), {"station_id": station_id, "keep_days": KEEP_DAYS})


def _outcome(report_id: int, known: tuple[Any, ...] | None) -> Outcome:
    if known is None:
        return Outcome(report_id, False, texts.NO_REPORT.format(report=report_id), unknown=True)
    _, state, on, by = known
    if state == "open":
        return Outcome(report_id, True)
    name = texts.STATE[state]
    said = {"report": report_id, "by": by, "on": on}
    zh, en = texts.DECIDED
    return Outcome(
        report_id, False, Text(zh.format(**said, state_zh=name.zh), en.format(**said, state_en=name.en))
    )
