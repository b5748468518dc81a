"""The real server on a real port: the wire, slow clients, a graceful stop, and what the logs hold."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from service.keeper import FrameKeeper
from service.server import make_server
from service.settings import Settings
from tests.http.made import frame_of, random_rows
from tests.http.waiting import PATIENCE_S, until

NEAREST = "/v1/stations/nearest"
QUERY = "lon=116.404123&lat=39.915456&coordsys=gcj02"


begun = threading.Event()
"""A slow page is being made."""


def slow_page(*_: Any) -> str:
    begun.set()
    time.sleep(0.8)
    return "<!doctype html><title>驿站</title>"


class Running:
    """A server in a thread of its own."""

    def __init__(self, settings: Settings) -> None:
        keeper = FrameKeeper(frame_of(random_rows(200)))
        self.server: uvicorn.Server = make_server(settings, keeper, map_page=slow_page)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        self.port: int = self.server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=20)
        assert not self.thread.is_alive()


@pytest.fixture
def running() -> Iterator[Running]:
    served = Running(Settings(port=0, body_wait_s=0.5, access_log=True))
    yield served
    served.stop()


def raw(port: int, sent: bytes, *, then_s: float = 0.0) -> bytes:
    """What the server says to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
        peer.sendall(sent)
        time.sleep(then_s)
        said = b""
        while part := peer.recv(65536):
            said += part
        return said


def test_answers_over_the_wire(running: Running) -> None:
    with httpx.Client(base_url=running.url) as client:
        answer = client.get(f"{NEAREST}?{QUERY}")
        assert (answer.status_code, answer.json()["count"]) == (200, 5)
        head = client.head(f"{NEAREST}?{QUERY}")
        assert (head.status_code, head.content) == (200, b"")
        assert client.post(NEAREST, json={"location": [116.4, 39.9], "coordsys": "wgs84"}).status_code == 200
        assert client.get("/nope").headers["content-type"] == "application/problem+json"
        assert "server" not in answer.headers


def test_a_head_request_leaves_the_connection_in_order(running: Running) -> None:
    request = "{} /livez HTTP/1.1\r\nhost: x\r\n{}\r\n"
    said = raw(
        running.port,
        (request.format("HEAD", "") + request.format("GET", "connection: close\r\n")).encode(),
    )
    assert said.count(b"HTTP/1.1 200") == 2
    assert said.endswith(b"\r\n\r\nok")


def test_a_slow_body_is_a_408(running: Running) -> None:
    head = f"POST {NEAREST} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n"
    said = raw(running.port, (head + "connection: close\r\n\r\n{").encode())
    assert said.startswith(b"HTTP/1.1 408")
    assert b'"slow_body"' in said


def test_a_client_that_leaves_is_no_defect(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    head = (
        f"POST {NEAREST} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", running.port)) as peer:
        peer.sendall(head.encode() + b"{")
    time.sleep(0.2)
    assert httpx.get(f"{running.url}/livez").status_code == 200
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


def test_a_graceful_stop_finishes_running_requests() -> None:
    served = Running(Settings(port=0))
    begun.clear()
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(httpx.get(f"{served.url}/map", timeout=10)))
    asking.start()
    assert begun.wait(PATIENCE_S)
    served.stop()
    asking.join()
    assert [answer.status_code for answer in answers] == [200]


def test_no_log_line_holds_a_position(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    secrets = ["116.404123", "39.915456"]
    with caplog.at_level(logging.DEBUG), httpx.Client(base_url=running.url) as client:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        logging.getLogger("httpcore").setLevel(logging.WARNING)
        client.get(f"{NEAREST}?{QUERY}")
        client.get(f"{NEAREST}?{QUERY}&k=0")
        client.post(NEAREST, json={"lon": 116.404123, "lat": 39.915456, "coordsys": "gcj02"})
        client.post(NEAREST, json={"lon": 116.404123, "lat": 39.915456})
        client.get(f"/{secrets[0]},{secrets[1]}?{QUERY}")
        client.get(f"/v1/stations/{secrets[0]}")
        raw(running.port, f"GET {NEAREST}?{QUERY} HTTP/9\r\n\r\n".encode())
        raw(running.port, f"{secrets[0]} {secrets[1]}\r\n\r\n".encode())
    # A thread of the server may still be writing.
    for written in (f"GET {NEAREST} 200", "GET - 404"):
        until(lambda written=written: any(written in r.getMessage() for r in list(caplog.records)))  # type: ignore[misc]
    lines = [record.getMessage() for record in caplog.records]
    for secret in secrets:
        assert [line for line in lines if secret in line] == []
