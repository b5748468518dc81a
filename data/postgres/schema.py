"""The schema of the registry: numbered migrations, each applied once, whole, and never changed afterwards."""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from data.errors import DatabaseError, SchemaError
from data.hours import holidays
from data.hours.holiday_table import HolidayTable
from data.postgres import db, texts
from data.postgres.db import Connection, Limits
from data.statements import load

LOCK_KEY: Final = 0x79697A68616E  # "yizhan" in ASCII
MIGRATION_LIMITS: Final = Limits(statement_s=0, lock_s=300, idle_in_transaction_s=0)
INSUFFICIENT_PRIVILEGE: Final = "42501"
NOT_INSTALLED: Final = frozenset({"58P01", "0A000"})  # no control file: before and since PostgreSQL 14


@dataclass(frozen=True)
class Migration:
    """One file of ``data/sql/migrations``: its number, its name without ending, its text and SHA-256."""

    number: int
    name: str
    text: str
    checksum: str


@dataclass(frozen=True)
class Applied:
    """What the database says of a migration that was applied to it."""

    number: int
    name: str
    checksum: str


@cache
def migrations() -> tuple[Migration, ...]:
    """Return the migrations of this program by number.

    Examples
    --------
    >>> [(m.number, m.name) for m in migrations()][:1]
    [(1, '0001_registry')]
    """
    folder = resources.files("data").joinpath("sql", "migrations")
    files = {file.name: file for file in folder.iterdir() if re.fullmatch(r"\d{4}_\w+\.sql", file.name)}
    found = []
    for name in sorted(files):
        text = files[name].read_text(encoding="utf-8")
        checksum = hashlib.sha256(text.encode()).hexdigest()
        found.append(Migration(int(name[:4]), name.removesuffix(".sql"), text, checksum))
    return tuple(found)


def migrate(target: str | Connection) -> list[str]:
    """Bring a database to the schema of this program, renew the rights of its roles, fill an empty holiday table.

    Parameters
    ----------
    target
        A url, or a writer's connection that is not in a transaction.

    Returns
    -------
    names
        Of the migrations applied by this call, in order; empty when there was nothing to do.

    Raises
    ------
    SchemaError
        PostGIS is missing and cannot be installed by this role; an applied migration has changed since; the
        database is newer than this program; this role does not own the registry.
    DatabaseError, DatabaseAway
        The server refused a statement, or broke off. Each migration is one transaction under one advisory
        lock: those before are kept, the one at work leaves no trace, and two migrators at once take turns.
    """
    with _connection(target) as conn:
        _ensure_postgis(conn)
        names = []
        with owned(conn):
            while (name := _apply_next(conn)) is not None:
                names.append(name)
            _grant_roles(conn)
            _fill_holidays(conn)
    return names


def check(conn: Connection) -> None:
    """Return when the database is exactly at the schema of this program; the transaction is ended.

    Raises
    ------
    SchemaError
        Migrations are missing (none applied yet included), changed, or newer than this program.
    """
    with db.transaction(conn):
        applied = _applied(conn) if _has_list(conn) else []
    missing = pending(migrations(), applied)
    if missing:
        names = ", ".join(migration.name for migration in missing)
        raise SchemaError(texts.SCHEMA_PENDING.format(names=names))


def pending(known: tuple[Migration, ...], applied: list[Applied]) -> list[Migration]:
    """Return the migrations still to be applied, in order.

    Parameters
    ----------
    known, applied
        Those of the program and those of the database, both by number.

    Raises
    ------
    SchemaError
        The two do not belong together: the database is newer, has another text under the same number, or has
        skipped one.

    Examples
    --------
    >>> first, second = Migration(1, "0001_a", "", "x"), Migration(2, "0002_b", "", "y")
    >>> [m.name for m in pending((first, second), [Applied(1, "0001_a", "x")])]
    ['0002_b']
    """
    newest = known[-1].number if known else 0
    if applied and applied[-1].number > newest:
        raise SchemaError(
            texts.SCHEMA_NEWER.format(database_number=applied[-1].number, program_number=newest)
        )
    by_number = {entry.number: entry for entry in applied}
    missing = []
    for migration in known:
        entry = by_number.get(migration.number)
        if entry is None:
            missing.append(migration)
        elif missing:
            raise SchemaError(texts.SCHEMA_GAP.format(name=missing[0].name))
        elif entry.checksum != migration.checksum:
            raise SchemaError(texts.SCHEMA_CHANGED.format(name=migration.name))
    return missing


@contextlib.contextmanager
def _connection(target: str | Connection) -> Iterator[Connection]:
    if not isinstance(target, str):
        yield target
        return
    conn = db.connect(target, role="writer", limits=MIGRATION_LIMITS)
    try:
        yield conn
    finally:
        conn.close()


def _ensure_postgis(conn: Connection) -> None:
    with db.transaction(conn):
        database, schema = _extension(conn)
    if schema is None:
        try:
            with db.transaction(conn), conn.cursor() as cursor:
                cursor.execute(load("schema/lock"), {"key": LOCK_KEY})
                # Another migrator may have made it while this one waited.
                if _extension(conn)[1] is None:
                    cursor.execute(load("schema/create_extension"))
        except DatabaseError as error:
            if error.sqlstate == INSUFFICIENT_PRIVILEGE:
                raise SchemaError(texts.NO_POSTGIS_EXTENSION.format(database=database)) from error
            if error.sqlstate in NOT_INSTALLED:
                raise SchemaError(texts.NO_POSTGIS_ON_SERVER.format(database=database)) from error
            raise
    elif schema != "public":
        raise SchemaError(texts.POSTGIS_NOT_IN_PUBLIC.format(database=database, schema=schema))


def _extension(conn: Connection) -> tuple[str, str | None]:
    """Return the database's name and the schema that PostGIS is in."""
    with conn.cursor() as cursor:
        cursor.execute(load("schema/extension"))
        database, schema = cursor.fetchone() or ("?", None)
    return database, schema


def _apply_next(conn: Connection) -> str | None:
    """Apply the first pending migration in one transaction; None when there is none."""
    with db.transaction(conn), conn.cursor() as cursor:
        cursor.execute(load("schema/lock"), {"key": LOCK_KEY})
        if not _has_list(conn):
            cursor.execute(load("schema/create_migration"))
        missing = pending(migrations(), _applied(conn))
        if not missing:
            return None
        migration = missing[0]
        cursor.execute(migration.text)
        cursor.execute(
            load("schema/record"),
            {"number": migration.number, "name": migration.name, "checksum": migration.checksum},
        )
    return migration.name


@contextlib.contextmanager
def owned(conn: Connection) -> Iterator[None]:
    """Turn a lack of rights into the sentence that says who has them."""
    try:
        yield
    except DatabaseError as error:
        if error.sqlstate != INSUFFICIENT_PRIVILEGE:
            raise
        raise SchemaError(texts.NOT_THE_OWNER.format(user=conn.info.user)) from error


def _grant_roles(conn: Connection) -> None:
    with db.transaction(conn), conn.cursor() as cursor:
        cursor.execute(load("schema/lock"), {"key": LOCK_KEY})
        cursor.execute(load("schema/has_roles"))
        if cursor.fetchone() == (True,):
            cursor.execute(load("schema/grant_roles"))


def _fill_holidays(conn: Connection) -> None:
    with db.transaction(conn, actor="yizhan"), conn.cursor() as cursor:
        cursor.execute(load("schema/lock"), {"key": LOCK_KEY})
        if not holidays.read(conn).years:
            holidays.write(conn, HolidayTable.from_library())


def _has_list(conn: Connection) -> bool:
    with conn.cursor() as cursor:
        cursor.execute(load("schema/exists"))
        return cursor.fetchone() == (True,)


def _applied(conn: Connection) -> list[Applied]:
    with conn.cursor() as cursor:
        cursor.execute(load("schema/applied"))
        return [Applied(*row) for row in cursor]
