"""Who may run a batch: what waits, what is refused, and that a client that goes away makes room."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from service.app import create_app
from service.batch import desk, replies
from service.batch.replies import Reply
from service.keeper import FrameKeeper
from service.routers import batch as route
from service.settings import Settings
from service.snapshot import Snapshot
from tests.http.made import Client, frame_of, random_rows

PATH = "/v1/stations/nearest:batch"
BODY = json.dumps(
    {"coordsys": "wgs84", "points": [{"id": i, "lon": 116.4, "lat": 39.9} for i in range(40)]}
).encode()


class Asked:
    """One request as the server hands it over, with a client that may go away or not read."""

    def __init__(
        self, app: FastAPI, body: bytes = BODY, *, sends_all: bool = True, reads: bool = True
    ) -> None:
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._messages.put_nowait({"type": "http.request", "body": body, "more_body": not sends_all})
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self._reads = reads
        scope = {
            "type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(),
            "query_string": b"", "root_path": "",
            "headers": [(b"content-type", b"application/json")], "scheme": "http", "server": ("test", 80),
            "client": ("test", 1), "http_version": "1.1", "asgi": {"version": "3.0"}, "state": {},
        }  # fmt: skip
        self.task = asyncio.ensure_future(app(scope, self._messages.get, self._send))

    def leave(self) -> None:
        self._messages.put_nowait({"type": "http.disconnect"})

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif not self._reads:
            await asyncio.Event().wait()
        self.body += message.get("body", b"")


class Held:
    """Batches that run until they are let go, or give up; notes who runs at the same time."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.running = self.most = self.begun = self.gave_up = 0

    def reply(self, snapshot: Snapshot, age_s: float, body: bytes, **options: Any) -> Reply:
        self.begun += 1
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            while not self.go.wait(0.005):
                options["breathe"]()
        except desk.GoneError:
            self.gave_up += 1
            raise
        finally:
            self.running -= 1
        return Reply([b"{}"], None)  # type: ignore[arg-type]


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings, FrameKeeper(frame_of(random_rows(50))))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    monkeypatch.setattr(replies, "reply", held.reply)
    yield held
    held.go.set()


def run(test: Coroutine[Any, Any, None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(20):
            await test

    asyncio.run(limited())


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.005)


def test_one_runs_a_few_wait_and_more_are_told_to_come_back(app: FastAPI, held: Held) -> None:
    async def story() -> None:
        inside = [Asked(app) for _ in range(desk.INSIDE)]
        await until(lambda: held.running == 1 and app.state.batches.inside == desk.INSIDE)
        refused = Asked(app)
        await refused.task
        assert (refused.status, refused.headers["retry-after"]) == (503, "2")
        assert json.loads(refused.body)["code"] == "busy"
        held.go.set()
        await asyncio.gather(*(asked.task for asked in inside))
        assert [asked.status for asked in inside] == [200] * desk.INSIDE
        assert (held.most, held.begun, app.state.batches.inside) == (1, desk.INSIDE, 0)

    run(story())


def test_single_queries_are_answered_while_a_batch_runs(app: FastAPI, held: Held) -> None:
    async def story() -> None:
        asked = Asked(app)
        await until(lambda: held.running == 1)
        for _ in range(3):
            client = Client(app)
            answer = await client._http.get("/v1/stations/nearest?lon=116.4&lat=39.9&coordsys=wgs84")
            assert answer.status_code == 200
            await client._http.aclose()
        assert not asked.task.done()
        held.go.set()
        await asked.task

    run(story())


def test_a_client_that_goes_away_stops_its_batch(app: FastAPI, held: Held) -> None:
    async def story() -> None:
        asked, next_one = Asked(app), Asked(app)
        await until(lambda: held.running == 1)
        asked.leave()
        await asked.task
        assert (held.gave_up, asked.status) == (1, 499)
        held.go.set()
        await next_one.task
        assert (next_one.status, app.state.batches.inside) == (200, 0)

    run(story())


def test_a_client_that_goes_away_while_waiting_gives_up_its_place(app: FastAPI, held: Held) -> None:
    async def story() -> None:
        first, second = Asked(app), Asked(app)
        await until(lambda: app.state.batches.inside == 2 and held.running == 1)
        second.leave()
        await second.task
        assert (held.begun, app.state.batches.inside) == (1, 1)
        held.go.set()
        await first.task
        assert (held.begun, first.status) == (1, 200)

    run(story())


def test_nobody_waits_long_for_a_turn(app: FastAPI, held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "WAIT_S", 0.05)

    async def story() -> None:
        first, second = Asked(app), Asked(app)
        await second.task
        assert (second.status, app.state.batches.inside) == (503, 1)
        held.go.set()
        await first.task
        assert first.status == 200

    run(story())


@pytest.mark.parametrize("leaves", [False, True])
def test_a_body_that_does_not_come_makes_room(leaves: bool) -> None:
    settings = Settings(database_url=None, body_wait_s=0.05)
    app = create_app(settings, FrameKeeper(frame_of(random_rows(5))))

    async def story() -> None:
        asked = Asked(app, b'{"points":[', sends_all=False)
        if leaves:
            asked.leave()
        await asked.task
        assert (asked.status, app.state.batches.inside) == (408, 0)

    run(story())


def test_an_answer_that_nobody_reads_makes_room(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "SEND_WAIT_S", 0.05)

    async def story() -> None:
        asked = Asked(app, reads=False)
        await asked.task
        assert (asked.status, app.state.batches.inside) == (200, 0)

    run(story())


def test_a_defect_makes_room_and_says_nothing_of_the_points(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    said = f"label {4700 + 11} at {1164 / 10}"

    def broken(*_: Any, **__: Any) -> Reply:
        raise RuntimeError(said)

    monkeypatch.setattr(replies, "reply", broken)

    async def story() -> None:
        asked = Asked(app)
        await asked.task
        assert (asked.status, app.state.batches.inside) == (500, 0)
        assert b"4711" not in asked.body

    with caplog.at_level(logging.DEBUG):
        run(story())
    assert "4711" not in caplog.text
    assert "116.4" not in caplog.text


def test_a_wrong_request_makes_room(app: FastAPI) -> None:
    async def story() -> None:
        for _ in range(2 * desk.INSIDE):
            asked = Asked(app, b"{}")
            await asked.task
            assert (asked.status, app.state.batches.inside) == (400, 0)

    run(story())


def test_all_points_are_answered_from_one_snapshot(settings: Settings) -> None:
    """The source of snapshots gives another one each time it is asked."""
    snapshots = [
        FrameKeeper(frame_of([{"station_id": f"V{v}", "lon": 116.4, "lat": 39.9}], data_version=v))
        for v in range(1, 9)
    ]

    class Restless(FrameKeeper):
        asked = 0

        def current(self) -> tuple[Snapshot, float]:
            Restless.asked += 1
            return snapshots[Restless.asked % len(snapshots)].current()

    app = create_app(settings, Restless(frame_of([])))

    async def story() -> None:
        for _ in range(8):
            asked = Asked(app)
            await asked.task
            answer = json.loads(asked.body)
            found = {hit["station_id"] for result in answer["results"] for hit in result["stations"]}
            assert found == {f"V{answer['data_version']}"}
            assert asked.headers["x-data-version"] == str(answer["data_version"])

    run(story())
