"""Nearest stations of many points over HTTP: against PostGIS, a bare tree, Redis; and what single queries feel.

Our own side is always one whole request over loopback, from the first byte sent to the last byte received, JSON
both ways, not packed. All sides take turns, so that a busy machine slows all of them; the middle of the rounds'
ratios counts.

* PostGIS: one statement per 10,000 points, ``CROSS JOIN LATERAL (… ORDER BY position <-> … LIMIT 1)`` over the
  registry's own table and its GiST index, points as two arrays, unix socket, JIT off; rows fetched, not encoded.
* Bare tree: what any answer must at least compute, in process: points on the sphere, scipy's ``cKDTree`` with
  k = 3, one pyproj geodesic per point. No JSON, no HTTP, and not exact.
* Redis: ``GEOSEARCH … BYRADIUS … ASC COUNT 1 WITHDIST`` over a unix socket, commands encoded beforehand, a
  thousand per pipeline, replies only counted. A radius has to find a station: the middle distance of all points
  to begin with, twice as far for those that found none, and so on. Which those are is known beforehand. Of the
  points a tenth is asked, and its time taken tenfold. (Distances are on a sphere, positions are rounded to half
  a metre.)
"""

import re
import socket
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
import orjson
import psycopg2
from scipy.spatial import cKDTree

from bench import felt, http, load
from bench.registry import registry
from bench.rivals.postgis_knn import PUBLIC
from bench.rivals.redis_server import redis_server
from bench.served import NEVER_REFUSED, Served, served
from bench.table import Row
from geo import metric

FEW, MANY = 10_000, 100_000
ROUNDS = 5
PIPELINE = 1_000
BATCHES = 8
QUIET_S = 0.6
START_WAIT_S = 600.0
URL = "/v1/stations/nearest:batch"

GOAL_POSTGIS, GOAL_BARE, GOAL_REDIS = 40.0, 2.0, 10.0

LATERAL = f"""
SELECT p.row, found.station_id, found.distance_m
FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS p(lon, lat, row)
CROSS JOIN LATERAL (
    SELECT s.station_id, ST_Distance(s.position, p.place) AS distance_m
    FROM yizhan.station AS s, LATERAL (SELECT ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326)::geography) AS p(place)
    WHERE {PUBLIC} ORDER BY s.position <-> p.place LIMIT 1) AS found
"""

Points = list[tuple[float, float]]


def run(rows: int | Sequence[int] = (180_000, 1_000_000)) -> list[Row]:
    """Measure with this many stations; the rows of the table."""
    sizes = [rows] if isinstance(rows, int) else rows
    return [row for size in sizes for row in of_size(size)]


def of_size(rows: int) -> list[Row]:
    points = http.points(MANY, seed=5)
    with registry(rows) as url, served(make_ours, url) as ours, redis_server() as redis_socket:
        ids, lon, lat = stations(url)
        return [
            against_postgis(rows, ours, url, points[:FEW]),
            against_bare(rows, ours, (lon, lat), points),
            against_redis(rows, ours, Redis(redis_socket, ids, lon, lat), points),
            *single_queries(rows, ours, points),
        ]


def make_ours(url: str) -> Any:
    """Make our application over a registry, for as many points as an operator may allow."""
    from service.app import create_app
    from service.keeper import DatabaseKeeper
    from service.settings import Settings

    settings = Settings(database_url=url, start_wait_s=START_WAIT_S, batch_points=MANY, **NEVER_REFUSED)
    return create_app(settings, DatabaseKeeper(url))


def stations(url: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    with closing(psycopg2.connect(url)) as conn, conn.cursor() as cursor:
        cursor.execute(
            "SELECT station_id, ST_X(position::geometry), ST_Y(position::geometry) "
            f"FROM yizhan.station AS s WHERE {PUBLIC}"
        )
        ids, lon, lat = zip(*cursor.fetchall(), strict=True)
    return list(ids), np.array(lon), np.array(lat)


# -- our side


def body_of(points: Points) -> bytes:
    listed = [{"id": i, "lon": lon, "lat": lat} for i, (lon, lat) in enumerate(points)]
    return orjson.dumps({"coordsys": "wgs84", "k": 1, "points": listed})


def answer(ours: Served, points: Points) -> list[dict[str, Any]]:
    """The results, checked for completeness."""
    request = Request(
        f"http://127.0.0.1:{ours.port}{URL}", body_of(points), {"content-type": "application/json"}
    )
    with urlopen(request, timeout=120) as received:
        told = orjson.loads(received.read())
    if told["summary"] != {"total": len(points), "succeeded": len(points), "failed": 0}:
        raise RuntimeError(f"points failed: {told['summary']}")
    return [result["stations"][0] for result in told["results"]]


def asking(ours: Served, points: Points) -> Callable[[], float]:
    """A function that asks once and gives the seconds it took."""
    body = body_of(points)
    head = load.post(URL, b"", f"content-length: {len(body)}\r\n").replace(b"content-length: 0\r\n", b"")
    request = head + body

    def ask() -> float:
        with socket.create_connection(("127.0.0.1", ours.port)) as connection:
            begun_s = time.perf_counter()
            connection.sendall(request)
            receive_all(connection)
            return time.perf_counter() - begun_s

    return ask


def receive_all(connection: socket.socket) -> None:
    received, head, needed = 0, b"", None
    while needed is None or received < needed:
        chunk = connection.recv(2**20)
        if not chunk:
            raise RuntimeError("the server closed the connection")
        received += len(chunk)
        if needed is None:
            head += chunk
            end = head.find(b"\r\n\r\n")
            if end >= 0:
                if b" 200 " not in head.partition(b"\r\n")[0]:
                    raise RuntimeError(head[:200])
                needed = end + 4 + int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])


def in_turns(ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[float, float, float]:
    """Middle seconds of both, and the middle of theirs over ours."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    mine, its = (statistics.median(side) for side in zip(*pairs, strict=True))
    return mine, its, statistics.median(b / a for a, b in pairs)


# -- the rivals


def against_postgis(rows: int, ours: Served, url: str, points: Points) -> Row:
    with closing(psycopg2.connect(url)) as conn, conn.cursor() as cursor:
        conn.autocommit = True
        cursor.execute("SET search_path = public")
        cursor.execute("SET jit = off")
        columns = [list(column) for column in zip(*points, strict=True)]

        def lateral() -> float:
            begun_s = time.perf_counter()
            cursor.execute(LATERAL, columns)
            cursor.fetchall()
            return time.perf_counter() - begun_s

        cursor.execute("EXPLAIN " + LATERAL, columns)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        if "Index Scan" not in plan:
            raise RuntimeError(f"PostGIS does not use its index:\n{plan}")
        cursor.execute(LATERAL, columns)
        theirs_m = [distance_m for _, _, distance_m in sorted(cursor.fetchall())]
        differing = compare(answer(ours, points), np.array(theirs_m))
        mine_s, its_s, ratio = in_turns(asking(ours, points), lateral)
    return Row(
        f"HTTP batch of {FEW:,} points, k=1, {rows:,} stations",
        f"{mine_s * 1e3:.0f} ms",
        f"PostGIS `LATERAL` with `<->`: {its_s * 1e3:,.0f} ms ({differing} not the nearest)",
        f"{ratio:.0f} times faster",
        f"≥ {GOAL_POSTGIS:g}",
        ratio >= GOAL_POSTGIS,
    )


def compare(mine: list[dict[str, Any]], theirs_m: np.ndarray) -> int:
    """Count points where the rival's station is farther; one that is nearer is an error of ours."""
    mine_m = np.array([hit["distance_m"] for hit in mine])
    if (mine_m > theirs_m + 0.1).any():
        raise RuntimeError("the rival found nearer stations than we")
    return int((mine_m < theirs_m - 0.1).sum())


def against_bare(rows: int, ours: Served, places: tuple[np.ndarray, np.ndarray], points: Points) -> Row:
    lon, lat = places
    tree = cKDTree(on_sphere(lon, lat))
    x, y = np.array(points).T.copy()

    def distances_m() -> np.ndarray:
        nearest = tree.query(on_sphere(x, y), 3)[1][:, 0]
        return metric.geodesic_m(x, y, lon[nearest], lat[nearest])

    def bare() -> float:
        begun_s = time.perf_counter()
        distances_m()
        return time.perf_counter() - begun_s

    compare(answer(ours, points), distances_m())
    mine_s, its_s, ratio = in_turns(asking(ours, points), bare)
    return Row(
        f"HTTP batch of {MANY:,} points, k=1, {rows:,} stations",
        f"{mine_s * 1e3:.0f} ms",
        f"bare scipy tree (k=3) and one `Geod.inv` per point, in process: {its_s * 1e3:.0f} ms",
        f"{1 / ratio:.2f} × its time",
        f"≤ {GOAL_BARE:g}",
        ratio >= 1 / GOAL_BARE,
    )


def on_sphere(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    x, y = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=1)


class Redis:
    """Stations in a private Redis, asked by raw pipelines."""

    def __init__(self, path: Path, ids: list[str], lon: np.ndarray, lat: np.ndarray) -> None:
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(str(path))
        added = list(zip(lon.tolist(), lat.tolist(), ids, strict=True))
        for start in range(0, len(added), PIPELINE):
            values = [str(value) for row in added[start : start + PIPELINE] for value in row]
            self._connection.sendall(command("GEOADD", "stations", *values))
            while not self._connection.recv(4096).endswith(b"\r\n"):
                pass

    def pipelines(self, points: Points, radii_m: np.ndarray) -> list[bytes]:
        """The commands of all points, encoded, so many at a time."""
        asked = [
            command("GEOSEARCH", "stations", "FROMLONLAT", str(lon), str(lat), "BYRADIUS", f"{radius_m:.1f}", "m",
                    "ASC", "COUNT", "1", "WITHDIST")
            for (lon, lat), radius_m in zip(points, radii_m.tolist(), strict=True)
        ]  # fmt: skip
        return [b"".join(asked[start : start + PIPELINE]) for start in range(0, len(asked), PIPELINE)]

    def ask(self, pipeline: bytes, expected: int) -> bytes:
        """Send some commands and receive all their replies."""
        self._connection.sendall(pipeline)
        received = b""
        while not is_whole(received, expected):
            received += self._connection.recv(2**20)
            if b"-ERR" in received:
                raise RuntimeError(received[:200])
        return received

    def found(self, pipeline: bytes, expected: int) -> np.ndarray:
        """Which of the commands found a station."""
        replies = re.findall(rb"\*0\r\n|\*2\r\n", self.ask(pipeline, expected))
        return np.array([reply == b"*2\r\n" for reply in replies])


def is_whole(received: bytes, expected: int) -> bool:
    """Whether so many replies were received: a line for nothing, six for a station and its distance.

    Examples
    --------
    >>> whole = b"*0\\r\\n*1\\r\\n*2\\r\\n$2\\r\\nS1\\r\\n$3\\r\\n1.5\\r\\n"
    >>> is_whole(whole, 2), is_whole(whole[:-5], 2), is_whole(whole, 3)
    (True, False, False)
    """
    nothing, station = received.count(b"*0\r\n"), received.count(b"*2\r\n")
    return nothing + station == expected and received.count(b"\r\n") == nothing + 6 * station


def command(*words: str) -> bytes:
    encoded = [word.encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in encoded)


def against_redis(rows: int, ours: Served, redis: Redis, points: Points) -> Row:
    few = points[:FEW]
    needed_m = np.array([hit["distance_m"] for hit in answer(ours, few)])
    radius_m = float(np.median(needed_m))
    # The radius of each point that finds a station at last, and those that are tried before it in vain.
    tries: list[list[bytes]] = []
    sizes: list[list[int]] = []
    left = np.arange(len(few))
    while len(left):
        asked = [few[i] for i in left]
        tries.append(redis.pipelines(asked, np.full(len(asked), radius_m)))
        sizes.append([min(PIPELINE, len(asked) - start) for start in range(0, len(asked), PIPELINE)])
        hit = np.concatenate([redis.found(p, n) for p, n in zip(tries[-1], sizes[-1], strict=True)])
        left, radius_m = left[~hit], 2 * radius_m

    def geosearch() -> float:
        begun_s = time.perf_counter()
        for pipelines, counts in zip(tries, sizes, strict=True):
            for pipeline, count in zip(pipelines, counts, strict=True):
                redis.ask(pipeline, count)
        return (time.perf_counter() - begun_s) * MANY / FEW

    mine_s, its_s, ratio = in_turns(asking(ours, points), geosearch)
    return Row(
        f"Points per second by HTTP batch of {MANY:,}, k=1, {rows:,} stations",
        f"{MANY / mine_s:,.0f}/s",
        f"Redis `GEOSEARCH`, pipelined by {PIPELINE:,}, radius doubled until it finds one: {MANY / its_s:,.0f}/s",
        f"{ratio:.0f} times as many",
        f"≥ {GOAL_REDIS:g}",
        ratio >= GOAL_REDIS,
    )


# -- what single queries feel


def single_queries(rows: int, ours: Served, points: Points) -> list[Row]:
    singles = [load.get(http.path_of(*point)) for point in points[:2_000]]
    ask = asking(ours, points)
    beside = felt.Beside(lambda _: ask(), BATCHES, QUIET_S)
    return felt.rows(ours.port, singles, beside, during=f"a batch of {MANY:,} runs", stations=rows)
