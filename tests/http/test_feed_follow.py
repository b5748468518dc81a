"""Who follows the feed ends with exactly the registry's public stations, whatever was written at the same time."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from data.postgres import db
from service.feed import changes
from service.keeper import DatabaseKeeper
from service.reader import Reader
from service.settings import Settings
from tests.http.running import Running
from tests.http.test_client_docs import WRITTEN, blocks
from tests.http.waiting import until_served

pytestmark = pytest.mark.postgis

PUBLIC = """
SELECT station_id, name, version FROM yizhan.station
WHERE audience = 'outdoor_workers' AND status IN ('open', 'temporarily_closed') AND deleted_at IS NULL
"""
INSERT = """
INSERT INTO yizhan.station (station_id, name, source, audience, position, given_x, given_y, given_coordsys)
VALUES (%(id)s, %(name)s, 'test', %(audience)s, ST_Point(116.4, 39.9, 4326)::geography, 116.4, 39.9, 'wgs84')
"""
EDITS = (
    "UPDATE yizhan.station SET name = %(name)s WHERE station_id = %(id)s",
    "UPDATE yizhan.station SET audience = %(audience)s WHERE station_id = %(id)s",
    "UPDATE yizhan.station SET status = %(status)s WHERE station_id = %(id)s",
    "UPDATE yizhan.station SET deleted_at = now() WHERE station_id = %(id)s AND deleted_at IS NULL",
    "UPDATE yizhan.station SET deleted_at = NULL WHERE station_id = %(id)s",
    "UPDATE yizhan.station SET audience = %(audience)s WHERE station_id IN (%(id)s, %(other)s)",
    """INSERT INTO yizhan.frontage (station_id, verdict, rule, reason_zh, reason_en, evidence, parameters)
       SELECT station_id, 'yes', 'x', %(name)s, 'x', '{}', '{}' FROM yizhan.station WHERE station_id = %(id)s
       ON CONFLICT (station_id) DO UPDATE SET reason_zh = excluded.reason_zh""",
    "DELETE FROM yizhan.frontage WHERE station_id = %(id)s",
    INSERT,
)


def values(rng: random.Random) -> dict[str, Any]:
    return {
        "id": f"S{rng.randrange(30)}",
        "other": f"S{rng.randrange(30)}",
        "name": f"驿站 {rng.randrange(10**6)}",
        "audience": rng.choice(["outdoor_workers", "outdoor_workers", "staff", "unknown"]),
        "status": rng.choice(["open", "temporarily_closed", "closed", "planned"]),
    }


def write(url: str, seed: int, transactions: int) -> None:
    """Random transactions of one writer; some are slow to commit, some are rolled back, some fail."""
    rng = random.Random(seed)
    with closing(db.connect(url, role="writer")) as conn, conn.cursor() as cursor:
        for _ in range(transactions):
            try:
                for _ in range(rng.randint(1, 4)):
                    cursor.execute(rng.choice(EDITS), values(rng))
                time.sleep(rng.choice([0, 0, 0.01]))
                if rng.random() < 0.2:
                    conn.rollback()
                else:
                    conn.commit()
            except Exception:  # an id that is there, a deadlock: another transaction follows
                conn.rollback()


def client(served: Running) -> Callable[..., dict[str, Any]]:
    """The example of the documents, as it stands there."""
    (block,) = [text for text in blocks("python") if "def follow" in text]
    known: dict[str, Any] = {}
    exec(block.partition("\ncopy = follow()")[0].replace(WRITTEN, served.url), known)
    follow: Callable[..., dict[str, Any]] = known["follow"]
    return follow


def public(url: str) -> dict[str, tuple[str, int]]:
    with closing(db.connect(url)) as conn, conn.cursor() as cursor:
        cursor.execute(PUBLIC)
        return {station_id: (name, version) for station_id, name, version in cursor.fetchall()}


def held(copy: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {sid: (s["name"], s["version"]) for sid, s in copy["stations"].items()}


@pytest.fixture
def served(database_url: str) -> Iterator[Running]:
    keeper = DatabaseKeeper(database_url, poll_s=0.2)
    with Running(Settings(port=0, feed_ttl_s=0), keeper, reader=Reader(database_url)) as running:
        yield running


def settled(served: Running, url: str) -> None:
    """Wait until the snapshot is the registry's present."""
    until_served(url, lambda: httpx.get(f"{served.url}/readyz").json()["data_version"])


@pytest.mark.parametrize("seed", range(3))
def test_a_follower_ends_with_exactly_the_public_stations(
    served: Running, database_url: str, seed: int
) -> None:
    follow = client(served)
    write(database_url, 100 + seed, 20)
    copy: dict[str, Any] | None = None
    versions: list[int] = []

    def keep_writing(own: int) -> None:
        """Write until the follower has come by a few times, however slow it is here."""
        for again in range(100):
            write(database_url, own + 100 * again, 30)
            if len(set(versions)) > 3:
                break

    writers = [threading.Thread(target=keep_writing, args=[1000 + 10 * seed + n]) for n in range(3)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        copy = follow(copy)
        versions.append(copy["data_version"])
        time.sleep(random.Random(seed).choice([0, 0.02]))
    for writer in writers:
        writer.join()
    settled(served, database_url)
    copy = follow(copy)
    # A difference is read from the registry: it may be ahead of the snapshot, and never behind what was told before.
    assert versions == sorted(versions)
    assert len(set(versions)) > 3
    assert held(copy) == public(database_url)
    assert copy == follow(copy) == follow()


def test_a_station_that_ceases_to_be_public_is_told_as_gone(served: Running, database_url: str) -> None:
    follow = client(served)
    endings = {
        "S1": "audience = 'staff'",
        "S2": "status = 'closed'",
        "S3": "deleted_at = now()",
        "S4": "deleted_at = now(), merged_into = 'S6'",
        "S5": "audience = 'unknown', name = 'x'",
    }
    with closing(db.connect(database_url, role="writer")) as conn, conn.cursor() as cursor:
        for n in range(1, 8):
            audience = "staff" if n == 7 else "outdoor_workers"
            cursor.execute(INSERT, {"id": f"S{n}", "name": "驿站", "audience": audience})
        conn.commit()
        settled(served, database_url)
        before = follow()
        assert set(before["stations"]) == {f"S{n}" for n in range(1, 7)}
        for station_id, ending in endings.items():
            cursor.execute(f"UPDATE yizhan.station SET {ending} WHERE station_id = '{station_id}'")
        # Never public: nobody hears of it, whatever becomes of it.
        cursor.execute("UPDATE yizhan.station SET deleted_at = now() WHERE station_id = 'S7'")
        conn.commit()
        settled(served, database_url)
        asked = f"{served.url}/v1/feed/stations.json?since={before['data_version']}&mark={before['mark']}"
        told = httpx.get(asked).json()
        assert [gone["station_id"] for gone in told["data"]["removed"]] == sorted(endings)
        assert [g["station_id"] for g in told["data"]["removed"] if g.get("merged_into") == "S6"] == ["S4"]
        assert set(follow(before)["stations"]) == {"S6"}
        cursor.execute("UPDATE yizhan.station SET audience = 'outdoor_workers' WHERE station_id = 'S1'")
        conn.commit()
        told = httpx.get(asked).json()
        assert [s["station_id"] for s in told["data"]["stations"]] == ["S1"]
        assert "S1" not in [gone["station_id"] for gone in told["data"]["removed"]]


def test_a_copy_that_no_difference_leads_from_is_told_so(
    served: Running, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow = client(served)
    write(database_url, 1, 30)
    settled(served, database_url)
    copy = follow()
    version = copy["data_version"]

    def asked(since: int, mark: str | None = None) -> tuple[int, str]:
        answer = httpx.get(
            f"{served.url}/v1/feed/stations.json", params={"since": since} | ({"mark": mark} if mark else {})
        )
        return answer.status_code, answer.json().get("code", "")

    assert asked(version - 1) == (200, "")
    assert asked(version + 1) == (410, "snapshot_needed")
    assert asked(version - 1, "0" * 32) == (410, "snapshot_needed")
    with closing(db.connect(database_url, role="writer")) as conn, conn.cursor() as cursor:
        cursor.execute("UPDATE yizhan.registry SET feed_from = %(oldest)s", {"oldest": version - 2})
        conn.commit()
    assert asked(version - 2) == (200, "")
    assert asked(version - 3) == (410, "snapshot_needed")
    monkeypatch.setattr(changes.read, "__kwdefaults__", {"most": 1})
    write(database_url, 2, 5)
    settled(served, database_url)
    assert asked(version - 2) == (410, "snapshot_needed")
    # The example takes the whole again, by itself.
    settled(served, database_url)
    assert held(follow(copy | {"mark": "0" * 32})) == public(database_url)


def test_nothing_new_needs_no_database(
    served: Running, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database_url, 1, 5)
    settled(served, database_url)
    copy = client(served)()
    monkeypatch.setattr(changes, "read", lambda *_: pytest.fail("the database was asked"))
    answer = httpx.get(f"{served.url}/v1/feed/stations.json", params={"since": copy["data_version"]})
    assert (answer.status_code, answer.json()["count"]) == (200, 0)
