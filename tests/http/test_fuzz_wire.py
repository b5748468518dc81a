"""Bytes that are no good HTTP, on a real socket: answered with 4xx or cut off, and the server goes on."""

import logging
import socket
import struct
import time
from collections.abc import Iterator

import httpx
import pytest

from service.keeper import FrameKeeper
from service.settings import Settings
from service.wire import Wire
from tests.http.made import frame_of, random_rows
from tests.http.running import Running

NEAREST = "/v1/stations/nearest"
BATCH = f"{NEAREST}:batch"
GOOD = b'{"lon": 116.4, "lat": 39.9, "coordsys": "wgs84"}'
END = b"host: x\r\nconnection: close\r\n\r\n"
TYPE = b"content-type: application/json\r\n"
BODY_WAIT_S = 0.6


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    keeper = FrameKeeper(frame_of(random_rows(200)))
    with Running(Settings(port=0, body_wait_s=BODY_WAIT_S, access_log=True), keeper) as running:
        yield running


@pytest.fixture(autouse=True)
def goes_on(served: Running, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """After each test the server answers as before, and nothing was logged as a defect."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # What uvicorn and ours log reaches the test only while it propagates.
    loggers = [logging.getLogger(name) for name in ("uvicorn", "yizhan")]
    for logger in loggers:
        logger.propagate = True
    yield
    for logger in loggers:
        logger.propagate = False
    answer = httpx.get(f"{served.url}{NEAREST}?lon=116.4&lat=39.9&coordsys=wgs84", timeout=10)
    assert (answer.status_code, answer.json()["count"]) == (200, 5)
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


def statuses(said: bytes) -> list[int]:
    """The status of each answer in a stream of them."""
    return [int(part[:3]) for part in said.split(b"HTTP/1.1 ")[1:]]


NO_HTTP = {
    "nothing": b"",
    "an empty line": b"\r\n\r\n",
    "zeros": b"\x00" * 100,
    "binary": bytes(range(256)) * 10,
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x17" * 500,
    "an HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a Redis command": b"*1\r\n$4\r\nPING\r\n",
    "no version": b"GET /livez\r\n\r\n",
    "another version": b"GET /livez HTTP/9.9\r\n\r\n",
    "a bad version": b"GET /livez HTTP/x\r\n\r\n",
    "no method": b" /livez HTTP/1.1\r\n" + END,
    "spaces": b"GET  /livez  HTTP/1.1\r\n" + END,
    "a header without a colon": b"GET /livez HTTP/1.1\r\nnonsense\r\n" + END,
    "a header with a zero": b"GET /livez HTTP/1.1\r\nx: a\x00b\r\n" + END,
    "a bad header name": b"GET /livez HTTP/1.1\r\nx y\x01: 1\r\n" + END,
    "a bare line feed": b"GET /livez HTTP/1.1\nhost: x\n\n",
    "two lengths": b"POST %b HTTP/1.1\r\ncontent-length: 3\r\ncontent-length: 4\r\n" % NEAREST.encode() + END + b"{}",
    "a negative length": b"POST %b HTTP/1.1\r\ncontent-length: -1\r\n" % NEAREST.encode() + END,
    "a long length": b"POST %b HTTP/1.1\r\ncontent-length: %b\r\n" % (NEAREST.encode(), b"9" * 40) + END,
    "length and chunks": b"POST %b HTTP/1.1\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n" % NEAREST.encode()
    + END + b"0\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_HTTP)
def test_what_is_no_http_is_refused(served: Running, kind: str) -> None:
    said = served.say(NO_HTTP[kind], close=True)
    assert all(status < 500 for status in statuses(said)), said
    if said:
        assert b"application/problem+json" in said or statuses(said) == [200]


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-1\r\n{}\r\n",
        b"2\r\n{}{}\r\n0\r\n\r\n",
        b"ffffffffffffffffff\r\n{",
        b"5\r\n{}",
        b"\r\n",
    ],
)
@pytest.mark.parametrize("path", [NEAREST, BATCH])
def test_broken_chunks(served: Running, path: str, chunks: bytes) -> None:
    head = f"POST {path} HTTP/1.1\r\ntransfer-encoding: chunked\r\n".encode() + TYPE + END
    said = served.say(head + chunks, close=True)
    assert all(400 <= status < 500 for status in statuses(said)), said


def test_good_chunks_are_read(served: Running) -> None:
    head = f"POST {NEAREST} HTTP/1.1\r\ntransfer-encoding: chunked\r\n".encode() + TYPE + END
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in GOOD)
    assert statuses(served.say(head + chunks + b"0\r\n\r\n")) == [200]


PATHS = [
    b"/%zz", b"/%", b"/%ff%fe", b"/%00", b"/v1/stations/%zz", b"/v1/stations/%c3%28", b"/v1/stations/..%2f..%2fetc",
    b"/v1/stations/" + b"a" * 60_000, b"//", b"/v1//stations", b"/\xe7\xab\x99", b"/v1/stations/nearest?%zz=%zz&%",
    b"/v1/stations/nearest?" + b"a" * 60_000, b"/v1/stations/nearest?" + b"&" * 60_000, b"*", b"livez",
    b"http://elsewhere.example/nope", b"/nope;a=b", b"/nope#fragment", b"/nope?a=b?c=d", b"/livez/", b"/LIVEZ",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: repr(path[:30]))
def test_odd_paths(served: Running, path: bytes) -> None:
    (status,) = statuses(served.say(b"GET " + path + b" HTTP/1.1\r\n" + END))
    assert 400 <= status < 500


@pytest.mark.parametrize(
    "method", ["OPTIONS", "TRACE", "CONNECT", "BREW", "get", "PATCH", "PROPFIND", "G" * 5000]
)
@pytest.mark.parametrize("path", ["/livez", NEAREST, "*"])
def test_other_methods(served: Running, method: str, path: str) -> None:
    said = served.say(f"{method} {path} HTTP/1.1\r\n".encode() + END, close=True)
    assert all(400 <= status < 500 for status in statuses(said)), said


@pytest.mark.parametrize(
    "path", ["/", "/livez", "/docs", NEAREST + "?lon=1&lat=1&coordsys=gps", "/nope", BATCH]
)
def test_head_has_the_headers_and_no_body(served: Running, path: str) -> None:
    said = served.say(f"HEAD {path} HTTP/1.1\r\n".encode() + END)
    assert said.endswith(b"\r\n\r\n")
    assert statuses(said)[0] < 500


@pytest.mark.parametrize(
    "header",
    [
        b"x: " + b"a" * 1_000_000,
        b"\r\n".join(b"x%d: 1" % i for i in range(200_000)),
        b"a" * 1_000_000 + b": 1",
    ],
    ids=["a long value", "many headers", "a long name"],
)
def test_huge_heads_are_a_431(served: Running, header: bytes) -> None:
    said = served.say(b"GET /livez HTTP/1.1\r\n" + header + b"\r\n" + END, close=True)
    # Closed while bytes still came, the answer may be lost on the way.
    assert said == b"" or (statuses(said) == [431] and b'"head_too_large"' in said)


def test_a_head_without_end_is_cut_off(served: Running) -> None:
    sent = 0
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as peer:
        peer.sendall(b"GET /livez HTTP/1.1\r\nx: ")
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            while sent < 50_000_000:
                peer.sendall(b"a" * 100_000)
                sent += 100_000
    assert sent < 50_000_000


def test_heads_that_drip_are_a_408(served: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wire, "head_wait_s", 0.3)
    assert statuses(served.say(b"GET /livez HTTP/1.1\r\nhost: x\r\n")) == [408]
    assert served.say(b"") == b""
    # On a connection that was used before, too.
    said = served.say(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\nGET /livez HT")
    assert statuses(said) == [200, 408]


def test_pipelined_requests_are_answered_in_order(served: Running) -> None:
    asked = [b"GET /livez", b"GET /nope", b"HEAD /livez", b"GET /v1/stations/nearest?k=0"] * 10
    sent = b"".join(line + b" HTTP/1.1\r\nhost: x\r\n\r\n" for line in asked)
    said = served.say(sent + b"GET /livez HTTP/1.1\r\n" + END)
    assert statuses(said) == [200, 404, 200, 400] * 10 + [200]


def test_an_upgrade_is_ignored(served: Running) -> None:
    for protocol in (b"websocket", b"h2c"):
        asked = b"GET /livez HTTP/1.1\r\nconnection: upgrade, close\r\nupgrade: " + protocol
        key = (
            b"\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\nhost: x\r\n\r\n"
        )
        assert all(status < 500 for status in statuses(served.say(asked + key, close=True)))


def test_a_client_that_waits_to_be_asked(served: Running) -> None:
    head = f"POST {NEAREST} HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: {len(GOOD)}\r\n"
    assert statuses(served.say(head.encode() + TYPE + END + GOOD)) == [100, 200]


@pytest.mark.parametrize("path", [NEAREST, BATCH])
def test_a_body_that_drips_is_a_408(served: Running, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\ncontent-length: 1000\r\n".encode() + TYPE + END
    started_s = time.monotonic()
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as peer:
        peer.sendall(head)
        peer.settimeout(BODY_WAIT_S / 6)
        said = b""
        # One byte at a time, for ever: it is the server that must end this.
        while b"\r\n\r\n" not in said and time.monotonic() - started_s < 20 * BODY_WAIT_S:
            try:
                peer.sendall(b" ")
                said += peer.recv(65536)
            except TimeoutError:
                continue
    assert statuses(said) == [408]


def test_clients_that_leave_early(served: Running) -> None:
    request = f"POST {NEAREST} HTTP/1.1\r\ncontent-length: {len(GOOD)}\r\n".encode() + TYPE + END + GOOD
    reset = struct.pack("ii", 1, 0)
    for cut in range(0, len(request) + 1, 7):
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as peer:
            peer.sendall(request[:cut])
            if cut % 2:
                # Closing resets the connection instead of ending it.
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)


def test_many_idle_connections_hold_nothing_up(served: Running) -> None:
    idle = [socket.create_connection(("127.0.0.1", served.port), timeout=10) for _ in range(200)]
    try:
        for peer in idle[::2]:
            peer.sendall(b"GET /livez HTTP/1.1\r\nhost")
        assert httpx.get(f"{served.url}/livez", timeout=10).text == "ok"
    finally:
        for peer in idle:
            peer.close()
