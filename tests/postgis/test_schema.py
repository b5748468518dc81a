"""Migrations: applied once and whole, held to their text and order, by whoever may."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from data.errors import DatabaseError, SchemaError
from data.hours import holidays
from data.postgres import db, schema
from tests.postgis.tables import STATION, ask, data_version, fill, rows, run


def test_a_fresh_database_is_at_the_schema_of_the_program(connection, database_url):
    schema.check(connection)
    assert schema.migrate(connection) == []
    assert schema.migrate(database_url) == []
    with closing(db.connect(database_url, role="reader")) as reader:
        schema.check(reader)
    applied = rows(connection, "SELECT name, checksum FROM yizhan.migration ORDER BY number")
    assert applied == [(m.name, m.checksum) for m in schema.migrations()]


def test_an_empty_database_lacks_everything_until_it_is_migrated(empty_database_url):
    with closing(db.connect(empty_database_url)) as conn:
        with pytest.raises(SchemaError, match=r"0001_registry.*yizhan db migrate"):
            schema.check(conn)
        assert schema.migrate(empty_database_url) == [m.name for m in schema.migrations()]
        schema.check(conn)


def test_two_migrators_at_once_apply_each_migration_once(empty_database_url):
    with ThreadPoolExecutor(3) as threads:
        applied = list(threads.map(schema.migrate, [empty_database_url] * 3))
    assert sorted(itertools.chain(*applied)) == [m.name for m in schema.migrations()]


def test_the_holiday_table_is_filled_once_and_never_over_the_operators_own(connection):
    assert holidays.read(connection).kind(date(2026, 10, 1)) == "holiday"
    with db.transaction(connection):
        run(connection, "DELETE FROM yizhan.holiday WHERE day = '2026-10-01'")
    before = data_version(connection)
    schema.migrate(connection)
    assert holidays.read(connection).kind(date(2026, 10, 1)) == "ordinary"
    assert data_version(connection) == before


@pytest.fixture
def known(monkeypatch):
    """Let the program know other migrations than those of its files."""

    def replaced(*migrations):
        monkeypatch.setattr(schema, "migrations", lambda: migrations)

    return replaced


def test_a_migration_that_fails_leaves_no_trace_and_those_before_it_stay(connection, known):
    number = len(schema.migrations()) + 1
    good = schema.Migration(number, "9001_good", "CREATE TABLE yizhan.good ()", "1" * 64)
    bad = schema.Migration(number + 1, "9002_bad", "CREATE TABLE yizhan.bad (); SELECT 1/0", "2" * 64)
    known(*schema.migrations(), good, bad)
    with pytest.raises(DatabaseError, match="division by zero"):
        schema.migrate(connection)
    assert ask(connection, "SELECT to_regclass('yizhan.good') IS NOT NULL")
    assert ask(connection, "SELECT to_regclass('yizhan.bad') IS NULL")
    with pytest.raises(SchemaError, match="9002_bad"):
        schema.check(connection)
    known(*schema.migrations()[:-1], replace(bad, text="CREATE TABLE yizhan.bad ()"))
    assert schema.migrate(connection) == ["9002_bad"]


def test_a_changed_migration_is_refused_by_name(connection, known):
    first, *others = schema.migrations()
    known(replace(first, checksum="0" * 64), *others)
    for act in (schema.check, schema.migrate):
        with pytest.raises(SchemaError, match="0001_registry"):
            act(connection)


def test_a_database_newer_than_the_program_is_refused_with_both_numbers(connection, known):
    newest = len(schema.migrations())
    known(*schema.migrations()[:-1])
    for act in (schema.check, schema.migrate):
        with pytest.raises(SchemaError, match=rf"at migration {newest}, .* only up to {newest - 1}"):
            act(connection)


def test_a_skipped_migration_is_refused(connection):
    with db.transaction(connection):
        run(connection, "DELETE FROM yizhan.migration WHERE number = 2")
    with pytest.raises(SchemaError, match="skipped migration 0002_versioning"):
        schema.migrate(connection)


def test_a_line_ending_does_not_change_a_checksum():
    for migration in schema.migrations():
        assert "\r" not in migration.text


@pytest.fixture
def plain_owner(empty_database_url):
    """A connection as an owner of the database who is no superuser."""
    with closing(db.connect(empty_database_url, role="writer")) as conn:
        name = ask(conn, "SELECT current_database()")
        with db.transaction(conn):
            run(conn, "CREATE ROLE plain NOSUPERUSER")
            run(conn, f"ALTER DATABASE {name} OWNER TO plain")
        yield conn
        conn.rollback()
        with db.transaction(conn):
            run(conn, "RESET SESSION AUTHORIZATION")
            run(conn, f"ALTER DATABASE {name} OWNER TO current_user")
            run(conn, "DROP OWNED BY plain")
            run(conn, "DROP ROLE plain")


def become_plain(conn):
    with db.transaction(conn):
        run(conn, "SET SESSION AUTHORIZATION plain")


def test_without_postgis_one_sentence_holds_what_a_superuser_types(plain_owner):
    become_plain(plain_owner)
    with pytest.raises(SchemaError, match=r"psql -d test_\d+ -c 'CREATE EXTENSION postgis'"):
        schema.migrate(plain_owner)


def test_an_owner_who_is_no_superuser_migrates_and_writes_once_postgis_is_there(plain_owner):
    with db.transaction(plain_owner):
        run(plain_owner, "CREATE EXTENSION postgis SCHEMA public")
    become_plain(plain_owner)
    assert len(schema.migrate(plain_owner)) == len(schema.migrations())
    with db.transaction(plain_owner):
        run(plain_owner, STATION, "a")
    assert ask(plain_owner, "SELECT actor FROM yizhan.history") == "plain"


def test_postgis_in_a_schema_of_its_own_is_refused(empty_database_url):
    with closing(db.connect(empty_database_url, role="writer")) as conn:
        with db.transaction(conn):
            run(conn, "CREATE SCHEMA extensions; CREATE EXTENSION postgis SCHEMA extensions")
        with pytest.raises(SchemaError, match="schema extensions"):
            schema.migrate(conn)


def test_a_registry_of_the_first_schema_is_upgraded_with_its_data(empty_database_url, known):
    every = schema.migrations()
    known(*every[:3])
    schema.migrate(empty_database_url)
    with closing(db.connect(empty_database_url, role="writer")) as conn:
        with db.transaction(conn):
            fill(conn)
        before = data_version(conn)
    known(*every)
    assert schema.migrate(empty_database_url) == [m.name for m in every[3:]]
    with closing(db.connect(empty_database_url, role="writer")) as conn:
        schema.check(conn)
        assert data_version(conn) == before
        assert rows(conn, "SELECT station_id, version, visited FROM yizhan.station ORDER BY 1") == [
            ("a", 1, {}),
            ("b", 1, {}),
        ]
        kept = "SELECT verdict, kind, streets_version FROM yizhan.frontage"
        assert rows(conn, kept) == [("yes", "computed", -1)]
        conn.rollback()
        with db.transaction(conn):
            run(conn, "UPDATE yizhan.station SET street_door = 'no' WHERE station_id = 'a'")
        assert rows(conn, kept) == []
