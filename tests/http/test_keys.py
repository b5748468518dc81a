"""Keys over HTTP: who is let in, who is not and what they are told, while keys come, go and are out of reach."""

import itertools
import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from data.access import keys
from data.hours.schedule import SHANGHAI
from data.postgres import db
from service import auth
from service.access.keyring import DatabaseKeyring
from service.app import create_app
from service.keeper import FrameKeeper
from service.routers.lean import LeanRoute
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows
from tests.http.running import Running
from tests.http.waiting import until
from tests.http.wires import Wire

pytestmark = pytest.mark.postgis

NEAREST = "/v1/stations/nearest?lon=116.4&lat=39.9&coordsys=wgs84"


async def _written(request: Request) -> Response:
    holder = auth.require(request, "write")
    return Response(f"{holder.key_id} {holder.label}")


def app_with(keyring: DatabaseKeyring, **settings: Any) -> FastAPI:
    """Stations from a frame, keys from the registry, and one route that needs a key to write."""
    app = create_app(
        Settings(database_url=None, **settings), FrameKeeper(frame_of(random_rows(50))), keyring=keyring
    )
    app.router.routes.append(LeanRoute("/written", _written, methods=["GET"]))
    return app


@pytest.fixture(scope="module")
def database_url(standing_database_url: str) -> str:
    """One registry for all tests here, each of which makes keys of its own."""
    return standing_database_url


@pytest.fixture(scope="module")
def keyring(database_url: str) -> Iterator[DatabaseKeyring]:
    ring = DatabaseKeyring(database_url, poll_s=0.2, note_s=0.1)
    ring.start()
    yield ring
    ring.stop()


@pytest.fixture(scope="module")
def client(keyring: DatabaseKeyring) -> Iterator[Client]:
    made = Client(app_with(keyring))
    until(lambda: keyring.known() is not None)
    yield made
    made.close()


def make(conn: db.Connection, *scopes: str, expires_at: datetime | None = None) -> tuple[keys.Key, str]:
    with db.transaction(conn):
        return keys.create(conn, label="平台甲", scopes=scopes, expires_at=expires_at)


def status(client: Client, url: str, text: str | None) -> int:
    return client.get(url, headers={} if text is None else {"X-API-Key": text}).status_code


def test_public_reads_need_no_key_and_writes_say_which_one_they_need(client: Client) -> None:
    assert status(client, NEAREST, None) == 200
    answer = client.get("/written")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == 'Bearer realm="yizhan"'
    assert answer.json()["code"] == "key_required"
    assert "write" in answer.json()["detail"]
    assert "X-API-Key" in answer.json()["detail"]


def test_a_new_key_is_good_within_a_moment_in_either_header(
    connection: db.Connection, client: Client
) -> None:
    key, text = make(connection, "write")
    until(lambda: status(client, "/written", text) == 200)
    for scheme in ("Bearer", "bearer", "BEARER"):
        answer = client.get("/written", headers={"Authorization": f"{scheme} {text}"})
        assert answer.text == f"{key.key_id} 平台甲"
    assert status(client, NEAREST, text) == 200


def test_a_bearer_token_of_somebody_else_is_none_of_ours(client: Client) -> None:
    for value in ("Bearer eyJhbGciOi.x.y", "Basic dTpw", "Bearer"):
        assert client.get(NEAREST, headers={"Authorization": value}).status_code == 200


NO_KEYS = ("", "x", "yz_", "yz_abcdefgh_", "yz_abcdefgh_" + "s" * 43, "yz_abcdefgh_" + "s" * 44, "驿站")


def test_what_is_no_key_is_refused_even_where_none_is_needed(client: Client) -> None:
    for text, url in itertools.product(NO_KEYS, (NEAREST, "/v1/stations", "/written")):
        answer = client.get(url, headers={"X-API-Key": text.encode()})
        assert answer.status_code == 401
        assert answer.json()["code"] == "bad_key"
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
        assert text not in answer.text or len(text) < 4


def test_pages_and_health_do_not_look_at_keys(client: Client) -> None:
    for url in ("/", "/docs", "/livez", "/readyz"):
        assert status(client, url, "nonsense") == 200


def test_the_secret_of_one_key_does_not_open_another(connection: db.Connection, client: Client) -> None:
    one, _ = make(connection, "write")
    _, other = make(connection, "write")
    until(lambda: status(client, "/written", other) == 200)
    mixed = f"yz_{one.key_id}_{other[12:]}"
    assert status(client, "/written", mixed) == 401


def test_two_different_keys_in_one_request_are_refused(connection: db.Connection, client: Client) -> None:
    _, one = make(connection, "write")
    _, other = make(connection, "write")
    until(lambda: status(client, "/written", other) == 200)
    both = {"X-API-Key": one, "Authorization": f"Bearer {other}"}
    assert client.get("/written", headers=both).status_code == 401
    same = {"X-API-Key": one, "Authorization": f"Bearer {one}"}
    assert client.get("/written", headers=same).status_code == 200


def test_a_key_opens_what_it_is_for(connection: db.Connection, client: Client) -> None:
    for scopes, code in ((["read"], 403), (["bulk", "read"], 403), (["admin"], 200), (["write"], 200)):
        _, text = make(connection, *scopes)
        until(lambda text=text: status(client, "/written", text) != 401)  # type: ignore[misc]
        answer = client.get("/written", headers={"X-API-Key": text})
        assert answer.status_code == code
        if code == 403:
            assert answer.json()["code"] == "wrong_scope"
            assert 'error="insufficient_scope", scope="write"' in answer.headers["www-authenticate"]
            assert "write" in answer.json()["detail"]


def test_a_key_taken_back_is_refused_within_seconds_in_every_process(
    connection: db.Connection, database_url: str, client: Client
) -> None:
    _, text = make(connection, "read")
    # The second one hears of it by the announcement alone.
    second = DatabaseKeyring(database_url, poll_s=3600)
    second.start()
    other = Client(app_with(second))
    for asked in (client, other):
        until(lambda asked=asked: status(asked, NEAREST, text) == 200)  # type: ignore[misc]
    with db.transaction(connection):
        keys.revoke(connection, text)
    for asked in (client, other):
        until(lambda asked=asked: status(asked, NEAREST, text) == 401)  # type: ignore[misc]
    assert "收回" in client.get(NEAREST, headers={"X-API-Key": text}).json()["detail"]
    other.close()
    second.stop()


def test_a_key_ends_with_its_date_without_a_look_at_the_database(
    connection: db.Connection, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, text = make(connection, "read", expires_at=datetime.now(UTC) + timedelta(hours=1))
    until(lambda: status(client, NEAREST, text) == 200)
    later = SimpleNamespace(now=lambda zone: datetime.now(zone) + timedelta(hours=1))
    monkeypatch.setattr(auth, "datetime", later)
    assert status(client, NEAREST, text) == 401
    assert "有效期" in client.get(NEAREST, headers={"X-API-Key": text}).json()["detail"]


def test_keys_stay_good_while_the_database_is_away(
    connection: db.Connection, database_url: str, tmp_path: Path
) -> None:
    _, text = make(connection, "write")
    wire = Wire(database_url, tmp_path)
    ring = DatabaseKeyring(wire.url, poll_s=0.1)
    ring.start()
    asked = Client(app_with(ring))
    until(lambda: status(asked, "/written", text) == 200)
    wire.close()
    time.sleep(0.5)
    assert status(asked, "/written", text) == 200
    assert status(asked, "/written", "yz_abcdefgh_" + "s" * 43) == 401
    asked.close()
    ring.stop()


def test_before_the_keys_are_known_a_key_is_neither_good_nor_bad() -> None:
    ring = DatabaseKeyring("host=/nowhere dbname=none connect_timeout=1")
    ring.start()
    asked = Client(app_with(ring))
    answer = asked.get(NEAREST, headers={"X-API-Key": "yz_abcdefgh_" + "s" * 43})
    assert (answer.status_code, answer.json()["code"]) == (503, "keys_unknown")
    assert answer.headers["retry-after"] == "2"
    assert status(asked, NEAREST, None) == 200
    asked.close()
    ring.stop()


def test_a_file_is_served_without_keys(client_of: Callable[..., Client]) -> None:
    assert status(client_of(random_rows(5)), NEAREST, "yz_abcdefgh_" + "s" * 43) == 401


def test_the_day_of_use_is_noted(connection: db.Connection, client: Client) -> None:
    used, text = make(connection, "read")
    idle, _ = make(connection, "read")
    until(lambda: status(client, NEAREST, text) == 200)

    def day(of: keys.Key) -> str:
        (found,) = [str(key.last_used) for key in keys.read(connection) if key.key_id == of.key_id]
        connection.rollback()
        return found

    until(lambda: day(used) != "None")
    assert day(used) == str(datetime.now(SHANGHAI).date())
    assert day(idle) == "None"


def test_no_key_is_ever_logged(
    connection: db.Connection, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("yizhan").propagate = True
    with caplog.at_level(logging.DEBUG):
        key, text = make(connection, "read")
        until(lambda: status(client, NEAREST, text) == 200)
        with db.transaction(connection):
            keys.revoke(connection, text)
        until(lambda: status(client, NEAREST, text) == 401)
        print(key)  # noqa: T201
    said = "\n".join(record.getMessage() for record in caplog.records) + repr(key)
    assert text[12:] not in said
    assert key.secret_sha256.hex() not in said


def test_a_key_opens_a_real_server(connection: db.Connection, database_url: str) -> None:
    _, text = make(connection, "read")
    keyring = DatabaseKeyring(database_url)
    with Running(Settings(port=0), FrameKeeper(frame_of(random_rows(20))), keyring=keyring) as served:
        until(lambda: keyring.known() is not None)
        assert httpx.get(served.url + NEAREST, headers={"X-API-Key": text}, verify=False).status_code == 200
        assert (
            httpx.get(served.url + NEAREST, headers={"X-API-Key": text[:-1]}, verify=False).status_code == 401
        )


def batch(points: int) -> dict[str, Any]:
    return {
        "coordsys": "wgs84",
        "k": 1,
        "points": [{"id": i, "lon": 116.4, "lat": 39.9} for i in range(points)],
    }


BATCH = "/v1/stations/nearest:batch"


def test_a_key_for_bulk_may_send_many_points_and_another_may_not(
    connection: db.Connection, keyring: DatabaseKeyring
) -> None:
    client = Client(app_with(keyring, batch_points=100))
    keys_ = {scope: {"X-API-Key": make(connection, scope)[1]} for scope in ("read", "bulk", "admin")}
    for shown in keys_.values():
        until(lambda shown=shown: client.get(NEAREST, headers=shown).status_code == 200)  # type: ignore[misc]
    few = batch(101)
    for shown in ({}, keys_["read"]):
        answer = client.post(BATCH, json=few, headers=shown)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_many_points")
        assert "bulk" in answer.json()["detail"]
    for scope in ("bulk", "admin"):
        answer = client.post(BATCH, json=few, headers=keys_[scope])
        assert answer.status_code == 200
        assert answer.json()["summary"]["succeeded"] == 101
    most = batch(100_000)
    assert client.post(BATCH, json=most, headers=keys_["bulk"]).json()["summary"]["total"] == 100_000
    most["points"].append(most["points"][0])
    assert client.post(BATCH, json=most, headers=keys_["bulk"]).status_code == 413
    client.close()


def test_every_key_and_every_address_has_a_bucket_of_its_own(
    connection: db.Connection, keyring: DatabaseKeyring
) -> None:
    limits = {"address_requests_burst": 2, "address_requests_per_s": 0.01}
    limits |= {
        "key_requests_burst": 3,
        "key_requests_per_s": 0.01,
        "key_points_burst": 50,
        "key_points_per_s": 0.01,
    }
    client = Client(app_with(keyring, trusted_proxies="127.0.0.1", **limits))
    one, other = (make(connection, "read")[1] for _ in range(2))
    until(lambda: (ring := keyring.known()) is not None and ring.find(other) is not None)

    def asked(key: str | None, times: int, address: str = "1.2.3.4") -> list[int]:
        shown = {"X-Forwarded-For": address} | ({"X-API-Key": key} if key else {})
        return [client.get(NEAREST, headers=shown).status_code for _ in range(times)]

    assert asked(None, 3) == [200, 200, 429]
    assert asked(one, 4) == [200, 200, 200, 429]
    # The bucket is the key's, wherever it is used; an address that is refused may go on with another key.
    assert asked(one, 1, "1.2.3.5") == [429]
    assert asked(other, 2) == [200, 200]
    assert asked(None, 1, "1.2.3.5") == [200]
    # A key that is none costs nothing and gets nothing.
    assert asked("yz_abcdefgh_" + "s" * 43, 4, "1.2.3.6") == [401] * 4
    assert asked(None, 3, "1.2.3.6") == [200, 200, 429]
    answer = client.post(BATCH, json=batch(40), headers={"X-API-Key": other})
    assert '"points";r=10;t=' in answer.headers["ratelimit"]
    client.close()
