"""Reports over HTTP: strict, without identity, one a day from one address; the map follows people's decisions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from data.access import keys
from data.hours import holidays
from data.hours.holiday_table import HolidayTable
from data.hours.schedule import SHANGHAI
from data.postgres import db
from service.access.keyring import DatabaseKeyring
from service.app import create_app
from service.keeper import DatabaseKeeper
from service.reader import Reader
from service.settings import Settings
from service.writer import Writer
from tests.http.made import Client
from tests.http.waiting import until

pytestmark = pytest.mark.postgis

STATIONS = (
    ("A", "24/7", "outdoor_workers", "open"),
    ("B", None, "outdoor_workers", "open"),
    ("paused", "24/7", "outdoor_workers", "temporarily_closed"),
    ("staff", "24/7", "staff", "open"),
)


@pytest.fixture
def registry(connection: db.Connection) -> db.Connection:
    with db.transaction(connection), connection.cursor() as cursor:
        holidays.write(connection, HolidayTable.from_library())
        for station in STATIONS:
            cursor.execute(
                """INSERT INTO yizhan.station (station_id, name, source, opening_hours, audience, status, position,
                                               given_x, given_y, given_coordsys)
                   VALUES (%s, '<i>驿站</i>', 's', %s, %s, %s, ST_Point(116.4, 39.9, 4326)::geography, 116.4, 39.9,
                           'wgs84')""",
                station,
            )
    return connection


@pytest.fixture
def client(registry: db.Connection, database_url: str) -> Iterator[Client]:
    settings = Settings(database_url=None, reports_per_address=3, trusted_proxies="127.0.0.1/32")
    keyring, keeper = (
        DatabaseKeyring(database_url, poll_s=0.2, note_s=0.1),
        DatabaseKeeper(database_url, poll_s=0.2),
    )
    reader, writer = Reader(database_url), Writer(database_url)
    keyring.start()
    keeper.start()
    made = Client(create_app(settings, keeper, reader=reader, writer=writer, keyring=keyring))
    until(lambda: keyring.known() is not None and keeper.wait(0.1))
    yield made
    made.close()
    for part in (keyring, keeper):
        part.stop()
    reader.close()
    writer.close()


def say(client: Client, station: str = "A", **values: Any) -> Any:
    body = {"reason": "closed"} | values
    return client.post(f"/v1/stations/{station}/reports", json=body)


def stored(conn: db.Connection) -> list[tuple[Any, ...]]:
    with conn.cursor() as cursor:
        cursor.execute(
            "SELECT station_id, reason, facility, within_hours, note FROM yizhan.report ORDER BY report_id"
        )
        rows = cursor.fetchall()
    conn.rollback()
    return rows


def test_a_report_is_taken_in_and_thanked_for_and_a_replay_is_not_stored(
    client: Client, registry: Any
) -> None:
    at = (datetime.now(SHANGHAI) - timedelta(minutes=5)).isoformat(timespec="seconds")
    first, second = (say(client, found_at=at, note="<b>门锁着</b>") for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert "核实" in first.json()["thanks"]["zh"]
    assert stored(registry) == [("A", "closed", None, "yes", "<b>门锁着</b>")]


@pytest.mark.parametrize(("station", "within"), [("A", "yes"), ("B", "unknown"), ("paused", "no")])
def test_whether_it_should_have_been_open_is_worked_out_from_posted_hours(
    client: Client, registry: Any, station: str, within: str
) -> None:
    assert say(client, station).status_code == 202
    assert stored(registry) == [(station, "closed", None, within, None)]


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"reason": "bad"}, "reason", "wrong_data"),
        ({"reason": None}, "reason", ""),
        ({"note": "x" * 201}, "note", "200"),
        ({"note": "找老张 13800138000"}, "note", "手机"),
        ({"note": "\u200b"}, "note", "空"),
        ({"facility": "microwave"}, "facility", "broken"),
        ({"reason": "broken", "facility": "sofa"}, "facility", "microwave"),
        ({"found_at": "yesterday"}, "found_at", "2026"),
        ({"found_at": "2020-01-01T08:00:00+08:00"}, "found_at", "7 天"),
        ({"found_at": "2199-01-01T08:00:00+08:00"}, "found_at", "没有到"),
        ({"phone": "010"}, "phone", "敏感"),
        ({"photo": "x"}, "photo", "note"),
    ],
)
def test_what_cannot_be_used_is_refused_by_field_and_leaves_nothing(
    client: Client, registry: Any, values: dict[str, Any], field: str, said: str
) -> None:
    answer = say(client, **values)
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert (problem["field"], said in problem["message"]["zh"]) == (field, True)
    assert stored(registry) == []


def test_a_missing_reason_is_named(client: Client) -> None:
    answer = client.post("/v1/stations/A/reports", json={})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "reason")


@pytest.mark.parametrize("station", ["nobody", "staff"])
def test_of_what_is_not_public_nothing_is_taken(client: Client, station: str) -> None:
    assert say(client, station).status_code == 404


def test_a_station_withdrawn_meanwhile_is_told_of(client: Client, registry: Any) -> None:
    with db.transaction(registry), registry.cursor() as cursor:
        cursor.execute("UPDATE yizhan.station SET deleted_at = now() WHERE station_id = 'A'")
    assert say(client).status_code == 404
    assert stored(registry) == []


def test_an_address_has_a_limit_a_day_behind_a_proxy_too(client: Client) -> None:
    for reason in ("closed", "moved", "no_entry"):
        assert say(client, reason=reason).status_code == 202
    refused = say(client, reason="wrong_data")
    assert (refused.status_code, "12351" in refused.text) == (429, True)
    assert int(refused.headers["retry-after"]) > 0
    other = client.post(
        "/v1/stations/A/reports", json={"reason": "wrong_data"}, headers={"X-Forwarded-For": "9.9.9.9"}
    )
    assert other.status_code == 202


def test_two_days_of_closed_doors_show_until_somebody_with_a_key_decides(
    client: Client, registry: Any
) -> None:
    with db.transaction(registry):
        _, key = keys.create(registry, label="市总工会", scopes=("write",), expires_at=None)
    yesterday = (datetime.now(SHANGHAI) - timedelta(days=1)).isoformat(timespec="seconds")
    say(client)
    say(client, reason="closed")
    client.post("/v1/stations/A/reports", json={"reason": "closed", "found_at": yesterday},
                headers={"X-Forwarded-For": "9.9.9.9"})  # fmt: skip

    def shown() -> Any:
        return client.get("/v1/stations/A").json()["station"]

    until(lambda: "reported_closed_on" in shown())
    station = shown()
    assert station["reported_closed_on"] == datetime.now(SHANGHAI).date().isoformat()
    assert (station["status"], station["open_state"], station["version"]) == ("open", "open", 1)

    until(lambda: client.get("/v1/reports", headers={"X-API-Key": key}).status_code == 200)
    assert client.get("/v1/reports").status_code == 401
    listed = client.get("/v1/reports", headers={"X-API-Key": key}).json()
    assert [row["reason"] for row in listed["results"]] == ["closed", "closed"]
    number = listed["results"][0]["report_id"]
    decision = {"decision": "rejected", "by": "市总工会", "words": "当日有人值守"}
    url = f"/v1/reports/{number}/decision"
    assert client.post(url, json=decision).status_code == 401
    assert client.post(url, json=decision, headers={"X-API-Key": key}).json()["state"] == "rejected"
    assert client.post(url, json=decision, headers={"X-API-Key": key}).status_code == 409
    assert (
        client.post("/v1/reports/99/decision", json=decision, headers={"X-API-Key": key}).status_code == 404
    )
    until(lambda: "reported_closed_on" not in shown())


def test_the_page_takes_a_report_without_any_script(client: Client, registry: Any) -> None:
    page = client.get("/stations/A/report")
    assert page.status_code == 200
    assert "&lt;i&gt;驿站&lt;/i&gt;" in page.text
    assert "<script" not in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    sent = client.post(
        "/stations/A/report", data={"reason": "broken", "when": "now", "facility": "microwave", "note": ""}
    )
    assert (sent.status_code, "谢谢" in sent.text) == (200, True)
    assert stored(registry) == [("A", "broken", "microwave", "yes", None)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"when": "now"}, "请选择"),
        ({"reason": "closed", "when": "some day"}, "空"),
        ({"reason": "closed", "note": "13800138000"}, "手机"),
        ({"reason": "closed", "note": "长" * 201}, "200"),
    ],
)
def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(
    client: Client, registry: Any, data: dict[str, str], said: str
) -> None:
    answer = client.post("/stations/A/report", data=data)
    assert (answer.status_code, said in answer.text) == (400, True)
    assert data.get("note", "") in answer.text
    assert stored(registry) == []


def test_the_page_opens_from_a_link_that_a_messenger_passed_on(client: Client, registry: Any) -> None:
    added = "?from=singlemessage&isappinstalled=0"
    assert client.get(f"/stations/A/report{added}").status_code == 200
    assert client.post(f"/stations/A/report{added}", data={"reason": "closed"}).status_code == 200
    assert len(stored(registry)) == 1


def test_a_page_of_no_station_says_so(client: Client) -> None:
    for answer in (
        client.get("/stations/nobody/report"),
        client.post("/stations/staff/report", data={"reason": "closed"}),
    ):
        assert (answer.status_code, "没有这个驿站" in answer.text) == (404, True)
        assert answer.text.count("<h1>") == 1


def test_history_tells_of_the_mark_and_of_no_report(client: Client, registry: Any) -> None:
    say(client, note="这句话不公开")
    history = client.get("/v1/stations/A/history")
    assert history.status_code == 200
    assert "这句话不公开" not in history.text
