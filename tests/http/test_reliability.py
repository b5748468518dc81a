"""The database dies, hangs or is too slow: what needs no database goes on, the rest is a 503 in bounded time."""

import asyncio
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from data.errors import DatabaseAway
from data.postgres import db, schema
from data.postgres.cluster import Cluster
from data.postgres.deadline import deadline
from maps import DiscoveryOptions
from service import listener, reader
from service.app import create_app
from service.commands.serving import map_builder
from service.errors import AwayError
from service.keeper import DatabaseKeeper
from service.reader import Reader
from service.settings import Settings
from tests.http.made import Client
from tests.http.processes import Process
from tests.http.test_registry import INSERT, run, soon
from tests.http.wires import Wire

pytestmark = pytest.mark.postgis


@pytest.fixture
def registry(connection: db.Connection) -> db.Connection:
    run(connection, INSERT.replace("2000", "300"))
    return connection


@pytest.fixture
def wire(registry: db.Connection, database_url: str) -> Iterator[Wire]:
    with tempfile.TemporaryDirectory(prefix="yizhan-wire-") as folder:
        held = Wire(database_url, Path(folder))
        yield held
        held.close()


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def own_threads() -> int:
    return sum(
        t.name.startswith("yizhan-reader") or "Timer" in type(t).__name__ for t in threading.enumerate()
    )


def sessions(conn: db.Connection) -> int:
    ((n,),) = run(conn, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    return int(n)


def answers(ask: "Asking") -> bool:
    """Whether the database can be asked; on a busy machine a new connection may take longer than a wait."""
    with suppress(AwayError):
        return ask("SELECT 1") == (1,)
    return False


# -- the reader


def test_a_statement_that_takes_too_long_is_a_503_in_time(registry: db.Connection, database_url: str) -> None:
    with asked(database_url, wait_s=0.5) as ask:
        started_s = time.monotonic()
        with pytest.raises(AwayError):
            ask("SELECT pg_sleep(20)")
        assert time.monotonic() - started_s < 5
        soon(lambda: answers(ask))


def test_all_connections_in_use_are_a_503_and_none_is_lost(
    registry: db.Connection, database_url: str
) -> None:
    before = sessions(registry)
    with asked(database_url, wait_s=0.5) as ask:
        for _ in range(3):
            said = ask.together(["SELECT pg_sleep(20)"] * (reader.THREADS + 5))
            assert Counter(map(type, said)) == {AwayError: reader.THREADS + 5}
        soon(lambda: answers(ask))
        assert sessions(registry) <= before + reader.THREADS
        soon(lambda: own_threads() <= reader.THREADS)
    soon(lambda: sessions(registry) == before)


def test_more_reads_than_may_wait_are_refused_at_once(registry: db.Connection, database_url: str) -> None:
    with asked(database_url, wait_s=20) as ask:
        said = ask.together(["SELECT pg_sleep(0.02)"] * (reader.QUEUE + 3))
        assert Counter(map(type, said)) == {tuple: reader.QUEUE, AwayError: 3}


def test_a_closed_reader_refuses(database_url: str) -> None:
    one = Reader(database_url)
    one.close()
    one.close()
    with asyncio.Runner() as runner, pytest.raises(AwayError):
        Asking(runner, one)("SELECT 1")


def test_a_deadline_ends_a_wait_for_a_peer_that_says_nothing(registry: db.Connection, wire: Wire) -> None:
    with closing(db.connect(wire.url)) as conn, conn.cursor() as cursor:
        wire.hold()
        started_s = time.monotonic()
        with pytest.raises(DatabaseAway), db.translated(), deadline(conn, 0.3):
            cursor.execute("SELECT 1")
        assert time.monotonic() - started_s < 5
        assert conn.closed


def test_a_deadline_that_is_kept_changes_nothing(registry: db.Connection) -> None:
    before = open_files()
    for _ in range(20):
        with deadline(registry, 30.0):
            assert run(registry, "SELECT 1") == [(1,)]
    assert open_files() == before


class Asking:
    """Asks a reader, in an event loop of its own."""

    def __init__(self, runner: asyncio.Runner, one: Reader) -> None:
        self._runner, self._reader = runner, one

    def __call__(self, sql: str) -> object:
        return self._runner.run(self._one(sql))

    def together(self, statements: list[str]) -> list[object]:
        async def all_of_them() -> list[object]:
            return await asyncio.gather(*map(self._one, statements), return_exceptions=True)

        return self._runner.run(all_of_them())

    async def _one(self, sql: str) -> object:
        def work(conn: db.Connection) -> object:
            with conn.cursor() as cursor:
                cursor.execute(sql)
                return tuple(cursor.fetchone() or ())

        return await self._reader.read(work)


@contextmanager
def asked(url: str, *, wait_s: float) -> Iterator[Asking]:
    with asyncio.Runner() as runner:
        one = Reader(url, wait_s=wait_s)
        yield Asking(runner, one)
        one.close()


# -- the service behind a wire that is held


def test_a_half_open_connection_holds_nothing_up(
    registry: db.Connection, wire: Wire, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "_LOOK_S", 0.5)
    keeper = DatabaseKeeper(wire.url + " connect_timeout=2", poll_s=0.2)
    keeper.start()
    assert keeper.wait(20)
    one = Reader(wire.url + " connect_timeout=2", wait_s=0.5)
    client = Client(create_app(settings, keeper, reader=one, map_page=map_builder(DiscoveryOptions())))
    soon(lambda: client.get("/v1/stations/S1/history").status_code == 200, within_s=30)
    files = open_files()
    for _ in range(2):
        wire.hold()
        soon(lambda: client.get("/readyz").json()["database"] == "away")
        for _ in range(3):
            started_s = time.monotonic()
            answer = client.get("/v1/stations/S1/history")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert time.monotonic() - started_s < 5
            assert client.nearest(lon=116.4, lat=39.9)["count"] == 5
        # Neither was made before.
        assert "yz-data" in client.get("/map").text
        assert client.get("/map/overview.json").json()["count"] > 0
        wire.release()
        soon(lambda: client.get("/readyz").json()["database"] == "up", within_s=30)
        soon(lambda: client.get("/v1/stations/S1/history").status_code == 200, within_s=30)
        run(registry, "UPDATE yizhan.station SET name = name || '。' WHERE station_id = 'S1'")
        soon(lambda: client.get("/v1/stations/S1").json()["station"]["name"].endswith("。"))
    # The wire's own ends close as it notices; what is ours is back to a few connections.
    soon(lambda: open_files() <= files + 4 * reader.THREADS, within_s=20)
    soon(lambda: own_threads() <= reader.THREADS)
    client.close()
    keeper.stop()
    one.close()


# -- a whole server whose database is killed


@pytest.fixture
def killable() -> Iterator[Cluster]:
    """A PostgreSQL of this test alone, with a filled registry that survives a kill."""
    with tempfile.TemporaryDirectory(prefix="yizhan-kill-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "postgres", disposable=True)
        try:
            url = cluster.start()
            schema.migrate(url)
            with closing(db.connect(url, role="writer")) as conn:
                run(conn, INSERT)
                conn.autocommit = True
                with conn.cursor() as cursor:
                    # Disposable: what is not written yet would be lost with the server.
                    cursor.execute("CHECKPOINT")
            yield cluster
        finally:
            cluster.remove()


class Load:
    """Clients that ask a server without a pause and count the statuses."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.statuses: dict[str, Counter[int]] = {
            name: Counter() for name in ("nearest", "batch", "map", "history")
        }
        self.retry_after: set[str] = set()
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(name,)) for name in self.statuses]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join(timeout=30)
            assert not thread.is_alive()

    def _ask(self, name: str) -> None:
        points = [{"id": str(i), "lon": 116.2 + i / 1000, "lat": 39.9} for i in range(300)]
        batch = {"coordsys": "wgs84", "k": 2, "points": points}
        with httpx.Client(base_url=self._base, timeout=20) as http:
            while not self._ends.is_set():
                if name == "batch":
                    answer = http.post("/v1/stations/nearest:batch", json=batch)
                elif name == "nearest":
                    answer = http.get("/v1/stations/nearest?lon=116.4&lat=39.9&coordsys=wgs84&is_24h=true")
                else:
                    answer = http.get("/map" if name == "map" else "/v1/stations/S1/history")
                self.statuses[name][answer.status_code] += 1
                if answer.status_code == 503:
                    self.retry_after.add(answer.headers.get("retry-after", ""))
                time.sleep(0.005)


def test_a_killed_database_stops_nothing_that_can_do_without_it(killable: Cluster) -> None:
    with (
        Process("serve", "--port", "0", DATABASE_URL=killable.url_of("yizhan")) as server,
        httpx.Client(timeout=20) as http,
    ):
        base = server.until(r"(http://127\.0\.0\.1:\d+)/map")[1]
        soon(lambda: _is_up(http, base), within_s=60)
        with Load(base) as load:
            soon(lambda: all(statuses[200] > 2 for statuses in load.statuses.values()), within_s=30)
            killable.kill()
            soon(lambda: load.statuses["history"][503] > 20, within_s=30)
            soon(lambda: http.get(f"{base}/readyz").json()["database"] == "away")
            assert http.get(f"{base}/readyz").status_code == 200
            went_on = {name: load.statuses[name][200] for name in ("nearest", "batch", "map")}
            soon(lambda: all(load.statuses[name][200] > n + 20 for name, n in went_on.items()), within_s=30)
            age_s = http.get(f"{base}/readyz").json()["data_age_s"]
            soon(lambda: http.get(f"{base}/readyz").json()["data_age_s"] > age_s)
            killable.start()
            soon(lambda: http.get(f"{base}/readyz").json()["database"] == "up", within_s=30)
            answered = load.statuses["history"][200]
            soon(lambda: load.statuses["history"][200] > answered + 5, within_s=30)
        with closing(db.connect(killable.url_of("yizhan"), role="writer")) as conn:
            run(conn, "UPDATE yizhan.station SET name = '又来了' WHERE station_id = 'S1'")
        soon(lambda: http.get(f"{base}/v1/stations/S1").json()["station"]["name"] == "又来了")
        for name in ("nearest", "batch", "map"):
            assert set(load.statuses[name]) == {200}
        assert set(load.statuses["history"]) == {200, 503}
        assert load.retry_after == {"5"}
        assert server.stop() == 0


def _is_up(http: httpx.Client, base: str) -> bool:
    try:
        return http.get(f"{base}/readyz").status_code == 200
    except httpx.HTTPError:
        return False
