"""A whole service as operators start it: two workers, a registry, keys, limits, metrics and logs, seen together.

One service for all tests here. Each has a client of its own (a key or an address), so that none sees another's limit.
"""

import asyncio
import json
import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.access import keys
from data.postgres import db
from tests.conftest import execute
from tests.http.processes import Drained, is_alive
from tests.http.running import STATIONS
from tests.http.samples import NEAREST, told, value
from tests.http.waiting import until

pytestmark = pytest.mark.postgis

HERE = f"{NEAREST}?lon=116.3&lat=39.9&coordsys=gcj02"
FEED = "/v1/feed/stations.json"
UUID = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
PHONES = 500
BURST = 40


@dataclass
class Service:
    """The running service and its registry."""

    process: Drained
    base: str
    database_url: str
    metrics: Path
    secrets: list[str]

    def ask(self, path: str, *, key: str | None = None, **headers: str) -> httpx.Response:
        """Ask on a connection of its own, so that requests spread over the workers."""
        told = ({} if key is None else {"X-API-Key": key}) | headers
        return httpx.get(self.base + path, headers=told, verify=False)

    def key(self, *scopes: str) -> tuple[keys.Key, str]:
        with closing(db.connect(self.database_url, role="writer")) as conn, db.transaction(conn):
            key, text = keys.create(conn, label="平台甲", scopes=scopes)
        self.secrets.append(text[12:])
        return key, text

    def workers(self) -> list[int]:
        """The processes that were started and still run."""
        found = (re.search(r"server process \[(\d+)\]", line) for line in self.process.lines)
        return [pid for match in found if match and is_alive(pid := int(match[1]))]


@pytest.fixture(scope="module")
def service(standing_database_url: str) -> Iterator[Service]:
    execute(standing_database_url, STATIONS)
    environment = {
        "DATABASE_URL": standing_database_url,
        # Keys are heard of by announcement alone.
        "YIZHAN_POLL_S": "3600",
        "YIZHAN_METRICS": "open",
        "YIZHAN_LOG_FORMAT": "json",
        "YIZHAN_ACCESS_LOG": "true",
        # Of addresses every limit is as it comes.
        "YIZHAN_KEY_REQUESTS_BURST": str(BURST),
        "YIZHAN_KEY_REQUESTS_PER_S": "0.001",
    }
    folders = set(Path("/dev/shm").glob("yizhan-run-*"))
    with Drained("serve", "--port", "0", "--workers", 2, **environment) as process:
        base = process.until(r"(http://127\.0\.0\.1:\d+)/map")[1]
        for _ in range(2):
            process.until("startup complete")
        (mine,) = {f for f in set(Path("/dev/shm").glob("yizhan-run-*")) - folders if _holds(process, f)}
        made = Service(process, base, standing_database_url, mine / "metrics", [])
        until(lambda: made.ask("/readyz").status_code == 200)
        yield made
        assert process.stop(signal.SIGTERM) in (0, 128 + signal.SIGTERM)
    assert not mine.exists()
    assert not [secret for secret in made.secrets if secret in "".join(process.lines)]


def _holds(process: Drained, folder: Path) -> bool:
    """Whether the process has the lock of this folder open."""
    pid = process.process.pid
    return any(os.path.realpath(link) == str(folder / "lock") for link in Path(f"/proc/{pid}/fd").glob("*"))


def test_workers_share_one_bucket_and_one_count_also_over_the_death_of_one(service: Service) -> None:
    _, text = service.key("read")
    until(lambda: {service.ask(FEED, key=text).status_code for _ in range(8)} == {200})

    def counted() -> float:
        samples = told(service.ask("/metrics").text).items()
        asked = ("route", NEAREST)
        return sum(v for (name, labels), v in samples if name.endswith("_seconds_count") and asked in labels)

    before = counted()
    left = [service.ask(HERE, key=text).headers["ratelimit"] for _ in range(30)]
    assert [re.findall(r"r=(\d+)", one) for one in left] == [[str(BURST - 1 - i)] for i in range(30)]
    # Whichever of them is asked.
    assert {counted() for _ in range(5)} == {before + 30}
    killed = service.workers()[0]
    os.kill(killed, signal.SIGKILL)
    service.process.until("startup complete")
    until(lambda: service.ask("/readyz").status_code == 200 and len(service.workers()) == 2)
    until(lambda: {service.ask(FEED, key=text).status_code for _ in range(8)} == {200})
    assert [service.ask(HERE, key=text).status_code for _ in range(20)] == [200] * 10 + [429] * 10
    assert counted() == before + 50
    text_of_metrics = service.ask("/metrics").text
    assert [value(text_of_metrics, name) for name in ("workers", "stations", "ready")] == [2, 400, 1]
    assert not list(service.metrics.glob(f"*_{killed}.db"))
    assert service.ask("/livez", key=text).status_code == 200


def test_every_worker_knows_a_key_and_forgets_it_within_seconds(service: Service) -> None:
    key, text = service.key("read")

    def statuses() -> set[int]:
        return {service.ask(FEED, key=text).status_code for _ in range(12)}

    until(lambda: statuses() == {200})
    with closing(db.connect(service.database_url, role="writer")) as conn, db.transaction(conn):
        keys.revoke(conn, key.key_id)
    until(lambda: statuses() == {401})


def test_the_log_is_one_object_per_line_with_the_ids_of_the_answers(service: Service) -> None:
    good = service.ask(HERE, **{"X-Request-Id": UUID})
    bad = service.ask(f"{NEAREST}?lon=116.3456")
    none = service.ask("/nowhere/116.3456")
    last = service.ask("/livez").headers["x-request-id"]
    ids = [answer.headers["x-request-id"] for answer in (good, bad, none)]
    assert ids[0] == UUID
    records = _records(service.process, last)
    assert all({"time", "level", "logger"} <= record.keys() for record in records)
    assert {"+08:00"} == {record["time"][-6:] for record in records}
    asked = {record["request_id"]: record for record in records if record["logger"] == "yizhan.access"}
    assert [asked[one]["status"] for one in ids] == [200, 400, 404]
    assert [asked[one]["route"] for one in ids] == [NEAREST, NEAREST, "-"]
    assert [asked[one]["method"] for one in ids] == ["GET"] * 3
    assert asked[UUID]["duration_ms"] > 0
    assert "message" not in asked[UUID]
    assert "3456" not in json.dumps([asked[one] for one in ids])
    assert any("startup complete" in record.get("message", "") for record in records)


def _records(process: Drained, last: str) -> list[dict[str, Any]]:
    """The records of the log up to the one with this request's id."""
    process.until(last)
    lines = "".join(process.lines).splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


# -- phones


class Phone:
    """A phone with one connection, as browsers keep it, behind the address that all phones here share."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.number = port, number
        self.seen: list[tuple[str, int]] = []

    async def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        sent = b"" if body is None else json.dumps(body).encode()
        kind = "content-type: application/json\r\n" if body is not None else ""
        head = (
            f"{method} {path} HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\ncontent-length: {len(sent)}\r\n"
        )
        self.writer.write(f"{head}{kind}\r\n".encode() + sent)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = re.search(r"\r\ncontent-length: (\d+)", answer)
        assert length
        said = await self.reader.readexactly(int(length[1]))
        self.seen.append((path, int(answer.split()[1])))
        found: dict[str, Any] = json.loads(said) if path == NEAREST else {}
        return found

    async def use(self) -> None:
        """What a person does: open the map, look for the nearest, look at one, move on, look again."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        place = {"lon": 116.2 + self.number / 1000, "lat": 39.9, "coordsys": "gcj02"}
        await self.ask("GET", "/map")
        first = await self.ask("POST", NEAREST, place)
        await self.ask("GET", f"/v1/stations/{first['results'][0]['station_id']}")
        await self.ask("GET", "/map/overview.json")
        await self.ask("POST", NEAREST, {**place, "is_24h": True})
        await self.ask("GET", HERE)
        await self.ask("GET", "/map/cells.json?z=9&bbox=116,39,117,41")
        await self.ask("POST", NEAREST, {**place, "k": 10})
        await self.ask("GET", FEED)
        self.writer.close()


async def crowd(port: int) -> list[tuple[str, int]]:
    phones = [Phone(port, number) for number in range(PHONES)]
    at_once = asyncio.Semaphore(100)

    async def one(phone: Phone) -> None:
        async with at_once:
            await phone.use()

    await asyncio.gather(*map(one, phones))
    return [pair for phone in phones for pair in phone.seen]


def test_five_hundred_phones_behind_one_address_never_meet_a_limit(service: Service) -> None:
    seen = asyncio.run(crowd(int(service.base.rsplit(":", 1)[1])))
    assert Counter(status for _, status in seen) == {200: 9 * PHONES}
