"""Every change is numbered, kept and announced; a dump takes all of it along."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
from psycopg2 import errors

from data.postgres import db, programs, schema
from tests.postgis.tables import STATION, ask, data_version, history, rows, run


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
