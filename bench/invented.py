"""A registry of invented stations, made by one statement: what an import would take minutes for at a million."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from data.postgres import schema
from data.postgres.cluster import Cluster

STATIONS = """
INSERT INTO yizhan.station (
    station_id, code, name, address, city, district, township, adcode, brand, operator, host, host_kind, kind,
    audience, status, floor, capacity, area_m2, phone, position, position_kind, accuracy_m, given_x, given_y,
    given_coordsys, hours_posted, opening_hours, makeup_days, access_method, door_24h, unattended_24h, goods_24h,
    facilities, source, verified_at, data_version)
SELECT 'S' || lpad(n::text, 8, '0'), 'C' || n, 'Station for outdoor workers ' || n,
       'Road ' || n % 9973 || ', No. ' || n % 761, 'city ' || n % 300, 'district ' || n % 2800,
       'township ' || n % 20000, (110000 + n % 2800)::text, 'brand', 'union ' || n % 5000, 'host ' || n % 40000,
       (ARRAY['bank', 'post_office', 'telecom', 'fuel', 'shop'])[1 + n % 5], 'fixed', 'outdoor_workers', 'open',
       1, 5 + n % 20, 10 + n % 50, '010-' || 60000000 + n, ST_Point(lon, lat, 4326)::geography, 'entrance', 5,
       lon, lat, 'wgs84', 'from ' || 6 + n % 4 || ' to ' || 17 + n % 6 || ':' || n % 60,
       'Mo-Su ' || lpad((6 + n % 4)::text, 2, '0') || ':00-' || 17 + n % 6 || ':' || lpad((n % 60)::text, 2, '0'),
       n % 2 = 0, 'open_door', CASE WHEN n % 17 = 0 THEN 'yes' ELSE 'no' END, 'no', 'unknown',
       (ARRAY['{{}}', '{{"seat": "working"}}',
              '{{"seat": "working", "toilet": "working", "microwave": "broken"}}',
              '{{"seat": "unknown", "hot_water": "working", "wifi": "working", "drinking_water": "working"}}'
       ])[1 + n % 4]::jsonb,
       'list ' || n % 30, date '2026-01-01' + n % 300, 1
FROM (SELECT n, round((108 + n % 20 * 0.3 + 0.05 * (random() + random()))::numeric, 7)::float8 AS lon,
             round((30 + n % 300 / 20 * 0.3 + 0.05 * (random() + random()))::numeric, 7)::float8 AS lat
      FROM (SELECT setseed(0.5)) AS seeded, generate_series(1, {rows}) AS n) AS made
"""
VERDICTS = """
INSERT INTO yizhan.frontage (station_id, verdict, rule, reason_zh, reason_en, evidence, parameters)
SELECT station_id, 'yes', 'door', 'in ' || capacity * 7 || ' metres', capacity * 7 || ' m', '{}', '{}'
FROM yizhan.station WHERE capacity % 3 > 0
"""


@contextmanager
def registry(rows: int) -> Iterator[str]:
    """The URL of a registry with this many public stations in 300 towns, two thirds of them with a verdict."""
    with tempfile.TemporaryDirectory(prefix="yizhan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        cluster = Cluster(folder / "postgres", disposable=True)
        try:
            url = cluster.start()
            schema.migrate(url)
            with closing(psycopg2.connect(url)) as conn, conn.cursor() as cursor:
                conn.autocommit = True
                # No triggers: neither history nor one version per row is what is measured here.
                cursor.execute("SET session_replication_role = replica")
                cursor.execute("SET search_path = yizhan, public")
                cursor.execute(STATIONS.format(rows=rows))
                cursor.execute(VERDICTS)
                cursor.execute("UPDATE yizhan.registry SET data_version = 1")
                cursor.execute("VACUUM ANALYZE yizhan.station")
                cursor.execute("CHECKPOINT")
            yield url
        finally:
            cluster.remove()
