"""The software goes up with its migrations and back by the dump taken before; history goes when it is told to."""

import json
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from data.errors import SchemaError
from data.hours.schedule import SHANGHAI
from data.postgres import db, schema
from data.stations import retention, store
from tests.conftest import execute
from tests.http.running import STATIONS
from tests.postgis.test_restore import RENAME, back_up, name_of, newest, one, restore, serving

OLD = 4
"""Migrations that the older program knows."""


@pytest.fixture
def program(monkeypatch):
    """Let the program be an older one."""
    every = schema.migrations()

    def knows(number):
        monkeypatch.setattr(schema, "migrations", lambda: every[:number])

    return knows


def test_up_with_migrations_and_back_by_the_dump_taken_before(program, empty_database_url, tmp_path, cluster):
    url = empty_database_url
    program(OLD)
    schema.migrate(url)
    execute(url, STATIONS)
    execute(url, RENAME.format("升级之前"))
    before = registered(url)
    assert back_up(url, tmp_path).returncode == 0

    program(None)
    assert len(schema.migrate(url)) == len(schema.migrations()) - OLD
    assert registered(url) == before
    execute(url, RENAME.format("升级之后"))

    program(OLD)
    with closing(db.connect(url)) as conn, pytest.raises(SchemaError, match="upgrade the program"):
        schema.check(conn)
    with pytest.raises(SchemaError, match="请升级本程序"):
        schema.migrate(url)

    back_to(url, newest(tmp_path), cluster)
    with closing(db.connect(url)) as conn:
        schema.check(conn)
    assert registered(url) == before

    program(None)
    schema.migrate(url)
    with serving(url) as client:
        assert name_of(client) == "升级之前"


def back_to(url, dump, cluster):
    """What the README says: a new, empty database; the old dump knows nothing of what the new schema made."""
    name = one(url, "SELECT current_database()")
    execute(cluster.url_of("postgres"), f"DROP DATABASE {name} WITH (FORCE)")
    execute(cluster.url_of("postgres"), f"CREATE DATABASE {name} TEMPLATE template0")
    restore(url, dump)


def registered(url):
    # Columns of later migrations, empty as they come.
    new = "ARRAY['merged_into', 'reported_closed_on']"
    stations = f"SELECT jsonb_agg(to_jsonb(s) - {new} ORDER BY s.station_id) FROM yizhan.station AS s"
    return one(url, "SELECT data_version FROM yizhan.registry"), one(url, stations), one(url, HISTORY)


HISTORY = "SELECT jsonb_agg(to_jsonb(h) ORDER BY h.history_id) FROM yizhan.history AS h"


def test_an_older_program_says_why_it_does_not_serve(yizhan, database_url):
    execute(database_url, "INSERT INTO yizhan.migration VALUES (9999, '9999_later', repeat('9', 64))")
    for command in (("serve", "--port", "0"), ("export", "x.csv"), ("db", "migrate"), ("holidays", "show")):
        code, _, err = yizhan(*command)
        assert (code, "the database is at migration 9999" in err.lower()) == (1, True), command


# -- history


@pytest.fixture
def aged(database_url):
    """400 stations and a tombstone of six years ago, a change of three years ago, one of today."""
    execute(database_url, STATIONS)
    execute(database_url, "UPDATE yizhan.station SET deleted_at = now() WHERE station_id = 'S000007'")
    age(database_url, 6)
    execute(database_url, RENAME.format("三年前"))
    age(database_url, 3)
    execute(database_url, RENAME.format("今天"))
    return database_url


def age(url, years):
    for table, column in (("history", "changed_at"), ("version_mark", "made_at")):
        execute(
            url,
            f"UPDATE yizhan.{table} SET {column} = now() - interval '{years} years' "
            f"WHERE {column} > now() - interval '1 year'",
        )


def test_old_history_goes_and_nothing_that_readers_see_changes(yizhan, aged, monkeypatch):
    with serving(aged) as client:
        paths = ("/v1/stations?limit=1000", "/v1/feed/stations.ndjson.gz", "/v1/feed/stations.json?since=0")
        before = [client.get(path).content for path in paths]
        version = one(aged, "SELECT data_version FROM yizhan.registry")
        code, out, _ = yizhan("db", "trim", "--years", "5")
        assert (code, "forgot 401 entries" in out) == (0, True)
        assert one(aged, "SELECT data_version FROM yizhan.registry") == version
        after = [client.get(path).content for path in paths]
        assert [strip(body) for body in after] == [strip(body) for body in before]
        changes = client.get("/v1/stations/S000001/history").json()
        assert [entry["operation"] for entry in changes["results"]] == ["update", "update"]
    with closing(db.connect(aged)) as conn:
        assert [change.new["name"] for change in store.read_history(conn, "S000001")] == ["三年前", "今天"]
    assert one(aged, "SELECT deleted_at IS NOT NULL FROM yizhan.station WHERE station_id = 'S000007'")
    assert one(aged, "SELECT history_since < now() - interval '4 years' FROM yizhan.registry")
    assert "forgot 0 entries" in yizhan("db", "trim", "--years", "5")[1]


PASSING = {"data_age_s", "evaluated_at"}


def strip(body):
    """Without the minute and how old the data are, which change by themselves."""
    if body[:1] != b"{":
        return body
    return {name: value for name, value in json.loads(body).items() if name not in PASSING}


def test_the_mark_of_the_present_version_stays_however_old(aged):
    age(aged, 9)
    with closing(db.connect(aged, role="writer")) as conn, db.transaction(conn):
        before = store.version(conn)
        assert before.mark
        trimmed = retention.trim(conn, before=datetime.now(SHANGHAI) + timedelta(days=1))
        assert trimmed.entries == 403
        assert store.version(conn) == before
        assert store.mark(conn, before.data_version - 1) == ""
