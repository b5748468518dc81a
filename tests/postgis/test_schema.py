"""The schema: migrated once and whole, the vocabularies of the program, every change numbered and kept."""

import itertools
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date

import psycopg2
import pytest
from psycopg2 import errors

from data.errors import DatabaseError, SchemaError
from data.hours import holidays
from data.postgres import db, programs, schema
from geo import vocabulary

STATION = """
INSERT INTO yizhan.station (station_id, name, source, position, given_x, given_y, given_coordsys)
VALUES (%s, '驿站', 'test', ST_Point(116.4, 39.9, 4326)::geography, 116.4, 39.9, 'wgs84')
"""
VERDICT = """
INSERT INTO yizhan.frontage (station_id, verdict, rule, reason_zh, reason_en, evidence, parameters)
VALUES (%s, 'yes', 'clear_line', '临街', 'on the street', '{"edge_m": 8}', '{}')
"""


def run(conn, statement, *parameters):
    with conn.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def rows(conn, question, *parameters):
    with conn.cursor() as cursor:
        cursor.execute(question, parameters)
        return cursor.fetchall()


def ask(conn, question, *parameters):
    return rows(conn, question, *parameters)[0][0]


def data_version(conn):
    return ask(conn, "SELECT data_version FROM yizhan.registry")


def history(conn, after=0):
    return rows(
        conn,
        "SELECT entity, operation, old, new FROM yizhan.history WHERE data_version > %s ORDER BY history_id",
        after,
    )


@pytest.fixture
def registry(connection):
    """Two located stations; the first has a verdict."""
    with db.transaction(connection, actor="setup"):
        fill(connection)
    return connection


@pytest.fixture
def standing(standing_database_url):
    """The same two stations in a transaction that is rolled back: enough for what happens within one."""
    with closing(db.connect(standing_database_url, role="writer")) as conn:
        fill(conn)
        yield conn


def fill(conn):
    run(conn, STATION, "a")
    run(conn, STATION, "b")
    run(conn, VERDICT, "a")


# -- migrations


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


# -- vocabularies


def codes_of_constraint(conn, column):
    definitions = rows(
        conn,
        """
        SELECT pg_get_constraintdef(c.oid) FROM pg_constraint AS c JOIN pg_attribute AS a
            ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
        WHERE c.conrelid = 'yizhan.station'::regclass AND c.contype = 'c' AND a.attname = %s
        """,
        column,
    )
    assert len(definitions) == 1
    return re.findall(r"'([^']*)'::text", definitions[0][0])


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        ("host_kind", vocabulary.HOST_KIND),
        ("kind", vocabulary.KIND),
        ("audience", vocabulary.AUDIENCE),
        ("status", vocabulary.STATUS),
        ("position_kind", vocabulary.POSITION_KIND),
        ("access_method", vocabulary.ACCESS_METHOD),
        ("given_coordsys", [*vocabulary.COORDSYS, "bd09mc"]),
    ],
)
def test_the_codes_of_a_column_are_those_of_the_vocabulary(standing, column, codes):
    assert sorted(codes_of_constraint(standing, column)) == sorted(codes)


def test_three_valued_columns_take_the_three_values(standing):
    definition = ask(
        standing,
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contypid = 'yizhan.ternary'::regtype",
    )
    assert sorted(re.findall(r"'(\w+)'::text", definition)) == sorted(vocabulary.TERNARY_VALUES)
    assert set(vocabulary.STREET_FACING) == set(vocabulary.TERNARY_VALUES)


def test_the_facilities_and_their_states_are_those_of_the_vocabulary(standing):
    source = ask(standing, "SELECT prosrc FROM pg_proc WHERE oid = 'yizhan.facilities_valid'::regproc")
    states, codes = source.split("f.code NOT IN")
    assert sorted(re.findall(r"'(\w+)'", codes)) == sorted(vocabulary.FACILITY)
    assert sorted(re.findall(r"'(\w+)'", states)) == sorted([*vocabulary.FACILITY_STATE, "object"])


@pytest.mark.parametrize(
    ("facilities", "valid"),
    [
        ("{}", True),
        ('{"seat": "working", "aed": "broken", "tv": "unknown"}', True),
        ('{"seat": "yes"}', False),
        ('{"sofa": "working"}', False),
        ('{"seat": null}', False),
        ("[]", False),
        ("null", False),
    ],
)
def test_facilities_are_checked_by_the_database(standing, facilities, valid):
    assert ask(standing, "SELECT yizhan.facilities_valid(%s)", facilities) is valid


VISIT = {"on": "2026-10-01", "by": "某区总工会"}


@pytest.mark.parametrize(
    ("visited", "valid"),
    [
        ({}, True),
        (VISIT, True),
        (
            VISIT | dict.fromkeys(vocabulary.VISITED_FACT, "yes") | {"note": "门在东侧", "at": [116.4, 39.9]},
            True,
        ),
        (VISIT | {"lift": "unknown"}, False),
        (VISIT | {"sofa": "yes"}, False),
        (VISIT | {"on": "2026-13-01"}, False),
        (VISIT | {"by": " "}, False),
        (VISIT | {"note": "长" * 1001}, False),
        (VISIT | {"at": [116.4]}, False),
        ({"on": "2026-10-01"}, False),
        ({"street_door": "yes"}, False),
        ([], False),
    ],
)
def test_visited_facts_are_checked_by_the_database(standing, visited, valid):
    assert ask(standing, "SELECT yizhan.visited_valid(%s)", json.dumps(visited)) is valid


def test_a_visit_on_a_day_that_does_not_exist_is_refused(standing):
    with pytest.raises(errors.DatetimeFieldOverflow):
        ask(standing, "SELECT yizhan.visited_valid(%s)", json.dumps(VISIT | {"on": "2026-02-30"}))


def test_a_visit_remembers_where_the_station_stood(standing):
    run(standing, "UPDATE yizhan.station SET visited = %s WHERE station_id = 'a'", json.dumps(VISIT))
    assert ask(standing, "SELECT visited -> 'at' FROM yizhan.station WHERE station_id = 'a'") == [116.4, 39.9]


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


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("station_id", "''", "station_station_id_check"),
        ("name", "''", "line_check"),
        ("name", "' padded'", "line_check"),
        ("name", r"E'tab\there'", None),
        ("name", r"E'bell\x07'", "line_check"),
        ("name", "repeat('长', 201)", "station_name_check"),
        ("phone", "'13912345678'", "station_phone_check"),
        ("phone", "'+86 139-1234-5678'", "station_phone_check"),
        ("phone", "'010-12351'", None),
        ("floor", "0", "station_floor_check"),
        ("floor", "-1", None),
        ("adcode", "'1101'", "station_adcode_check"),
        ("status", "'shut'", "station_status_check"),
        ("door_24h", "'maybe'", "ternary_check"),
        ("position", "NULL", "station_check"),
        ("given_coordsys", "NULL", "station_check1"),
        ("area_m2", "'NaN'", "station_area_m2_check"),
        ("accuracy_m", "-1", "station_accuracy_m_check"),
        ("external_ids", """'{"weibo": "1"}'""", "station_external_ids_check"),
        ("deleted_at", "created_at - interval '1 second'", "station_check2"),
    ],
)
def test_the_database_itself_refuses_what_is_no_station(standing, column, value, constraint):
    statement = f"UPDATE yizhan.station SET {column} = {value} WHERE station_id = 'a'"
    if constraint is None:
        assert run(standing, statement) == 1
        return
    with pytest.raises(errors.IntegrityError) as caught:
        run(standing, statement)
    assert caught.value.diag.constraint_name == constraint or column == "station_id"


# -- versions and history


def test_one_transaction_has_one_number_for_all_that_it_changes(registry):
    before = data_version(registry)
    with db.transaction(registry, actor="小王"):
        run(registry, "UPDATE yizhan.station SET name = '新' WHERE station_id = 'a'")
        run(registry, "UPDATE yizhan.station SET name = '新' WHERE station_id = 'b'")
        run(registry, STATION, "c")
    numbers = rows(registry, "SELECT DISTINCT data_version FROM yizhan.station")
    assert numbers == [(before + 1,)]
    assert data_version(registry) == before + 1
    assert rows(registry, "SELECT DISTINCT actor FROM yizhan.history WHERE data_version > %s", before) == [
        ("小王",)
    ]


def test_an_update_that_changes_nothing_is_nothing(registry):
    before = data_version(registry)
    with db.transaction(registry):
        assert run(registry, "UPDATE yizhan.station SET name = name, position = position") == 0
        run(registry, "UPDATE yizhan.holiday SET name = name")
        run(registry, "DELETE FROM yizhan.holiday WHERE day = '1999-01-01'")
        run(registry, "UPDATE yizhan.frontage SET checked_at = now() + interval '1 hour'")
    assert data_version(registry) == before
    assert history(registry, before) == []


def test_an_upsert_that_changes_nothing_is_nothing(registry):
    before = data_version(registry)
    upsert = f"{STATION} ON CONFLICT (station_id) DO UPDATE SET name = excluded.name"
    with db.transaction(registry):
        assert run(registry, upsert, "a") == 0
    assert data_version(registry) == before
    with db.transaction(registry):
        assert run(registry, upsert.replace("'驿站'", "'新'"), "a") == 1
    assert history(registry, before) == [("station", "update", {"name": "驿站"}, {"name": "新"})]
    assert ask(registry, "SELECT data_version FROM yizhan.station WHERE station_id = 'a'") == before + 1


def test_history_holds_only_the_columns_that_changed(registry):
    before = data_version(registry)
    with db.transaction(registry):
        run(
            registry,
            """UPDATE yizhan.station SET floor = 2, facilities = '{"tv": "broken"}' WHERE station_id = 'a'""",
        )
    old, new = {"floor": None, "facilities": {}}, {"floor": 2, "facilities": {"tv": "broken"}}
    assert ("station", "update", old, new) in history(registry, before)
    assert ask(registry, "SELECT version FROM yizhan.station WHERE station_id = 'a'") == 2


def test_a_tombstone_is_a_delete_in_the_history_and_its_removal_an_insert(registry):
    before = data_version(registry)
    for value in ("now()", "NULL"):
        with db.transaction(registry):
            run(registry, f"UPDATE yizhan.station SET deleted_at = {value} WHERE station_id = 'b'")
    assert [(entity, operation) for entity, operation, _, _ in history(registry, before)] == [
        ("station", "delete"),
        ("station", "insert"),
    ]
    assert ask(registry, "SELECT data_version FROM yizhan.station WHERE station_id = 'b'") == before + 2


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM yizhan.station",
        "DELETE FROM yizhan.station WHERE false",
        "TRUNCATE yizhan.station CASCADE",
        "TRUNCATE yizhan.frontage",
        "UPDATE yizhan.station SET station_id = 'z' WHERE station_id = 'a'",
    ],
)
def test_a_station_is_never_deleted_nor_renumbered(standing, statement):
    with pytest.raises(errors.IntegrityError):
        run(standing, statement)


@pytest.mark.parametrize(
    "change",
    [
        "position = ST_Point(116.5, 39.9, 4326)::geography",
        "position = ST_Point(116.4 + 1e-9, 39.9, 4326)::geography",
        "position = NULL, given_x = NULL, given_y = NULL, given_coordsys = NULL",
        "position_kind = 'entrance'",
        "floor = 2",
        "street_door = 'yes'",
        "in_compound = 'no'",
        "registration_required = 'yes'",
        """visited = '{"on": "2026-10-01", "by": "x", "lift": "no"}'""",
        "deleted_at = now()",
    ],
)
def test_a_station_loses_its_verdict_when_what_it_was_made_from_changes(registry, change):
    before = data_version(registry)
    with db.transaction(registry):
        assert run(registry, f"UPDATE yizhan.station SET {change} WHERE station_id = 'a'") == 1
    assert rows(registry, "SELECT * FROM yizhan.frontage") == []
    assert sorted(entry[:2] for entry in history(registry, before)) == [
        ("frontage", "delete"),
        ("station", "delete" if "deleted" in change else "update"),
    ]
    assert rows(registry, "SELECT version, data_version FROM yizhan.station WHERE station_id = 'a'") == [
        (2, before + 1)
    ]


def test_a_station_that_was_only_renamed_keeps_its_verdict(registry):
    with db.transaction(registry):
        run(registry, "UPDATE yizhan.station SET name = '新' WHERE station_id = 'a'")
    assert ask(registry, "SELECT verdict FROM yizhan.frontage WHERE station_id = 'a'") == "yes"


def test_a_new_verdict_renumbers_the_station_and_leaves_its_own_version(registry):
    before = data_version(registry)
    seen = "SELECT version, data_version, updated_at FROM yizhan.station WHERE station_id = 'a'"
    version, _, updated_at = rows(registry, seen)[0]
    with db.transaction(registry):
        run(registry, "UPDATE yizhan.frontage SET verdict = 'no', rule = 'wall' WHERE station_id = 'a'")
    assert rows(registry, seen) == [(version, before + 1, updated_at)]
    [(entity, operation, old, new)] = history(registry, before)
    assert (entity, operation, old["verdict"], new["verdict"]) == ("frontage", "update", "yes", "no")


def test_a_rollback_leaves_no_trace_not_even_of_a_part(registry):
    before = data_version(registry)
    run(registry, "UPDATE yizhan.station SET name = '丢' WHERE station_id = 'a'")
    registry.rollback()
    assert (data_version(registry), history(registry, before)) == (before, [])
    with db.transaction(registry):
        run(registry, "SAVEPOINT part")
        run(registry, "UPDATE yizhan.station SET name = '丢' WHERE station_id = 'a'")
        run(registry, "ROLLBACK TO SAVEPOINT part")
        run(registry, "UPDATE yizhan.station SET name = '留' WHERE station_id = 'b'")
    assert data_version(registry) == before + 1
    assert [new for _, _, _, new in history(registry, before)] == [{"name": "留"}]


def test_writers_queue_so_that_who_commits_later_numbers_later(registry, database_url):
    before = data_version(registry)
    registry.commit()
    with closing(db.connect(database_url, role="writer")) as other, ThreadPoolExecutor(1) as threads:
        run(registry, "UPDATE yizhan.station SET name = '先' WHERE station_id = 'a'")

        def write():
            with db.transaction(other):
                run(other, "UPDATE yizhan.station SET name = '后' WHERE station_id = 'b'")

        later = threads.submit(write)
        wait_until_blocked(database_url, other.info.backend_pid)
        assert not later.done()
        registry.commit()
        later.result(timeout=10)
    numbers = dict(rows(registry, "SELECT name, data_version FROM yizhan.station"))
    assert numbers == {"先": before + 1, "后": before + 2}


def wait_until_blocked(url, pid):
    with closing(psycopg2.connect(url)) as conn:
        conn.autocommit = True
        for _ in range(500):
            if ask(conn, "SELECT cardinality(pg_blocking_pids(%s)) > 0 FROM pg_sleep(0.01)", pid):
                return
    pytest.fail("the second writer was never blocked")


def test_listeners_are_told_on_commit_and_only_then(registry, database_url):
    before = data_version(registry)
    with closing(db.connect(database_url)) as listener:
        listener.autocommit = True
        run(listener, "LISTEN yizhan_changed")

        def heard():
            run(listener, "SELECT 1")
            listener.poll()
            told = [note.payload for note in listener.notifies]
            listener.notifies.clear()
            return told

        run(registry, "UPDATE yizhan.station SET name = '新'")
        assert heard() == []
        registry.commit()
        assert heard() == [str(before + 1)]
        run(registry, "UPDATE yizhan.station SET name = '丢'")
        registry.rollback()
        with db.transaction(registry):
            run(registry, "UPDATE yizhan.station SET name = name")
        assert heard() == []
        with db.transaction(registry):
            run(registry, "INSERT INTO yizhan.holiday VALUES ('2031-01-01', 'holiday', '元旦', 'test')")
        assert heard() == [str(before + 2)]


# -- dump and restore


def test_a_dump_restored_elsewhere_is_the_same_registry_and_goes_on_counting(
    registry, database_url, empty_database_url, tmp_path
):
    tools, dump = programs.find(), tmp_path / "registry.dump"
    subprocess.run([tools.path("pg_dump"), "-Fc", "-f", dump, database_url], check=True, timeout=60)
    restore = [tools.path("pg_restore"), "--exit-on-error", "-d", empty_database_url, dump]
    done = subprocess.run(restore, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with closing(db.connect(empty_database_url, role="writer")) as restored:
        schema.check(restored)
        for table in ("registry", "station", "frontage", "history", "holiday", "holiday_year", "migration"):
            question = f"SELECT to_jsonb(t) FROM yizhan.{table} AS t ORDER BY to_jsonb(t)::text"
            assert rows(restored, question) == rows(registry, question)
        before = data_version(restored)
        with db.transaction(restored, actor="after"):
            run(restored, "UPDATE yizhan.station SET name = '新', floor = 3 WHERE station_id = 'a'")
        assert data_version(restored) == before + 1
        assert rows(restored, "SELECT * FROM yizhan.frontage") == []
        for statement in ("DELETE FROM yizhan.station", "UPDATE yizhan.station SET kind = 'tent'"):
            with pytest.raises(errors.IntegrityError):
                run(restored, statement)
            restored.rollback()
