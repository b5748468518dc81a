"""The index answers what PostGIS answers by its own geodesic, over thousands of random queries."""

import io
from contextlib import closing
from pathlib import Path

import numpy as np
import psycopg2
import pytest

from geo.nearest import NearestIndex

pytestmark = pytest.mark.postgis

K = 5
EXACT = (Path(__file__).resolve().parents[2] / "bench" / "exact.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def cursor(standing_database_url):
    with closing(psycopg2.connect(standing_database_url)) as conn, conn.cursor() as cursor:
        yield cursor


def fill(cursor, table, points):
    """A table of points, numbered from 0."""
    cursor.execute(f"DROP TABLE IF EXISTS {table}")
    cursor.execute(f"CREATE TEMPORARY TABLE {table} (id integer, lon float8, lat float8)")
    lines = "".join(f"{i}\t{x!r}\t{y!r}\n" for i, (x, y) in enumerate(zip(*points, strict=True)))
    cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(lines))
    position = "ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography"
    cursor.execute(f"ALTER TABLE {table} ADD position geography(Point, 4326)")
    cursor.execute(f"UPDATE {table} SET position = {position}")
    cursor.execute(f"CREATE INDEX ON {table} USING gist (position)")
    cursor.execute(f"ANALYZE {table}")


def clustered(rng, n):
    """Towns, of which one stands on the antimeridian, one at a pole, and one has many stations at one door."""
    lon = np.append(rng.uniform(75, 130, 20), [180.0, 30.0, 116.4])
    lat = np.append(rng.uniform(20, 50, 20), [10.0, 89.9, 39.9])
    town = rng.integers(0, len(lon), n)
    spread = np.where(town == len(lon) - 1, 1e-4, 0.08)
    x, y = lon[town] + spread * rng.normal(0, 1, n), lat[town] + spread * rng.normal(0, 1, n)
    beyond = np.abs(y) > 90
    x, y = np.where(beyond, x + 180, x), np.where(beyond, 180 - y, y)
    decimals = 4
    return ((x + 180) % 360 - 180).round(decimals).tolist(), y.round(decimals).tolist()


def test_three_thousand_answers_equal_those_of_postgis(cursor):
    rng = np.random.default_rng(21)
    stations, queries = clustered(rng, 4000), clustered(rng, 3000)
    fill(cursor, "bench_station", stations)
    fill(cursor, "bench_query", queries)
    cursor.execute(EXACT, {"k": K})
    theirs = {}
    for query, station, distance_m in cursor.fetchall():
        theirs.setdefault(query, []).append((station, distance_m))
    ours = NearestIndex(*stations).query_many(*queries, K)
    assert len(theirs) == 3000
    for query, rows in theirs.items():
        # PostGIS rounds to about a nanometre: where it cannot tell two apart, either order is right.
        np.testing.assert_allclose(ours.distance_m[query], [m for _, m in rows], atol=1e-6)
        by_ours = dict(zip(ours.positions[query].tolist(), ours.distance_m[query].tolist(), strict=True))
        for station, distance_m in rows:
            if station not in by_ours:
                assert distance_m == pytest.approx(max(by_ours.values()), abs=1e-6)
        if len({round(m, 5) for _, m in rows}) == K:
            assert ours.positions[query].tolist() == [station for station, _ in rows]
