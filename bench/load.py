"""A load of HTTP requests over loopback: N keep-alive connections, each with one request at a time.

It runs in a process of its own, so that what the client computes is not taken from the server's interpreter.
Latency is from the first byte sent to the last byte received, by ``time.monotonic``, which processes of one
machine share: what another process did meanwhile can be laid over it (``Figures.between``).

    figures = load.measure(port, [load.get("/livez")], connections=16, seconds=3)
    with load.running(port, requests, connections=4) as quiet:
        …                                    # what is to be watched
    figures = quiet.figures()
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import numpy.typing as npt
import uvloop

Floats = npt.NDArray[np.float64]

LONG_S = 3600.0
WARM_UP = 200


@dataclass(frozen=True)
class Figures:
    """What a load saw: when each answered request began, how long it took, and how many went wrong.

    ``began_s`` is ``time.monotonic()``; ``errors`` counts answers other than 200 and broken connections, which
    are not among the times. A percentile of no answers is NaN.
    """

    began_s: Floats
    took_ms: Floats
    seconds: float
    errors: int
    first_error: str = ""

    @property
    def requests_per_s(self) -> float:
        return len(self.took_ms) / self.seconds

    @property
    def p50_ms(self) -> float:
        return self.percentile_ms(50)

    @property
    def p99_ms(self) -> float:
        return self.percentile_ms(99)

    def percentile_ms(self, percent: float) -> float:
        return float(np.percentile(self.took_ms, percent)) if len(self.took_ms) else float("nan")

    def between(self, start_s: float, end_s: float) -> "Figures":
        """The requests that were under way at some moment of this span of ``time.monotonic``."""
        during = (self.began_s <= end_s) & (self.began_s + self.took_ms / 1e3 >= start_s)
        return Figures(self.began_s[during], self.took_ms[during], end_s - start_s, self.errors)

    def checked(self) -> "Figures":
        """Itself, when nothing went wrong; a figure of failed requests means nothing."""
        if self.errors or not len(self.took_ms):
            raise RuntimeError(f"{self.errors} of {len(self.took_ms)} requests failed: {self.first_error}")
        return self


def get(path: str, headers: str = "") -> bytes:
    """A GET request; ``headers`` are lines that end in CRLF."""
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}\r\n".encode()


def post(path: str, body: bytes, headers: str = "") -> bytes:
    """A POST request of a JSON body."""
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n{headers}"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


@dataclass(frozen=True)
class Plan:
    """What a load does: the requests in turn, until ``count`` are answered or ``seconds`` have passed.

    ``every_s``: the least time between the beginnings of two requests of one connection (0: at once);
    ``warm_up``: so many answers before the clock starts, not counted.
    """

    port: int
    requests: Sequence[bytes]
    connections: int = 16
    seconds: float = LONG_S
    count: int | None = None
    every_s: float = 0.0
    warm_up: int = 0


def measure(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int = 16,
    seconds: float = LONG_S,
    count: int | None = None,
    every_s: float = 0.0,
    warm_up: int = WARM_UP,
) -> Figures:
    """Run a load to its end, which ``seconds`` or ``count`` sets."""
    plan = Plan(port, requests, connections, seconds, count, every_s, warm_up)
    load = Load(plan)
    return load.figures()


@contextmanager
def running(
    port: int, requests: Sequence[bytes], *, connections: int = 16, every_s: float = 0.0
) -> Iterator["Load"]:
    """Run a load for as long as the block runs; ask the load for its ``figures()`` afterwards."""
    load = Load(Plan(port, requests, connections, every_s=every_s, warm_up=WARM_UP))
    try:
        load.wait_until_warm()
        yield load
    finally:
        load.stop()


class Load:
    """A load in a process of its own; it begins at once."""

    def __init__(self, plan: Plan) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_process, args=(plan, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._figures: Figures | None = None

    def wait_until_warm(self) -> None:
        """Wait until the warm-up is over and the clock has started."""
        self._ours.recv()

    def stop(self) -> None:
        """Let it end; a second call does nothing."""
        with suppress(OSError):
            self._ours.send("stop")

    def figures(self) -> Figures:
        """Wait for the end and give what it saw; a load without an end must be stopped before."""
        while self._figures is None:
            said = self._ours.recv()
            self._figures = said if isinstance(said, Figures) else None
        self._process.join(timeout=30)
        return self._figures


def _process(plan: Plan, pipe: Connection) -> None:
    figures = uvloop.run(_Run(plan, pipe).run())
    # The loop that watched it made it non-blocking.
    os.set_blocking(pipe.fileno(), True)
    pipe.send(figures)


class _Run:
    """One load inside its process."""

    def __init__(self, plan: Plan, pipe: Connection) -> None:
        self.plan, self._pipe = plan, pipe
        self.next_request = 0
        self.began_s: list[float] = []
        self.took_s: list[float] = []
        self.answers = 0
        self.errors = 0
        self.first_error = ""
        self._done = asyncio.Event()
        self._started_s = 0.0

    async def run(self) -> Figures:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._pipe.fileno(), self._done.set)
        self._start_clock(self.plan.warm_up == 0)
        peers = [await self._connected(loop) for _ in range(self.plan.connections)]
        with suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), self.plan.seconds + 30 * (self.plan.warm_up > 0))
        seconds = time.monotonic() - self._started_s
        for peer in peers:
            peer.close()
        took_ms = 1e3 * np.array(self.took_s)
        return Figures(np.array(self.began_s), took_ms, seconds, self.errors, self.first_error)

    async def _connected(self, loop: asyncio.AbstractEventLoop) -> "_Peer":
        _, peer = await loop.create_connection(lambda: _Peer(self), "127.0.0.1", self.plan.port)
        return peer

    def _start_clock(self, now: bool = True) -> None:
        if now:
            self._started_s = time.monotonic()
            self.began_s.clear()
            self.took_s.clear()
            asyncio.get_running_loop().call_later(self.plan.seconds, self._done.set)
            self._pipe.send("warm")

    def take_request(self) -> bytes:
        request = self.plan.requests[self.next_request % len(self.plan.requests)]
        self.next_request += 1
        return request

    def answered(self, began_s: float, status: bytes) -> None:
        """Note an answer; ``status`` is its first line."""
        self.answers += 1
        if b" 200 " in status:
            self.began_s.append(began_s)
            self.took_s.append(time.monotonic() - began_s)
        else:
            self.failed(status.decode("ascii", "replace"))
        if self.answers == self.plan.warm_up:
            self._start_clock()
        elif self.plan.count is not None and self.answers >= self.plan.warm_up + self.plan.count:
            self._done.set()

    def failed(self, reason: str) -> None:
        self.errors += 1
        self.first_error = self.first_error or reason

    @property
    def is_done(self) -> bool:
        return self._done.is_set()


class _Peer(asyncio.Protocol):
    """One connection: sends a request, waits for the whole answer, sends the next."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._received = bytearray()
        self._needed: int | None = None
        self._status = b""

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        self._closed = False
        self._ask()

    def close(self) -> None:
        self._closed = True
        self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        if not self._closed:
            self._run.failed("connection lost")

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._needed is None and not self._read_head():
            return
        if self._is_whole():
            self._run.answered(self._began_s, self._status)
            self._received.clear()
            self._needed = None
            self._ask_later()

    def _ask(self) -> None:
        if not self._run.is_done and not self._closed:
            request = self._run.take_request()
            self._began_s = time.monotonic()
            self._transport.write(request)

    def _ask_later(self) -> None:
        wait_s = self._began_s + self._run.plan.every_s - time.monotonic()
        if wait_s > 0:
            asyncio.get_running_loop().call_later(wait_s, self._ask)
        else:
            self._ask()

    def _read_head(self) -> bool:
        """Find out how long the answer is; -1 when it comes in chunks. False while the head is not whole."""
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._received[:end]).lower()
        self._status = head.partition(b"\r\n")[0] + b" "
        _, found, rest = head.partition(b"\r\ncontent-length:")
        self._needed = end + 4 + int(rest.partition(b"\r\n")[0]) if found else -1
        return True

    def _is_whole(self) -> bool:
        if self._needed == -1:
            return self._received.endswith(b"\r\n0\r\n\r\n")
        return len(self._received) >= (self._needed or 0)
