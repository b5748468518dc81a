"""The registry itself: its schema, the rights of those who use it, holidays, street data, history."""

from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Final

from data.errors import DataError, SchemaError
from data.hours import holidays
from data.hours.holiday_table import HolidayTable
from data.postgres import db, schema
from data.postgres.db import Connection
from data.statements import load
from data.streets import streetmap
from service.doctor import texts
from service.doctor.findings import Finding, Level, worst
from service.doctor.servers import LIMITS

OLD_STREETS: Final = timedelta(days=400)


def examine(url: str, write_url: str | None, today: date) -> tuple[list[Finding], int | None]:
    """Look into the registry.

    Parameters
    ----------
    url, write_url
        Of readers, and of writers where they have one of their own.
    today
        In Shanghai.

    Returns
    -------
    findings, data_version
        The version is None when the registry cannot be read.
    """
    findings: list[Finding] = []
    data_version = None
    try:
        with closing(db.connect(url, limits=LIMITS)) as conn:
            schema.check(conn)
            said = texts.SCHEMA_CURRENT.format(n=len(schema.migrations()))
            findings.append(Finding(Level.FINE, texts.SCHEMA, said))
            findings += _reader(conn, apart=write_url is not None)
            # Who may not read all of it would be refused by what follows.
            if worst(findings) is not Level.BROKEN:
                numbers, data_version = _numbers(conn)
                findings += [numbers, _holidays(conn, today), *_streets(conn, today)]
    except SchemaError as error:
        return [*findings, Finding(Level.BROKEN, texts.SCHEMA, error.text)], None
    except DataError as error:
        return [*findings, Finding(Level.BROKEN, texts.REGISTRY, error.text)], None
    return findings + (_writer(write_url) if write_url else []), data_version


def _reader(conn: Connection, *, apart: bool) -> list[Finding]:
    unread, reads_keys, unwritten, rewrites = _rights(conn)
    user, superuser = conn.info.user, conn.info.parameter_status("is_superuser") == "on"
    if unread:
        return [Finding(Level.BROKEN, texts.ROLES, texts.CANNOT_READ.format(user=user, tables=unread))]
    findings = []
    if not reads_keys:
        findings.append(Finding(Level.WARNING, texts.ROLES, texts.CANNOT_READ_KEYS.format(user=user)))
    if apart and (not unwritten or rewrites or superuser):
        findings.append(Finding(Level.WARNING, texts.ROLES, texts.READER_MAY_WRITE.format(user=user)))
    elif apart:
        findings.append(Finding(Level.FINE, texts.ROLES, texts.READER.format(user=user)))
    else:
        findings.append(Finding(Level.FINE, texts.ROLES, texts.ONE_ROLE.format(user=user)))
    return findings


def _writer(url: str) -> list[Finding]:
    try:
        with closing(db.connect(url, role="writer", limits=LIMITS)) as conn:
            user = conn.info.user
            unread, _, unwritten, rewrites = _rights(conn)
            with db.transaction(conn), conn.cursor() as cursor:
                cursor.execute(load("session/is_standby"))
                if cursor.fetchone() == (True,):
                    return [Finding(Level.BROKEN, texts.ROLES, texts.WRITES_TO_STANDBY)]
    except DataError as error:
        said = texts.CANNOT_CONNECT_WRITER.format(why_zh=error.text.zh, why_en=error.text.en)
        return [Finding(Level.BROKEN, texts.ROLES, said)]
    if unread or unwritten:
        said = texts.CANNOT_WRITE.format(user=user, tables=unwritten or unread)
        return [Finding(Level.BROKEN, texts.ROLES, said)]
    if rewrites:
        return [Finding(Level.WARNING, texts.ROLES, texts.WRITER_MAY_REWRITE.format(user=user))]
    return [Finding(Level.FINE, texts.ROLES, texts.WRITER.format(user=user))]


def _rights(conn: Connection) -> tuple[str, bool, str, bool]:
    with db.transaction(conn), conn.cursor() as cursor:
        cursor.execute(load("doctor/rights"))
        row: tuple[str, bool, str, bool] = cursor.fetchone() or ("", True, "", False)
    return row


def _numbers(conn: Connection) -> tuple[Finding, int]:
    with db.transaction(conn), conn.cursor() as cursor:
        cursor.execute(load("doctor/registry"))
        registry_id, data_version, stations, entries, oldest, since = cursor.fetchone() or (
            "",
            0,
            0,
            0,
            None,
            None,
        )
    if not stations:
        return Finding(Level.WARNING, texts.REGISTRY, texts.NO_STATIONS), data_version
    first: datetime | None = since or oldest
    said = texts.STATIONS.format(
        n=stations,
        version=data_version,
        entries=entries,
        since=first.date() if first else "-",
        id=registry_id[:8],
    )
    return Finding(Level.FINE, texts.REGISTRY, said), data_version


def _holidays(conn: Connection, today: date) -> Finding:
    # As the service merges them: the package's own table, extended by the registry's.
    with db.transaction(conn):
        table = HolidayTable.from_library().merged(holidays.read(conn))
    warning = table.expiry_warning(today)
    if warning is None:
        return Finding(Level.FINE, texts.HOLIDAYS, texts.HOLIDAYS_KNOWN.format(year=max(table.years)))
    missing = today.year not in table.years
    return Finding(Level.BROKEN if missing else Level.WARNING, texts.HOLIDAYS, warning)


def _streets(conn: Connection, today: date) -> list[Finding]:
    with db.transaction(conn):
        sources = streetmap.sources(conn)
    if not sources:
        return [Finding(Level.WARNING, texts.STREETS, texts.NO_STREETS)]
    findings = []
    for known in sources:
        if known.data_date is None:
            found = Finding(Level.WARNING, texts.STREETS, texts.STREETS_UNDATED.format(source=known.source))
        else:
            old = today - known.data_date > OLD_STREETS
            said = texts.STREETS_OLD if old else texts.STREETS_DATE
            level = Level.WARNING if old else Level.FINE
            found = Finding(level, texts.STREETS, said.format(source=known.source, day=known.data_date))
        findings.append(found)
    return findings
