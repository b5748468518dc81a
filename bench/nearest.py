"""Nearest k = 5 in process against PostGIS, and a batch against the bare tree, in one run.

PostGIS is asked in two ways, both prepared. ``geography <->`` orders by distance on a sphere, so its five are
not always the five nearest by geodesic; wherever the two differ, the run checks that ours are nearer by the
geodesic that PostGIS itself measures. The exact way takes the farthest of those five as a radius and orders
all within it by geodesic; its answers must equal ours.

Besides, 100,000 answers are compared with a brute force (the geodesics to every station of a tree of towns, so
that none that could count is left out) and with PostGIS made exact (``bench/exact.sql``). Two answers disagree
when their k distances differ by more than a micrometre at any place.
"""

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import psycopg2
from scipy.spatial import cKDTree

from bench.table import Row
from data.postgres import schema
from data.postgres.cluster import Cluster
from geo import metric
from geo.nearest import NearestIndex

K = 5
QUERIES = 3_000
CHECKED = 500
CHUNK = 100
BATCH_ROUNDS = 7
BATCH = 100_000
COMPARED = 100_000
SAME_M = 1e-6
EXACT_MANY = (Path(__file__).parent / "exact.sql").read_text(encoding="utf-8")

POINT = "ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography"
BY_SPHERE = f"""
PREPARE by_sphere(float8, float8) AS
SELECT id, ST_Distance(position, {POINT}) FROM bench_station ORDER BY position <-> {POINT} LIMIT {K}
"""
EXACT = f"""
PREPARE exact(float8, float8) AS
SELECT id, ST_Distance(position, {POINT}) AS distance_m FROM bench_station
WHERE ST_DWithin(position, {POINT}, (
    SELECT max(five.distance_m) + 0.001 FROM (
        SELECT ST_Distance(position, {POINT}) AS distance_m
        FROM bench_station ORDER BY position <-> {POINT} LIMIT {K}) AS five))
ORDER BY distance_m, id LIMIT {K}
"""


def run(rows: int = 180_000) -> list[Row]:
    """Measure with this many invented stations in 300 towns; the rows of the table."""
    rng = np.random.default_rng(20210101)
    towns = np.stack([rng.uniform(80, 125, 300), rng.uniform(22, 45, 300)])
    lon, lat = scatter(rng, towns, rows)
    index = NearestIndex(lon, lat)
    return [
        brute_force(index, (lon, lat), scatter(rng, towns, COMPARED)),
        *against_postgis(index, (lon, lat), scatter(rng, towns, QUERIES), scatter(rng, towns, COMPARED)),
        batch(index, (lon, lat), scatter(rng, towns, BATCH)),
    ]


def scatter(rng: np.random.Generator, towns: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Scatter points around towns, some 15 km wide, rounded to 7 digits as registries are."""
    where = rng.integers(0, towns.shape[1], n)
    lon, lat = towns[:, where] + rng.normal(0, 0.15, (2, n))
    return lon.round(7), lat.round(7)


def brute_force(index: NearestIndex, stations: tuple, queries: tuple) -> Row:
    """Count answers that are not those of measuring every station that could possibly be as near.

    Stations and queries are sorted into squares of 0.25 degrees. For each square with queries every station in
    the nine around it is measured by ``Geod``; where the k-th of them is nearer than the edge of the nine, no
    other can be nearer, else all stations are measured.
    """
    lon, lat = stations
    edge_deg = 0.25
    column, line = np.floor(lon / edge_deg).astype(int), np.floor(lat / edge_deg).astype(int)
    ours = index.query_many(*queries, K)
    squares: dict[tuple[int, int], list[int]] = {}
    for i, square in enumerate(
        zip(*(np.floor(v / edge_deg).astype(int).tolist() for v in queries), strict=True)
    ):
        squares.setdefault(square, []).append(i)
    disagreements = widened = 0
    for (x, y), asked in squares.items():
        near = np.flatnonzero((np.abs(column - x) <= 1) & (np.abs(line - y) <= 1))
        # a degree of longitude is shortest at the northern edge; of latitude never shorter than 110.5 km
        safe_m = edge_deg * min(110_500.0, 111_000.0 * np.cos(np.radians((y + 2) * edge_deg)))
        for i in asked:
            measured_m = nearest_m(queries, i, lon[near], lat[near])
            if len(measured_m) < K or measured_m[-1] >= safe_m:
                measured_m = nearest_m(queries, i, lon, lat)
                widened += 1
            disagreements += bool((np.abs(measured_m - ours.distance_m[i]) > SAME_M).any())
    print(
        f"  brute force: {widened} of {COMPARED} queries measured every station", file=sys.stderr, flush=True
    )
    return agreement(index, "geodesic brute force (pyproj `Geod`)", disagreements)


def nearest_m(queries: tuple, i: int, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """The K smallest geodesics from a query to these stations, ascending."""
    x, y = np.full(len(lon), queries[0][i]), np.full(len(lat), queries[1][i])
    distance_m = metric.WGS84.inv(x, y, lon, lat)[2]
    return np.sort(np.partition(distance_m, min(K, len(lon) - 1))[:K]) if len(lon) else distance_m


def all_of_postgis(cursor: psycopg2.extensions.cursor, index: NearestIndex, queries: tuple) -> Row:
    """Count answers that are not PostGIS's, asked for all queries in one statement."""
    cursor.execute("CREATE TABLE bench_query (id integer PRIMARY KEY, position geography(Point, 4326))")
    fill_points(cursor, "bench_query", queries)
    cursor.execute(EXACT_MANY, {"k": K})
    rows = np.array(cursor.fetchall(), dtype=np.float64)
    theirs_m = rows[:, 2].reshape(len(queries[0]), K)
    ours = index.query_many(*queries, K)
    disagreements = int((np.abs(theirs_m - ours.distance_m) > SAME_M).any(axis=1).sum())
    return agreement(index, "PostGIS geography made exact", disagreements)


def agreement(index: NearestIndex, rival: str, disagreements: int) -> Row:
    return Row(
        f"Answers k={K} of {len(index):,} stations that disagree, of {COMPARED:,} random queries",
        f"{disagreements}",
        rival,
        "",
        "0",
        disagreements == 0,
    )


def against_postgis(index: NearestIndex, stations: tuple, queries: tuple, compared: tuple) -> list[Row]:
    points = list(zip(queries[0].tolist(), queries[1].tolist(), strict=True))
    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "postgres", disposable=True)
        try:
            url = cluster.start()
            schema.migrate(url)
            with closing(psycopg2.connect(url)) as conn, conn.cursor() as cursor:
                conn.autocommit = True
                fill(cursor, stations)

                def ask(statement: str) -> Callable:
                    def theirs(point: tuple[float, float]) -> list[tuple[int, float]]:
                        cursor.execute(f"EXECUTE {statement}(%s, %s)", point)
                        return cursor.fetchall()

                    return theirs

                def ours(point: tuple[float, float]) -> object:
                    return index.find(*point, K)

                differing = compare(index, points[:CHECKED], ask("by_sphere"))
                if compare(index, points[:CHECKED], ask("exact")):
                    raise RuntimeError("PostGIS's exact answers are not ours")
                sphere_us = in_turns(points, ours, ask("by_sphere"))
                exact_us = in_turns(points, ours, ask("exact"))
                agreed = all_of_postgis(cursor, index, compared)
        finally:
            cluster.remove()
    figure = f"Nearest k={K} of {len(index):,} stations, geodesic distances included"
    rival = f"PostGIS `geography <->`, prepared: {{:.0f}} us ({differing} of {CHECKED} not the nearest)"
    same = f"PostGIS, prepared, made exact: {{:.0f}} us (all {CHECKED} answers equal)"
    return [agreed, against(figure, rival, sphere_us, goal=8), against(figure, same, exact_us, goal=None)]


def against(figure: str, rival: str, spent_us: tuple[float, float], goal: float | None) -> Row:
    ours_us, theirs_us = spent_us
    ratio = theirs_us / ours_us
    stated = "-" if goal is None else f"at least {goal} times"
    met = None if goal is None else ratio >= goal
    return Row(figure, f"{ours_us:.0f} us", rival.format(theirs_us), f"{ratio:.1f} times faster", stated, met)


def fill(cursor: psycopg2.extensions.cursor, stations: tuple) -> None:
    cursor.execute("SET search_path = public")
    cursor.execute("CREATE TABLE bench_station (id integer PRIMARY KEY, position geography(Point, 4326))")
    fill_points(cursor, "bench_station", stations)
    cursor.execute("CREATE INDEX ON bench_station USING gist (position)")
    cursor.execute("VACUUM ANALYZE bench_station")
    cursor.execute(BY_SPHERE)
    cursor.execute(EXACT)
    cursor.execute("EXPLAIN EXECUTE by_sphere(100, 30)")
    plan = "\n".join(line for (line,) in cursor.fetchall())
    if "Index Scan using bench_station_position_idx" not in plan:
        raise RuntimeError(f"PostGIS does not use its index:\n{plan}")


def fill_points(cursor: psycopg2.extensions.cursor, table: str, points: tuple) -> None:
    """Copy points in, numbered from 0."""
    lines = (
        f"{i}\tSRID=4326;POINT({x!r} {y!r})\n"
        for i, (x, y) in enumerate(zip(*(v.tolist() for v in points), strict=True))
    )
    cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO("".join(lines)))


def compare(index: NearestIndex, points: list, theirs: Callable) -> int:
    """Count answers that differ; a difference in PostGIS's favour is an error of ours."""
    differing = 0
    for point in points:
        hits, rows = index.query(*point, K), sorted(theirs(point), key=lambda row: row[1])
        measured_m = np.array([distance_m for _, distance_m in rows])
        if (hits.distance_m > measured_m + 1e-3).any():
            raise RuntimeError(f"PostGIS found nearer stations than we at {point}: {rows} {hits}")
        if {row[0] for row in rows} == set(hits.positions.tolist()):
            np.testing.assert_allclose(hits.distance_m, measured_m, atol=1e-3)
        else:
            differing += 1
    return differing


def in_turns(points: list, ours: Callable, theirs: Callable) -> tuple[float, float]:
    """Microseconds per query of two functions in turns: medians, so that a busy machine counts little."""
    spent_us: tuple[list[float], list[float]] = [], []
    for start in range(0, len(points), CHUNK):
        for ask, spent in zip((ours, theirs), spent_us, strict=True):
            for point in points[start : start + CHUNK]:
                begun_ns = time.perf_counter_ns()
                ask(point)
                spent.append((time.perf_counter_ns() - begun_ns) / 1e3)
    return statistics.median(spent_us[0]), statistics.median(spent_us[1])


def batch(index: NearestIndex, stations: tuple, queries: tuple) -> Row:
    """``query_many`` against the least that such an answer costs: a tree on the sphere, one geodesic each."""
    lon, lat = stations
    tree = cKDTree(on_sphere(lon, lat))

    def bare(_: object) -> None:
        _, rows = tree.query(on_sphere(*queries), 3)
        metric.geodesic_m(*queries, lon[rows[:, 0]], lat[rows[:, 0]])

    def ours(_: object) -> None:
        index.query_many(*queries, 1)

    ours_us, bare_us = in_turns([()] * BATCH_ROUNDS, ours, bare)
    ratio = ours_us / bare_us
    return Row(
        f"Nearest k=1 of {len(index):,} stations for {BATCH:,} points at once, proved exact",
        f"{ours_us / 1e3:.0f} ms",
        f"bare scipy tree k=3 and one geodesic per point: {bare_us / 1e3:.0f} ms",
        f"{ratio:.2f}",
        "at most 1.5",
        ratio <= 1.5,
    )


def on_sphere(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    x, y = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], axis=1)


if __name__ == "__main__":
    from bench.table import to_markdown

    print(to_markdown(run()))
