"""How soon the service knows, how it says how old its data are, and what keeps it from knowing."""

import logging
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from data.postgres import db
from service.app import create_app
from service.keeper import DatabaseKeeper
from service.reader import Reader
from service.settings import Settings
from service.snapshot import Snapshot
from tests.http.made import Client
from tests.http.test_registry import INSERT, run, soon
from tests.http.waiting import NEVER_S

pytestmark = pytest.mark.postgis

RENAME = "UPDATE yizhan.station SET name = %(name)s WHERE station_id = 'S1'"


@pytest.fixture
def registry(connection: db.Connection) -> db.Connection:
    run(connection, INSERT.replace("2000", "300"))
    return connection


@pytest.fixture
def served(registry: db.Connection, database_url: str, settings: Settings) -> Iterator[Client]:
    """The application on this registry; only notifications bring news, for the poll is slow."""
    yield from _served(database_url, settings, poll_s=NEVER_S)


@pytest.fixture
def polled(registry: db.Connection, database_url: str, settings: Settings) -> Iterator[Client]:
    """The application on this registry, which looks often."""
    yield from _served(database_url, settings, poll_s=0.1)


def _served(url: str, settings: Settings, *, poll_s: float) -> Iterator[Client]:
    keeper = DatabaseKeeper(url, poll_s=poll_s)
    keeper.start()
    assert keeper.wait(20)
    reader = Reader(url)
    client = Client(create_app(settings, keeper, reader=reader, map_page=lambda *_: "<!doctype html>"))
    yield client
    client.close()
    keeper.stop()
    reader.close()


def name_of(client: Client, station_id: str = "S1") -> str:
    name: str = client.get(f"/v1/stations/{station_id}").json()["station"]["name"]
    return name


def ready(client: Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/readyz").json()
    return told


def test_every_answer_says_its_version_and_age_in_body_and_headers(served: Client) -> None:
    body = {"lon": 116.4, "lat": 39.9, "coordsys": "wgs84"}
    points = {"coordsys": "wgs84", "points": [{"id": "a", "lon": 116.4, "lat": 39.9}]}
    answers = [
        served.get("/v1/stations/nearest", params=body),
        served.post("/v1/stations/nearest", json=body),
        served.post("/v1/stations/nearest:batch", json=points),
        served.get("/v1/stations?limit=2"),
        served.get("/v1/stations/S1"),
        served.get("/v1/stations/S1/history"),
    ]
    version = ready(served)["data_version"]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["data_version"] == int(answer.headers["x-data-version"]) == version
        assert told["data_age_s"] == pytest.approx(float(answer.headers["x-data-age"]), abs=0.11)
    page = served.get("/map")
    assert int(page.headers["x-data-version"]) == version


def test_a_listener_that_was_cut_off_is_replaced_and_misses_nothing(
    served: Client, registry: db.Connection
) -> None:
    others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    pids = run(registry, others)
    assert pids
    for (pid,) in pids:
        run(registry, "SELECT pg_terminate_backend(%(pid)s)", pid=pid)
    run(registry, RENAME, name="断线时改的")
    soon(lambda: name_of(served) == "断线时改的")
    run(registry, RENAME, name="之后改的")
    soon(lambda: name_of(served) == "之后改的")
    assert "trouble" not in ready(served)


@pytest.mark.parametrize("ahead", [0, 5])
def test_another_registry_is_loaded_whole(polled: Client, registry: db.Connection, ahead: int) -> None:
    before = ready(polled)["data_version"]
    with db.transaction(registry), registry.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE yizhan.station SET name = '另一个登记表' WHERE station_id = 'S1'")
        cursor.execute(
            "UPDATE yizhan.registry SET registry_id = gen_random_uuid(), data_version = data_version + %s",
            [ahead],
        )
    soon(lambda: name_of(polled) == "另一个登记表")
    assert ready(polled)["data_version"] == before + ahead


def test_foreign_tables_are_told_from_a_database_that_is_away(
    polled: Client, registry: db.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "yizhan.keeper")
    run(registry, "ALTER TABLE yizhan.registry RENAME TO registry_elsewhere")
    soon(lambda: ready(polled).get("trouble") == "schema")
    assert (ready(polled)["database"], ready(polled)["ready"]) == ("up", True)
    assert polled.nearest(lon=116.4, lat=39.9)["count"] == 5
    age_s = ready(polled)["data_age_s"]
    soon(lambda: ready(polled)["data_age_s"] > age_s + 1.5)
    answer = polled.get("/v1/stations/S1/history")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert [r.getMessage() for r in caplog.records if "[schema]" in r.getMessage()] != []
    assert sum("[schema]" in r.getMessage() for r in caplog.records) == 1
    run(registry, "ALTER TABLE yizhan.registry_elsewhere RENAME TO registry")
    run(registry, RENAME, name="回来了")
    soon(lambda: name_of(polled) == "回来了", within_s=20)
    assert "trouble" not in ready(polled)


def test_rows_that_break_the_contract_are_named_so_and_mended(
    polled: Client, registry: db.Connection
) -> None:
    run(registry, "ALTER TABLE yizhan.station ALTER COLUMN name DROP NOT NULL")
    run(registry, RENAME, name=None)
    soon(lambda: ready(polled).get("trouble") == "rows")
    assert ready(polled)["database"] == "up"
    assert name_of(polled) == "驿站 1"
    run(registry, RENAME, name="补上了")
    soon(lambda: name_of(polled) == "补上了", within_s=20)
    assert "trouble" not in ready(polled)


def test_a_defect_of_ours_is_said_once_and_got_over_by_a_full_load(
    polled: Client,
    registry: db.Connection,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object, **__: object) -> Snapshot:
        raise ZeroDivisionError("门牌 12 号")

    monkeypatch.setattr(Snapshot, "updated", broken)
    run(registry, RENAME, name="照样更新")
    soon(lambda: name_of(polled) == "照样更新", within_s=20)
    (said,) = [r.getMessage() for r in caplog.records if "[defect]" in r.getMessage()]
    assert "ZeroDivisionError" in said
    assert "门牌" not in said
    assert "trouble" not in ready(polled)


def test_history_tells_what_changed_and_keeps_free_text_back(served: Client, registry: db.Connection) -> None:
    run(registry, "UPDATE yizhan.station SET name = '甲', phone = '010-12345678' WHERE station_id = 'S1'")
    run(registry, "UPDATE yizhan.station SET phone = NULL, floor = 2 WHERE station_id = 'S1'")
    whole = served.get("/v1/stations/S1/history").json()
    assert [entry["operation"] for entry in whole["results"]] == ["update", "update", "insert"]
    assert whole["results"][0]["changes"] == [{"field": "floor", "old": None, "new": 2}, {"field": "phone"}]
    assert whole["results"][1]["changes"][0] == {"field": "name", "old": "驿站 1", "new": "甲"}
    assert "12345678" not in served.get("/v1/stations/S1/history").text
    pages, before = [], ""
    while True:
        page = served.get(f"/v1/stations/S1/history?limit=1{before}").json()
        pages += page["results"]
        if "next" not in page:
            break
        before = f"&before={page['next']}"
    assert pages == whole["results"]


@pytest.mark.parametrize(
    "asked", ["limit=0", "limit=1001", "before=x", "before=-1", "after=1", "limit=1&limit=1"]
)
def test_history_refuses_what_it_does_not_know(served: Client, asked: str) -> None:
    assert served.get(f"/v1/stations/S1/history?{asked}").status_code == 400


def test_history_is_of_public_stations_only(served: Client) -> None:
    # Every tenth is for staff.
    for station_id in ("S10", "nobody", "%00", "a%20b"):
        assert served.get(f"/v1/stations/{station_id}/history").status_code == 404


def test_a_file_has_no_history(settings: Settings, client_of: Any) -> None:
    client = client_of([{"station_id": "a"}])
    assert client.get("/v1/stations/a/history").status_code == 404


def test_a_verdict_is_part_of_the_history(served: Client, registry: db.Connection, database_url: str) -> None:
    with closing(db.connect(database_url, role="writer")) as conn:
        run(
            conn,
            "INSERT INTO yizhan.frontage (station_id, verdict, rule, reason_zh, reason_en, evidence, parameters) "
            "VALUES ('S1', 'yes', 'door', '临街', 'on the street', '{}', '{}')",
        )
    (entry, *_) = served.get("/v1/stations/S1/history").json()["results"]
    assert (entry["subject"], entry["operation"], entry["by"]) == ("street_facing", "insert", "editor")
    assert {"field": "street_facing", "old": None, "new": "yes"} in entry["changes"]
