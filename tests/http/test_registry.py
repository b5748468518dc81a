"""The service on a registry: as exact as PostGIS, soon up to date, and going on while PostGIS is away."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from data.postgres import db
from data.postgres.cluster import Cluster
from service.app import create_app
from service.keeper import DatabaseKeeper
from service.settings import Settings
from tests.http.made import Client
from tests.http.waiting import NEVER_S, PATIENCE_S

pytestmark = pytest.mark.postgis

INSERT = """
INSERT INTO yizhan.station (station_id, name, source, audience, adcode, street_door, opening_hours,
                            position, given_x, given_y, given_coordsys, facilities, door_24h)
SELECT 'S' || n, '驿站 ' || n, 'test', CASE WHEN n % 10 = 0 THEN 'staff' ELSE 'outdoor_workers' END,
       '110108', 'yes', CASE WHEN n % 3 = 0 THEN '24/7' END,
       ST_Point(lon, lat, 4326)::geography, lon, lat, 'wgs84',
       CASE WHEN n % 2 = 0 THEN '{"toilet": "working"}'::jsonb ELSE '{}' END,
       CASE WHEN n % 7 = 0 THEN 'yes' ELSE 'no' END
FROM (SELECT n, 116.2 + 0.4 * random() AS lon, 39.8 + 0.3 * random() AS lat
      FROM (SELECT setseed(0.5)) AS seeded, generate_series(1, 2000) AS n) AS made
"""
# <-> of geography goes by the sphere: it brings the candidates, ST_Distance (the spheroid) ranks them.
NEAREST = """
SELECT station_id, metres FROM (
    SELECT station_id, ST_Distance(position, p.here) AS metres
    FROM yizhan.station, (SELECT ST_Point(%(lon)s, %(lat)s, 4326)::geography AS here) AS p
    WHERE audience = 'outdoor_workers' AND deleted_at IS NULL AND {passing}
    ORDER BY position <-> p.here LIMIT 40
) AS near
ORDER BY metres, station_id LIMIT %(k)s
"""


def run(conn: db.Connection, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with db.transaction(conn), conn.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def soon(reached: Callable[[], bool], within_s: float = PATIENCE_S) -> float:
    """Wait until something is so; the seconds it took."""
    started_s = time.monotonic()
    while not reached():
        assert time.monotonic() - started_s < within_s, "not in time"
        time.sleep(0.01)
    return time.monotonic() - started_s


@pytest.fixture
def registry(connection: db.Connection) -> db.Connection:
    run(connection, INSERT)
    return connection


@pytest.fixture
def served(registry: db.Connection, database_url: str, settings: Settings) -> Iterator[Client]:
    """The application on this registry, loaded; the poll is so slow that only notifications bring news."""
    keeper = DatabaseKeeper(database_url, poll_s=NEVER_S)
    keeper.start()
    assert keeper.wait(20)
    client = Client(create_app(settings, keeper))
    yield client
    client.close()
    keeper.stop()


def names(answer: dict[str, Any]) -> list[str]:
    return [hit["station_id"] for hit in answer["results"]]


PASSING = {
    "": "true",
    "is_24h=true": "door_24h = 'yes'",
    "facilities=toilet": "facilities ? 'toilet'",
    "radius_m=2000": "ST_DWithin(position, p.here, 2000)",
    "open_now=true": "opening_hours = '24/7'",
}


@pytest.mark.parametrize("asked", PASSING)
def test_nearest_equals_postgis(served: Client, registry: db.Connection, asked: str) -> None:
    rng = random.Random(asked)
    name, _, value = asked.partition("=")
    for _ in range(40):
        place = {"lon": round(rng.uniform(116.1, 116.7), 6), "lat": round(rng.uniform(39.7, 40.2), 6)}
        expected = run(registry, NEAREST.format(passing=PASSING[asked]), **place, k=5)
        answer = served.nearest(**place, **({name: value} if name else {}))
        assert names(answer) == [station_id for station_id, _ in expected]
        for hit, (_, metres) in zip(answer["results"], expected, strict=True):
            assert hit["distance_m"] == pytest.approx(metres, abs=0.051)


def test_a_change_is_answered_though_nobody_looks_for_it(served: Client, registry: db.Connection) -> None:
    before = served.nearest(lon=100.0, lat=30.0, k=1)
    run(
        registry,
        "UPDATE yizhan.station SET position = ST_Point(100, 30, 4326)::geography, "
        "given_x = 100, given_y = 30, name = '搬家的驿站' WHERE station_id = 'S1'",
    )
    version = before["data_version"] + 1
    # How many seconds it takes is measured by bench/snapshot.py.
    soon(lambda: served.nearest(lon=100.0, lat=30.0)["data_version"] == version)
    (hit, *_) = served.nearest(lon=100.0, lat=30.0)["results"]
    assert (hit["station_id"], hit["distance_m"], hit["name"]) == ("S1", 0.0, "搬家的驿站")


@pytest.mark.parametrize(
    "change", ["deleted_at = now()", "audience = 'staff'", "status = 'closed'", "status = 'planned'"]
)
def test_a_station_withdrawn_is_gone(served: Client, registry: db.Connection, change: str) -> None:
    assert served.get("/v1/stations/S1").status_code == 200
    run(registry, f"UPDATE yizhan.station SET {change} WHERE station_id = 'S1'")
    soon(lambda: served.get("/v1/stations/S1").status_code == 404)
    run(
        registry, "UPDATE yizhan.station SET deleted_at = NULL, audience = 'outdoor_workers', status = 'open'"
    )
    soon(lambda: served.get("/v1/stations/S1").status_code == 200)


def test_a_new_holiday_table_is_taken_up(served: Client, registry: db.Connection) -> None:
    run(
        registry,
        "UPDATE yizhan.station SET opening_hours = 'Mo-Su 09:00-17:00; PH off' WHERE station_id = 'S1'",
    )
    question = "/v1/stations?open_at=2027-02-08T12:00&limit=1000"
    version = served.get("/readyz").json()["data_version"] + 1

    def listed() -> list[str]:
        return names(served.get(question).json())

    soon(lambda: served.get("/readyz").json()["data_version"] >= version)
    assert "S1" not in listed()
    run(registry, "INSERT INTO yizhan.holiday_year (year, source) VALUES (2027, 'test')")
    soon(lambda: "S1" in listed())
    run(
        registry,
        "INSERT INTO yizhan.holiday (day, kind, name, source) VALUES ('2027-02-08', 'holiday', 'x', 'test')",
    )
    soon(lambda: "S1" not in listed())


def test_reads_go_on_while_the_database_is_away(
    served: Client, registry: db.Connection, cluster: Cluster
) -> None:
    question = {"lon": 116.4, "lat": 39.9, "k": 5}
    before = served.nearest(**question)
    assert served.get("/readyz").json()["database"] == "up"
    # Disposable: what it has not written yet would be lost with it.
    registry.autocommit = True
    with registry.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    cluster.kill()
    try:
        soon(lambda: served.get("/readyz").json()["database"] == "away")
        age_s = served.nearest(**question)["data_age_s"]
        during = served.nearest(**question)
        assert during["results"] == before["results"]
        assert during["data_version"] == before["data_version"]
        assert served.nearest(**question, is_24h="true")["count"] == 5
        soon(lambda: served.nearest(**question)["data_age_s"] > age_s)
        ready = served.get("/readyz")
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
    finally:
        cluster.start()
    soon(lambda: served.get("/readyz").json()["database"] == "up", within_s=20)
    with closing(db.connect(registry.dsn, role="writer")) as conn:
        run(conn, "UPDATE yizhan.station SET name = '又来了' WHERE station_id = 'S1'")
    soon(lambda: served.get("/v1/stations/S1").json()["station"]["name"] == "又来了")


def test_a_poll_finds_what_no_notification_brought(
    registry: db.Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.listener.CHANNEL", "nobody_speaks_here")
    keeper = DatabaseKeeper(database_url, poll_s=0.2)
    keeper.start()
    assert keeper.wait(20)
    version = keeper.current()[0].data_version
    run(registry, "UPDATE yizhan.station SET name = 'x' WHERE station_id = 'S1'")
    soon(lambda: keeper.current()[0].data_version == version + 1)
    keeper.stop()


def test_a_registry_restored_to_an_older_version_is_loaded_anew(
    served: Client, registry: db.Connection
) -> None:
    run(registry, "UPDATE yizhan.station SET name = 'later' WHERE station_id = 'S1'")
    soon(lambda: served.get("/v1/stations/S1").json()["station"]["name"] == "later")
    with db.transaction(registry), registry.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE yizhan.station SET name = 'earlier' WHERE station_id = 'S1'")
        cursor.execute("UPDATE yizhan.registry SET data_version = 0")
        cursor.execute("NOTIFY yizhan_changed")
    soon(lambda: served.get("/v1/stations/S1").json()["station"]["name"] == "earlier")
    assert served.get("/readyz").json()["data_version"] == 0


def test_a_database_that_comes_up_later_is_loaded_then(
    registry: db.Connection, database_url: str, settings: Settings
) -> None:
    urls = iter(["host=/nowhere dbname=none"])
    keeper = DatabaseKeeper(database_url, connect=lambda url: db.connect(next(urls, url)))
    client = Client(create_app(settings, keeper))
    keeper.start()
    assert client.get("/v1/stations/nearest?lon=116.4&lat=39.9&coordsys=wgs84").status_code == 503
    assert keeper.wait(20)
    assert client.nearest(lon=116.4, lat=39.9)["count"] == 5
    client.close()
    keeper.stop()
