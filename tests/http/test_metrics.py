"""What monitoring is told: right sums over all workers, few labels, nothing of what a client sent."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.mmap_dict import MmapedDict

from data.access import keys
from data.postgres import db
from service import metrics
from service.access.keyring import DatabaseKeyring
from service.app import create_app
from service.keeper import DatabaseKeeper, FrameKeeper
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows
from tests.http.running import STATIONS
from tests.http.samples import NEAREST, count, told, value

HERE = f"{NEAREST}?lon=116.4&lat=39.9&coordsys=wgs84"
SECRET = "ZX4711secret"


@pytest.fixture
def open_client() -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def make(**settings: Any) -> Client:
        chosen = Settings(database_url=None, **{"metrics": "open", **settings})
        made.append(Client(create_app(chosen, FrameKeeper(frame_of(random_rows(40))))))
        return made[-1]

    yield make
    for client in made:
        client.close()


def test_requests_are_counted_by_template_method_and_class_of_status(
    open_client: Callable[..., Client],
) -> None:
    client = open_client()
    for _ in range(3):
        client.get(HERE)
    client.request("HEAD", HERE)
    client.get(f"{NEAREST}?lng=1")
    client.get("/v1/stations/S000001")
    client.get("/v1/stations/S000002")
    client.get("/livez")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"
    text = answer.text
    assert count(text, NEAREST) == 3
    assert count(text, NEAREST, method="HEAD") == 1
    assert count(text, NEAREST, "4xx") == 1
    stations = [
        v for (name, labels), v in told(text).items() if name.endswith("_count") and "id}" in str(labels)
    ]
    assert sum(stations) == 2
    assert count(text, "/livez") == 1
    assert (
        value(text, "request_duration_seconds_bucket", route=NEAREST, status="2xx", method="GET", le="+Inf")
        == 3
    )
    assert 0 < value(text, "request_duration_seconds_sum", route=NEAREST, status="2xx", method="GET") < 60


def test_the_state_is_told(open_client: Callable[..., Client]) -> None:
    client = open_client()
    text = client.get("/metrics").text
    stations = client.get("/readyz").json()["stations"]
    assert value(text, "stations") == stations
    assert value(text, "data_version") == 1
    assert (value(text, "ready"), value(text, "workers"), value(text, "database_up")) == (1, 1, 1)
    assert 0 <= value(text, "snapshot_age_seconds") < 60
    assert (value(text, "keys_known"), value(text, "batches_inside"), value(text, "trials_inside")) == (
        0,
        0,
        0,
    )


def test_refusals_are_counted_by_limit_and_nobody_is_named(open_client: Callable[..., Client]) -> None:
    client = open_client(address_requests_burst=2, address_requests_per_s=0.01, trusted_proxies="127.0.0.1")
    for address in ("203.0.113.77", "203.0.113.78"):
        for _ in range(5):
            client.get(HERE, headers={"X-Forwarded-For": address})
    text = client.get("/metrics").text
    assert value(text, "limited_total", who="address", what="requests") == 6
    assert count(text, NEAREST, "4xx") == 6
    assert value(text, "limited_clients") == 2
    assert "203.0" not in text


def test_labels_do_not_grow_with_what_clients_send(open_client: Callable[..., Client]) -> None:
    client = open_client()
    for i in range(20):
        client.get(f"/{SECRET}/{i}")
        client.get(f"/v1/stations/{SECRET}{i}?{SECRET}=116.404123")
        client.request(f"{SECRET}{i}".upper(), "/livez")
        client.post(NEAREST, json={"lon": 116.404123, "lat": 39.915456, "coordsys": SECRET})
        client.get(
            HERE, headers={"X-API-Key": f"yz_{SECRET}{i}", "X-Request-Id": SECRET, "user-agent": SECRET}
        )
    text = client.get("/metrics").text
    assert SECRET.lower() not in text.lower()
    assert "404123" not in text
    labels = {pairs for (name, pairs) in told(text) if name == "yizhan_request_duration_seconds_count"}
    assert len(labels) == 5
    assert {dict(pairs)["route"] for pairs in labels} >= {metrics.OTHER, NEAREST}
    assert {dict(pairs)["method"] for pairs in labels} == {"GET", "POST", metrics.OTHER}


def test_metrics_are_not_public_by_default_and_can_be_turned_off(open_client: Callable[..., Client]) -> None:
    answer = open_client(metrics=Settings().metrics).get("/metrics")
    assert (answer.status_code, answer.json()["code"]) == (401, "key_required")
    assert "yizhan_" not in answer.text
    assert open_client(metrics="off").get("/metrics").status_code == 404
    assert "/metrics" not in open_client().get("/openapi.json").json()["paths"]


@pytest.mark.postgis
def test_a_key_for_admin_opens_them_and_the_registry_is_told_of(database_url: str) -> None:
    with closing(db.connect(database_url, role="writer")) as conn:
        with db.transaction(conn), conn.cursor() as cursor:
            cursor.execute(STATIONS)
        with db.transaction(conn):
            texts = [keys.create(conn, label="x", scopes=[scope])[1] for scope in ("write", "admin")]
    keyring, keeper = DatabaseKeyring(database_url), DatabaseKeeper(database_url)
    client = Client(create_app(Settings(), keeper, keyring=keyring))
    keyring.start()
    keeper.start()
    assert keeper.wait(30)
    while keyring.known() is None:
        pass
    write, admin = texts
    assert client.get("/metrics", headers={"X-API-Key": write}).status_code == 403
    text = client.get("/metrics", headers={"Authorization": f"Bearer {admin}"}).text
    assert value(text, "keys_known") == 2
    assert value(text, "stations") == 400
    assert value(text, "data_version") == keeper.current()[0].data_version
    assert (value(text, "ready"), value(text, "database_up")) == (1, 1)
    assert admin[3:11] not in text
    keyring.stop()
    keeper.stop()
    client.close()


def test_before_there_is_a_snapshot_its_age_is_endless() -> None:
    keeper = DatabaseKeeper("host=/nowhere")
    client = Client(create_app(Settings(metrics="open"), keeper))
    text = client.get("/metrics").text
    assert value(text, "ready") == 0
    assert value(text, "snapshot_age_seconds") == float("inf")
    assert value(text, "database_up") == 0
    client.close()


def test_what_a_process_that_is_no_more_has_counted_stays_counted(tmp_path: Path) -> None:
    def write(name: str, **values: float) -> None:
        file = MmapedDict(str(tmp_path / name))
        for key, number in values.items():
            file.write_value(key, number, 0.0)
        file.close()

    def read(name: str) -> dict[str, float]:
        return {key: number for key, number, *_ in MmapedDict.read_all_values_from_file(str(tmp_path / name))}

    write("counter_11.db", a=1, b=2)
    write("counter_12.db", b=5, c=7)
    write("histogram_11.db", h=4)
    write("gauge_livesum_11.db", g=1)
    write("gauge_livesum_13.db", g=1)
    for pid in (11, 12, 14):
        metrics.bury(tmp_path, pid)
    assert read("counter_0.db") == {"a": 1, "b": 7, "c": 7}
    assert read("histogram_0.db") == {"h": 4}
    assert {path.name for path in tmp_path.iterdir()} == {
        "counter_0.db",
        "histogram_0.db",
        "gauge_livesum_13.db",
    }
