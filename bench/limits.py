"""What limits, keys and metrics cost each request for the nearest stations.

The application is called in this process, without sockets and without a server, so that nothing else is measured: with
limits off, with limits of this process alone, with the table that several workers share (a lock of the file system
around each taking), and with a key shown besides. The four take turns; the middle of the rounds counts. Metrics are
counted in all of them, and their own cost is told apart.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench import towns
from bench.served import NEVER_REFUSED
from bench.table import Row
from data.access.keys import Key, hashed
from data.access.ring import Ring
from service.access import buckets
from service.access.keyring import NoKeys
from service.app import create_app
from service.keeper import FrameKeeper
from service.metrics import Metrics
from service.settings import Settings
from service.shared import Shared

K = 5
ROUNDS = 60
REQUESTS = 200
NEAREST = "/v1/stations/nearest"
GOAL_US = 10.0
SECRET = "s" * 43
SHOWN = (b"x-api-key", f"yz_abcdefgh_{SECRET}".encode())
PLAIN = [
    (b"host", b"127.0.0.1"),
    (b"user-agent", b"bench"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip"),
]

Headers = list[tuple[bytes, bytes]]


class OneKey(NoKeys):
    """A ring with a single key that never changes."""

    def __init__(self) -> None:
        key = Key("abcdefgh", hashed(SECRET), "bench", frozenset({"read"}), datetime.now(UTC))
        self._ring = Ring([key])

    def known(self) -> Ring:
        return self._ring


def run(rows: int = 180_000) -> list[Row]:
    """Measure with this many stations; the rows of the table."""
    frame = towns.stations(rows, cities=30)
    keeper, queries = FrameKeeper(frame), queries_near(frame)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        shared = Shared(Path(folder))
        buckets.make(shared.table)
        plain: dict[str, Any] = {"database_url": None}
        off = create_app(Settings(**plain, limits=False), keeper)
        alone = create_app(Settings(**plain, **NEVER_REFUSED), keeper, keyring=OneKey())
        several = create_app(Settings(**plain, **NEVER_REFUSED), keeper, shared=shared)
        asked = {
            "off": (off, PLAIN),
            "alone": (alone, PLAIN),
            "several": (several, PLAIN),
            "key": (alone, [*PLAIN, SHOWN]),
        }
        spent_us = in_turns(asked, queries)
    name = f"Nearest k={K} of {rows:,} stations, called without a server"
    return [
        row(name, spent_us, "alone", "limits, one worker"),
        row(name, spent_us, "several", "limits shared by several workers"),
        row(name, spent_us, "key", "limits, and a key to check"),
        metrics_row(),
    ]


def queries_near(frame: pd.DataFrame, seed: int = 20210101) -> list[bytes]:
    """Give questions asked some hundred metres from stations, as query strings."""
    rng = np.random.default_rng(seed)
    located = frame[["lon", "lat"]].dropna().to_numpy(dtype=float)
    places = located[rng.integers(0, len(located), REQUESTS)] + rng.normal(0, 0.003, (REQUESTS, 2))
    return [f"lon={lon:.6f}&lat={lat:.6f}&coordsys=wgs84&k={K}".encode() for lon, lat in places.tolist()]


def in_turns(asked: dict[str, tuple[Any, Headers]], queries: list[bytes]) -> dict[str, list[float]]:
    """Microseconds per request, round by round."""
    spent_us: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, (app, headers) in asked.items():
            spent_us[name].append(asyncio.run(per_request_us(app, headers, queries)))
    return spent_us


async def per_request_us(app: Callable[..., Any], headers: Headers, queries: list[bytes]) -> float:
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    began_s = time.perf_counter()
    for query in queries:
        scope = {
            "type": "http",
            "method": "GET",
            "path": NEAREST,
            "raw_path": NEAREST.encode(),
            "root_path": "",
        }
        scope |= {"query_string": query, "headers": headers, "client": ("127.0.0.1", 1), "scheme": "http"}
        scope |= {"server": ("127.0.0.1", 80), "http_version": "1.1", "asgi": {"version": "3.0"}}
        await app(scope, receive, send)
    spent_us = 1e6 * (time.perf_counter() - began_s) / len(queries)
    if statuses != [200] * len(queries):
        raise RuntimeError(f"answers other than 200: {set(statuses)}")
    return spent_us


def row(name: str, spent_us: dict[str, list[float]], which: str, meaning: str) -> Row:
    """Compare with limits off, round by round."""
    pairs = list(zip(spent_us[which], spent_us["off"], strict=True))
    more_us = statistics.median(mine - its for mine, its in pairs)
    ratio = statistics.median(its / mine for mine, its in pairs)
    return Row(
        f"{name}: {meaning}",
        f"{statistics.median(spent_us[which]):.1f} us",
        f"the same with limits off: {statistics.median(spent_us['off']):.1f} us",
        f"{more_us:+.1f} us ({ratio:.2f} of its requests/s)",
        f"≤ {GOAL_US:g} us more",
        more_us <= GOAL_US,
    )


def metrics_row() -> Row:
    """Time the counting of one request in one process; the files of several workers cost a little more."""
    metrics = Metrics()
    began_s = time.perf_counter()
    for _ in range(100_000):
        metrics.observe("/v1/stations/nearest", "GET", 200, 0.0004)
    spent_us = 1e6 * (time.perf_counter() - began_s) / 100_000
    return Row("Counting one request for /metrics", f"{spent_us:.1f} us", "-", "-", "-", None)
