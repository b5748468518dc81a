"""Reports in the registry: one per address and day, two on different days show, people decide."""

import threading
from contextlib import closing
from datetime import date, datetime, timedelta

import psycopg2
import pytest

from data.errors import InputError
from data.hours.schedule import SHANGHAI
from data.postgres import db
from data.reports import reports
from data.reports.reports import Report, TooManyReportsError

HOME, OTHER = b"\x01\x02\x03\x04", b"\x05\x06\x07\x08"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture
def station(connection):
    with connection.cursor() as cursor:
        for station_id, audience in (("A", "outdoor_workers"), ("B", "outdoor_workers"), ("staff", "staff")):
            cursor.execute(
                "INSERT INTO yizhan.station (station_id, name, source, audience) VALUES (%s, '驿站', 's', %s)",
                (station_id, audience),
            )
    connection.commit()
    return "A"


def say(conn, days=0, address=HOME, station="A", reason="closed", within="yes", **more):
    """Report something, ``days`` after the first noon, and give whether it was new."""
    at = NOON + timedelta(days=days)
    with db.transaction(conn, actor="report"):
        return reports.store(conn, Report(station, reason, at, within, **more), address, now=at)


def shown(conn, station="A"):
    with conn.cursor() as cursor:
        cursor.execute(
            """SELECT reported_closed_on, status, opening_hours, version, data_version
               FROM yizhan.station WHERE station_id = %s""",
            (station,),
        )
        return cursor.fetchone()


def decided(conn, *ids, decision="rejected"):
    with db.transaction(conn, actor="people"):
        return reports.decide(conn, ids, decision, by="市总工会", on=date(2026, 11, 23), words="当天有人值守")


def test_two_reports_on_different_days_show_with_the_newer_day(connection, station):
    say(connection)
    before = shown(connection)
    assert before[0] is None
    say(connection, days=2, address=OTHER)
    after = shown(connection)
    assert after[0] == date(2026, 11, 22)
    assert after[1:4] == before[1:4], "a report changes no fact and no version of the station"
    assert after[4] == before[4] + 1, "but readers are told"


@pytest.mark.parametrize(
    "second",
    [
        {"days": 0, "address": OTHER},
        {"days": 1, "reason": "no_entry"},
        {"days": 1, "within": "no"},
        {"days": 1, "within": "unknown"},
        {"days": 1, "station": "B"},
        {"days": 61},
    ],
    ids=["same day", "another reason", "outside hours", "hours unknown", "another station", "long after"],
)
def test_anything_less_does_not_show(connection, station, second):
    say(connection)
    say(connection, **second)
    assert shown(connection)[0] is None


def test_the_same_report_again_that_day_is_one(connection, station):
    assert [say(connection), say(connection), say(connection, address=OTHER)] == [True, False, True]
    assert len(reports.read(connection)) == 2


def test_each_broken_facility_is_a_report_of_its_own(connection, station):
    broken = [
        say(connection, reason="broken", facility=f) for f in ("fridge", "microwave", "fridge", None, None)
    ]
    assert broken == [True, True, False, True, False]


def test_a_decision_ends_what_is_shown_and_stays(connection, station):
    say(connection)
    say(connection, days=1, address=OTHER)
    first, second = (row["report_id"] for row in reports.read(connection))
    assert [o.done for o in decided(connection, first, 999)] == [True, False]
    assert shown(connection)[0] is None
    (again,) = decided(connection, first, decision="confirmed")
    assert "市总工会" in again.reason.zh
    assert [row["report_id"] for row in reports.read(connection)] == [second]
    assert {row["state"] for row in reports.read(connection, only_open=False)} == {"open", "rejected"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT new FROM yizhan.history WHERE new ? 'reported_closed_on' ORDER BY history_id")
        assert [row[0]["reported_closed_on"] for row in cursor.fetchall()] == ["2026-11-21", None]


def test_no_address_is_kept_and_days_cannot_be_joined(connection, station):
    say(connection)
    say(connection, reason="moved")
    say(connection, days=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT received_on, reason, address_hash FROM yizhan.report ORDER BY report_id")
        (_, _, one), (_, _, same), (_, _, next_day) = cursor.fetchall()
        cursor.execute("SELECT day FROM yizhan.report_salt")
        assert cursor.fetchall() == [(date(2026, 11, 21),)], "the salt of the day before is gone"
    assert bytes(one) == bytes(same) != bytes(next_day)
    assert HOME not in bytes(one)


def test_an_address_has_a_limit_a_day_and_what_is_over_it_leaves_nothing(connection, station):
    at = NOON
    for number, reason in enumerate(("closed", "moved", "broken", "no_entry")):
        with db.transaction(connection):
            call = (connection, Report("A", reason, at, "yes"), HOME)
            if number < 3:
                assert reports.store(*call, now=at, most=3)
            else:
                with pytest.raises(TooManyReportsError, match="3"):
                    reports.store(*call, now=at, most=3)
                connection.rollback()
    assert len(reports.read(connection)) == 3
    assert say(connection, days=1, reason="no_entry")


@pytest.mark.parametrize("station_id", ["nobody", "staff", "withdrawn"])
def test_of_what_is_not_public_nothing_is_taken(connection, station, station_id):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET deleted_at = now() WHERE station_id = 'B'")
    connection.commit()
    with pytest.raises(InputError, match="没有这个驿站"):
        say(connection, station="B" if station_id == "withdrawn" else station_id)
    assert reports.read(connection, only_open=False) == []


def test_many_at_once_leave_one_each_and_one_salt(connection, station, database_url):
    made, ready = [], threading.Barrier(6)

    def report(number):
        with closing(db.connect(database_url, role="writer")) as conn:
            ready.wait(10)
            made.append(say(conn, address=bytes([1, 1, 1, number % 3]), reason="moved"))

    threads = [threading.Thread(target=report, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(made) == [False] * 3 + [True] * 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM yizhan.report_salt")
        assert cursor.fetchone() == (1,)


def test_two_people_who_decide_at_once_decide_once(connection, station, database_url):
    say(connection)
    (row,) = reports.read(connection)
    told, ready = [], threading.Barrier(2)

    def decide(decision):
        with closing(db.connect(database_url, role="writer")) as conn:
            ready.wait(10)
            told.append(decided(conn, row["report_id"], decision=decision)[0].done)

    threads = [threading.Thread(target=decide, args=(d,)) for d in ("confirmed", "rejected")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == [False, True]


def test_a_decision_sees_the_report_that_comes_in_at_the_same_time(connection, station, database_url):
    for days, address in ((0, HOME), (1, OTHER)):
        say(connection, days=days, address=address)
    oldest = min(row["report_id"] for row in reports.read(connection))
    connection.rollback()

    def reject():
        with closing(db.connect(database_url, role="writer")) as conn:
            decided(conn, oldest)

    person = threading.Thread(target=reject)
    with closing(db.connect(database_url, role="writer")) as conn:
        at = NOON + timedelta(days=2)
        assert reports.store(conn, Report("A", "closed", at, "yes"), HOME, now=at)
        person.start()
        person.join(1.0)
        assert person.is_alive(), "it waits for the report"
        conn.commit()
    person.join(30)
    assert shown(connection)[0] == date(2026, 11, 22), "two open ones are left, of different days"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE yizhan.report SET note = 'x'",
        "DELETE FROM yizhan.report",
        "UPDATE yizhan.report SET state = 'confirmed'",
    ],
)
def test_psql_cannot_change_what_was_said(connection, station, statement):
    say(connection, note="<b>门锁着</b>")
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.IntegrityError):
        cursor.execute(statement)
    connection.rollback()
    assert reports.read(connection)[0]["note"] == "<b>门锁着</b>"


def test_the_work_list_begins_with_what_weighs_most(connection, station):
    say(connection, station="A", reason="wrong_data")
    say(connection, station="B", reason="closed")
    say(connection, station="B", reason="moved", days=1)
    assert [(row["station_id"], row["weight"]) for row in reports.read(connection)] == [
        ("B", 4),
        ("B", 4),
        ("A", 1),
    ]


def test_what_to_visit_next_is_what_was_reported_then_what_nobody_verified_then_what_is_old(
    connection, station
):
    with connection.cursor() as cursor:
        for station_id, verified in (("old", "2025-01-01"), ("new", "2026-11-01"), ("never", None)):
            cursor.execute(
                """INSERT INTO yizhan.station (station_id, name, source, audience, verified_at)
                   VALUES (%s, '驿站', 's', 'outdoor_workers', %s)""",
                (station_id, verified),
            )
        cursor.execute("UPDATE yizhan.station SET verified_at = '2026-11-01' WHERE station_id = 'B'")
    connection.commit()
    say(connection, station="B", reason="moved")
    found = [row["station_id"] for row in reports.due(connection, date(2026, 11, 22), 365)]
    assert found == ["B", "A", "never", "old"]
