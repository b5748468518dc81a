"""Nearest k=5 over HTTP: against the same answer from FastAPI, psycopg2 and PostGIS, and against an empty route.

Sixteen keep-alive connections over loopback, one worker each, the client in a process of its own. The servers
answer in turns, so that a busy machine slows all of them; the middle of the rounds counts. Before that the
answers are compared: the rival must tell the same stations with the same fields. A second rival orders by the
sphere alone, which is not always the same answer; it may never find a nearer station than ours.

The empty route is a plain FastAPI route of our own application, behind the same middleware, that gives ``{}``;
a second one gives a finished ``Response``, FastAPI's least. Both are matched before all other routes, as the only
route of an empty application would be.

Where client and server must share a core, the client's time per request, which differs little between routes, draws
the ratio of requests/s towards 1. So the processor time of the server per request is told besides. It is no
constant either: on a busy machine the caches are shared, and it doubles.
"""

import itertools
import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

import numpy as np

from bench import load
from bench.load import Figures
from bench.registry import registry
from bench.rivals import postgis_knn
from bench.served import NEVER_REFUSED, Served, served
from bench.table import Row

K = 5
CONNECTIONS = 16
QUERIES = 4_000
COMPARED = 200
ROUNDS = 5
ROUND_S = 3.0
START_WAIT_S = 600.0
NEAREST = "/v1/stations/nearest"
EMPTY, LEAST = "/bench/empty", "/bench/least"

GOAL_RIVAL = 12.0
GOAL_EMPTY = 0.7
SERVERS = ("ours", "exact", "sphere")


def run(rows: int | Sequence[int] = (180_000, 1_000_000)) -> list[Row]:
    """Measure with this many stations; the rows of the table."""
    sizes = [rows] if isinstance(rows, int) else rows
    return [row for size in sizes for row in of_size(size)]


def of_size(rows: int) -> list[Row]:
    paths = [path_of(*point) for point in points()]
    with (
        registry(rows) as url,
        served(make_ours, url) as ours,
        served(postgis_knn.make_app, url, postgis_knn.EXACT) as exact,
        served(postgis_knn.make_app, url, postgis_knn.BY_SPHERE) as sphere,
    ):
        for statement in (postgis_knn.EXACT, postgis_knn.BY_SPHERE):
            postgis_knn.check_plan(url, statement)
        if compare(ours, exact, paths[:COMPARED]):
            raise RuntimeError("the exact rival's answers are not ours")
        differing = compare(ours, sphere, paths[:COMPARED])
        requests = [load.get(path) for path in paths]
        asked = {
            name: (server, requests) for name, server in zip(SERVERS, (ours, exact, sphere), strict=True)
        }
        asked |= {"empty": (ours, [load.get(EMPTY)]), "least": (ours, [load.get(LEAST)])}
        return table(rows, in_turns(asked), differing)


def make_ours(url: str) -> Any:
    """Make our application over a registry, with two empty routes beside ours."""
    from fastapi import Response

    from service.app import create_app
    from service.keeper import DatabaseKeeper
    from service.settings import Settings

    settings = Settings(database_url=url, start_wait_s=START_WAIT_S, **NEVER_REFUSED)
    app = create_app(settings, DatabaseKeeper(url))

    @app.get(EMPTY)
    async def empty() -> dict[str, str]:
        return {}

    @app.get(LEAST)
    async def least() -> Response:
        return Response(b"{}", media_type="application/json")

    routes = app.router.routes
    routes[:] = [*routes[-2:], *routes[:-2]]
    return app


def points(n: int = QUERIES, seed: int = 20210101) -> list[tuple[float, float]]:
    """Places in and around the towns of the invented registry, WGS-84."""
    rng = np.random.default_rng(seed)
    town = rng.integers(0, 300, n)
    lon = 108 + town % 20 * 0.3 + rng.uniform(-0.02, 0.12, n)
    lat = 30 + town // 20 * 0.3 + rng.uniform(-0.02, 0.12, n)
    return list(zip(lon.round(6).tolist(), lat.round(6).tolist(), strict=True))


def path_of(lon: float, lat: float) -> str:
    return f"{NEAREST}?lon={lon}&lat={lat}&coordsys=wgs84&k={K}"


def compare(ours: Served, theirs: Served, paths: Sequence[str]) -> int:
    """Count answers that differ; one in the rival's favour, or one of other fields, is an error."""
    differing = 0
    for path in paths:
        mine, its = (results(server, path) for server in (ours, theirs))
        # Ordered by the sphere, the rival's distances need not rise.
        nearest_m = sorted(r["distance_m"] for r in its)
        if any(r["distance_m"] > theirs_m + 0.1 for r, theirs_m in zip(mine, nearest_m, strict=True)):
            raise RuntimeError(f"the rival found nearer stations than we: {path}")
        differing += {r["station_id"] for r in mine} != {r["station_id"] for r in its}
        if set(itertools.chain(*mine)) != set(itertools.chain(*its)):
            raise RuntimeError(f"other fields: {set(itertools.chain(*mine)) ^ set(itertools.chain(*its))}")
    return differing


def results(server: Served, path: str) -> list[dict[str, Any]]:
    with urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=30) as answer:
        found: list[dict[str, Any]] = json.load(answer)["results"]
    return found


@dataclass(frozen=True)
class Seen(Figures):
    """A load, and the processor time that its server used for each request."""

    cpu_us: float = float("nan")


def in_turns(asked: Mapping[str, tuple[Served, list[bytes]]]) -> dict[str, list[Seen]]:
    """Rounds of load on each; the client's own connections per round, and a warm-up before the first."""
    for server, requests in asked.values():
        load.measure(server.port, requests, connections=CONNECTIONS, count=load.WARM_UP, warm_up=0)
    figures: dict[str, list[Seen]] = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, (server, requests) in asked.items():
            before_s = server.cpu_s
            seen = load.measure(server.port, requests, connections=CONNECTIONS, seconds=ROUND_S, warm_up=0)
            cpu_us = 1e6 * (server.cpu_s - before_s) / len(seen.checked().took_ms)
            figures[name].append(Seen(**vars(seen), cpu_us=cpu_us))
    for name, rounds in figures.items():
        rates = ", ".join(f"{seen.requests_per_s:,.0f} ({seen.cpu_us:.0f} us)" for seen in rounds)
        print(f"  {name}: {rates} requests/s (processor time of the server)", file=sys.stderr, flush=True)
    return figures


def table(rows: int, figures: Mapping[str, list[Seen]], differing: int) -> list[Row]:
    name = f"HTTP nearest k={K} of {rows:,} stations, {CONNECTIONS} connections, one worker"
    return [
        against_rival(name, figures, "exact", "the same answer from FastAPI + psycopg2 + PostGIS KNN", GOAL_RIVAL),
        p99_row(figures),
        against_rival(
            name, figures, "sphere", f"the same with `<->` alone ({differing} of {COMPARED} not the nearest)", None
        ),
        against_empty(name, figures, "empty", "an empty FastAPI route behind the same middleware", GOAL_EMPTY),
        against_empty(name, figures, "least", "the same, giving a finished `Response`", None),
    ]  # fmt: skip


def against_rival(
    name: str, figures: Mapping[str, list[Seen]], rival: str, meaning: str, goal: float | None
) -> Row:
    ratio = ratio_of(figures, rival)
    met = None if goal is None else ratio >= goal
    stated = "" if goal is None else f"≥ {goal:g}"
    compared = f"{meaning}: {told(figures[rival])}"
    return Row(name, told(figures["ours"]), compared, f"{ratio:.1f} × its requests/s", stated, met)


def p99_row(figures: Mapping[str, list[Seen]]) -> Row:
    ours_ms, theirs_ms = p99_ms(figures["ours"]), p99_ms(figures["exact"])
    ratio = f"{ours_ms / theirs_ms:.2f} × its p99"
    return Row(
        "p99 of the same",
        f"{ours_ms:.1f} ms",
        f"p99: {theirs_ms:.1f} ms",
        ratio,
        "lower",
        ours_ms < theirs_ms,
    )


def against_empty(
    name: str, figures: Mapping[str, list[Seen]], rival: str, meaning: str, goal: float | None
) -> Row:
    ratio = ratio_of(figures, rival)
    met = None if goal is None else ratio >= goal
    ours_us, its_us = cpu_us(figures["ours"]), cpu_us(figures[rival])
    ours = f"{told(figures['ours'])}, {ours_us:.0f} us of the server's processor each"
    compared = f"{meaning}: {told(figures[rival])}, {its_us:.0f} us"
    stated = "" if goal is None else f"≥ {goal:g}"
    both = f"{ratio:.2f} of its requests/s ({its_us / ours_us:.2f} by processor time)"
    return Row(name, ours, compared, both, stated, met)


def told(rounds: Sequence[Figures]) -> str:
    rate = statistics.median(seen.requests_per_s for seen in rounds)
    return f"{rate:,.0f} requests/s, p50 {middle_ms(rounds):.1f} ms"


def ratio_of(figures: Mapping[str, list[Seen]], rival: str) -> float:
    """The middle of the rounds' ratios: each round compares neighbours in time."""
    pairs = zip(figures["ours"], figures[rival], strict=True)
    return statistics.median(mine.requests_per_s / its.requests_per_s for mine, its in pairs)


def cpu_us(rounds: Sequence[Seen]) -> float:
    return statistics.median(seen.cpu_us for seen in rounds)


def middle_ms(rounds: Sequence[Figures]) -> float:
    return statistics.median(seen.p50_ms for seen in rounds)


def p99_ms(rounds: Sequence[Figures]) -> float:
    return statistics.median(seen.p99_ms for seen in rounds)
