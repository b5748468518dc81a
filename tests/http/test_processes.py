"""Whole processes as a person starts them: the demo, a served file, several workers, the embedded database."""

import asyncio
import json
import os
import re
import signal
import socket
import tempfile
from pathlib import Path

import pytest

from data.postgres.cluster import Cluster
from tests.http.processes import WAIT_S, Process, fetch, is_alive
from tests.http.waiting import until


@pytest.fixture
def open_folder():
    """A folder that the server's own user can enter too, as root's temporary folder cannot."""
    with tempfile.TemporaryDirectory(prefix="yizhan-process-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        for cluster in ("postgres", "yizhan/postgres"):
            if (Path(folder) / cluster).exists():
                Cluster(Path(folder) / cluster).remove()


def test_the_demo_runs_from_nothing_and_ctrl_c_stops_all_of_it(open_folder):
    with Process("demo", "--port", "0", "--folder", open_folder) as demo:
        base = demo.until(r"(http://127\.0\.0\.1:\d+)/map")[1]
        demo.until("startup complete")
        assert "虚构示例" in fetch(f"{base}/map")
        ready = json.loads(fetch(f"{base}/readyz"))
        assert ready["stations"] > 40
        reply = json.loads(fetch(f"{base}/v1/stations/nearest?lon=114.9&lat=43.3&coordsys=wgs84&k=3"))
        assert reply["count"] == 3
        with Process("demo", "--folder", open_folder) as second:
            second.until(re.escape(base))
            assert second.process.wait(WAIT_S) == 0
        assert json.loads(fetch(f"{base}/readyz"))["ready"]
        assert demo.stop() == 0
    assert not Cluster(open_folder / "postgres").status().running


def test_a_file_is_served_without_any_database(tmp_path):
    path = tmp_path / "stations.csv"
    path.write_text("名称,经度,纬度,服务对象\n工会驿站甲,113.62,34.75,户外劳动者\n", encoding="utf-8")
    with Process("serve", "--stations", path, "--coordsys", "gcj02", "--port", "0", PATH="") as server:
        base = server.until(r"(http://127\.0\.0\.1:\d+)/map")[1]
        server.until("startup complete")
        reply = json.loads(fetch(f"{base}/v1/stations/nearest?lon=113.62&lat=34.75&coordsys=gcj02"))
        assert [(r["name"], r["distance_m"]) for r in reply["results"]] == [("工会驿站甲", 0.0)]
        assert json.loads(fetch(f"{base}/readyz"))["database"] == "none"
        assert server.stop(signal.SIGTERM) in (0, 128 + signal.SIGTERM)


@pytest.mark.parametrize("workers", [1, 2])
def test_systemd_is_told_once_and_only_when_requests_are_answered(station_file, tmp_path, workers):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(WAIT_S)
        server = Process(
            "serve", "--stations", station_file, "--coordsys", "gcj02", "--port", "0", "--workers", workers,
            NOTIFY_SOCKET=str(tmp_path / "notify"),
        )  # fmt: skip
        with server:
            base = server.until(r"(http://127\.0\.0\.1:\d+)/map")[1]
            assert manager.recv(64) == b"READY=1"
            assert json.loads(fetch(f"{base}/readyz"))["ready"]
            for _ in range(workers):
                server.until("startup complete")
            assert server.stop(signal.SIGTERM) in (0, 128 + signal.SIGTERM)
        manager.settimeout(0.1)
        with pytest.raises(TimeoutError):
            manager.recv(64)


def test_a_service_manager_that_does_not_listen_hinders_nothing(station_file, tmp_path):
    for address in (str(tmp_path / "nobody"), "@yizhan-nobody-listens", "/" + "x" * 200):
        with Process(
            "serve", "--stations", station_file, "--coordsys", "gcj02", "--port", "0", NOTIFY_SOCKET=address
        ) as server:
            base = server.until(r"(http://127\.0\.0\.1:\d+)/map")[1]
            server.until("service manager cannot be told")
            assert json.loads(fetch(f"{base}/readyz"))["ready"]


@pytest.fixture
def station_file(tmp_path):
    path = tmp_path / "stations.csv"
    path.write_text("名称,经度,纬度,服务对象\n工会驿站甲,113.62,34.75,户外劳动者\n", encoding="utf-8")
    return path


def serve(path, workers):
    """A server of this file, its address and the pids of its workers, once all of them serve."""
    server = Process("serve", "--stations", path, "--coordsys", "gcj02", "--port", "0", "--workers", workers)
    base = server.until(r"(http://127\.0\.0\.1:\d+)/map")[1]
    for _ in range(workers):
        server.until("startup complete")
    return server, base, pids(server)


def pids(server):
    return [int(found[1]) for line in server.lines if (found := re.search(r"server process \[(\d+)\]", line))]


async def answer(reader):
    """Status and headers of one answer, read whole."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    await reader.readexactly(int(re.search(r"content-length: (\d+)", head)[1]))
    return int(head.split()[1]), head


class Traffic:
    """Clients that ask while the server stops: ``answered`` counts, ``dropped`` names what went wrong."""

    QUERY = b"GET /v1/stations/nearest?lon=113.62&lat=34.75&coordsys=gcj02 HTTP/1.1\r\nhost: x\r\n\r\n"
    BODY = b'{"lon": 113.62, "lat": 34.75, "coordsys": "gcj02"}'
    POST = (
        b"POST /v1/stations/nearest HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        b"content-length: %d\r\n\r\n" % len(BODY)
    )

    def __init__(self, port):
        self.port = port
        self.answered = 0
        self.dropped = []

    async def run(self, stop):
        """Steady clients on kept and on new connections, and slow bodies; ``stop`` after half a second."""
        clients = [self.steady(keep=True) for _ in range(8)] + [self.steady(keep=False) for _ in range(8)]
        clients += [self.slow() for _ in range(4)]
        tasks = [asyncio.ensure_future(client) for client in clients]
        await asyncio.sleep(0.5)
        before = self.answered
        stop()
        await asyncio.wait_for(asyncio.gather(*tasks), 30)
        return before

    async def steady(self, *, keep):
        """Ask until no connection is to be had any more."""
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except ConnectionRefusedError:
                return
            with_more = True
            while with_more:
                try:
                    writer.write(self.QUERY)
                    status, head = await answer(reader)
                    assert status == 200, head
                    self.answered += 1
                except Exception as error:
                    self.dropped.append(repr(error))
                    return
                with_more = keep and "connection: close" not in head
            writer.close()

    async def slow(self):
        """A body whose second half comes after the stop."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self.POST + self.BODY[:20])
        await asyncio.sleep(1.5)
        try:
            writer.write(self.BODY[20:])
            status, head = await answer(reader)
            assert (status, "connection: close" in head) == (200, True)
            assert await reader.read() == b""
            self.answered += 1
        except Exception as error:
            self.dropped.append(repr(error))
        writer.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_graceful_stop_drops_no_request_in_any_worker(station_file, workers):
    server, base, _ = serve(station_file, workers)
    with server:
        traffic = Traffic(int(base.rsplit(":", 1)[1]))
        before = asyncio.run(traffic.run(lambda: server.process.send_signal(signal.SIGTERM)))
        assert traffic.dropped == []
        assert 0 < before < traffic.answered
        rest, _ = server.process.communicate(timeout=WAIT_S)
        assert server.process.returncode in (0, 128 + signal.SIGTERM)
        assert "ERROR" not in rest


def test_a_worker_that_dies_is_replaced_and_one_that_loses_its_parent_ends(station_file):
    server, base, workers = serve(station_file, 2)
    with server:
        assert len(set(workers)) == 2
        assert "".join(server.lines).count("/map") == 1
        os.kill(workers[0], signal.SIGKILL)
        server.until(rf"worker {workers[0]} ended")
        assert json.loads(fetch(f"{base}/readyz"))["ready"]
        server.until("startup complete")
        now = pids(server)[1:]
        assert all(map(is_alive, now))
        server.process.kill()
        until(lambda: not any(map(is_alive, now)))


def test_the_embedded_database_starts_for_a_command_and_stays_only_when_asked(open_folder, tmp_path):
    environment = {"XDG_DATA_HOME": str(open_folder)}
    path = tmp_path / "stations.csv"
    path.write_text("名称,经度,纬度\n工会驿站甲,113.62,34.75\n", encoding="utf-8")

    def run(*arguments):
        with Process(*arguments, **environment) as process:
            out, _ = process.process.communicate(timeout=WAIT_S)
            return process.process.returncode, out

    assert run("db", "status")[0] == 3
    code, out = run("import", path, "--coordsys", "gcj02")
    assert (code, "added 1" in out) == (0, True)
    assert run("db", "status")[0] == 3
    assert run("db", "start")[0] == 0
    assert run("db", "start")[0] == 0
    code, out = run("import", path, "--coordsys", "gcj02")
    assert (code, "unchanged 1" in out) == (0, True)
    assert run("db", "status")[0] == 0
    assert run("db", "stop")[0] == 0
    until(lambda: run("db", "status")[0] == 3)
