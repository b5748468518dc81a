"""Nearest stations by FastAPI, psycopg2 and PostGIS's KNN operator: the usual way to build this service.

How it is set up: the registry's own table in the private PostGIS of the benchmark (GiST index on ``position``,
vacuumed and analysed, JIT off, unix socket, no TLS); one uvicorn worker with uvloop and httptools; a
synchronous FastAPI route with declared and checked parameters, which FastAPI runs in its threads; a pool with a
connection for each client, autocommit, the statement prepared once per connection; opening hours evaluated for
each hit from schedules that are parsed once; orjson for the answer.

Two statements. ``<->`` orders by distance on a sphere, so now and then its five are not the five nearest by
geodesic; ``exact`` takes the farthest of them as a radius and orders all within it, and so gives our answer.
Spared: holidays, conversion of coordinates, middleware, HEAD, CORS, freshness.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Annotated, Any, Literal

import orjson
import psycopg2
from fastapi import FastAPI, Query, Response
from opening_hours import OpeningHours
from psycopg2.extras import RealDictCursor
from psycopg2.pool import ThreadedConnectionPool

CONNECTIONS = 16
BEIJING = timezone(timedelta(hours=8))
POINT = "ST_SetSRID(ST_MakePoint($1, $2), 4326)::geography"
PUBLIC = """
s.audience = 'outdoor_workers' AND s.status IN ('open', 'temporarily_closed') AND s.deleted_at IS NULL
"""
COLUMNS = f"""
s.station_id, s.name, s.address, s.city, s.district, s.township, s.adcode, s.township_code, s.brand,
    s.operator, s.host, s.host_kind, s.kind, s.audience, s.status, s.status_reason, s.phone, s.position_kind,
    s.opening_hours, s.hours_posted, s.access_method, s.door_24h, s.unattended_24h, s.goods_24h,
    s.street_door, s.in_compound, s.registration_required, s.code, s.source,
    s.verified_at, s.updated_at, s.floor, s.capacity, s.area_m2, s.accuracy_m, s.version, s.data_version,
    s.makeup_days, s.facilities, s.external_ids,
    coalesce(f.verdict, 'unknown') AS street_facing, f.rule AS street_facing_rule,
    CASE WHEN f.rule IS NOT NULL THEN json_build_object('zh', f.reason_zh, 'en', f.reason_en) END
        AS street_facing_reason,
    ST_X(s.position::geometry) AS lon, ST_Y(s.position::geometry) AS lat,
    ST_Distance(s.position, {POINT}) AS distance_m,
    degrees(ST_Azimuth({POINT}, s.position)) AS bearing_deg
"""
STATIONS = "yizhan.station AS s LEFT JOIN yizhan.frontage AS f USING (station_id)"
BY_SPHERE = f"""
PREPARE nearest(float8, float8, int) AS
SELECT {COLUMNS} FROM {STATIONS} WHERE {PUBLIC}
ORDER BY s.position <-> {POINT} LIMIT $3
"""
EXACT = f"""
PREPARE nearest(float8, float8, int) AS
SELECT {COLUMNS} FROM {STATIONS}
WHERE {PUBLIC} AND ST_DWithin(s.position, {POINT}, (
    SELECT max(found.distance_m) + 0.001 FROM (
        SELECT ST_Distance(s.position, {POINT}) AS distance_m
        FROM yizhan.station AS s WHERE {PUBLIC} ORDER BY s.position <-> {POINT} LIMIT $3) AS found))
ORDER BY distance_m, station_id LIMIT $3
"""
ROUND_THE_CLOCK = ("open_door", "unattended", "goods_only")
EXECUTE = "EXECUTE nearest(%s, %s, %s)"


class Pool(ThreadedConnectionPool):
    """Connections on which the statement is prepared."""

    def __init__(self, url: str, statement: str) -> None:
        self._statement = statement
        super().__init__(CONNECTIONS, CONNECTIONS, url, cursor_factory=RealDictCursor)

    def _connect(self, key: Any = None) -> Any:
        conn = super()._connect(key)
        conn.autocommit = True
        with conn.cursor() as cursor:
            cursor.execute("SET search_path = public")
            cursor.execute("SET jit = off")
            cursor.execute(self._statement)
        return conn

    @contextmanager
    def lent(self) -> Iterator[Any]:
        conn = self.getconn()
        try:
            yield conn
        finally:
            self.putconn(conn)


def make_app(url: str, statement: str) -> FastAPI:
    """Make the application over the registry at ``url``."""
    app = FastAPI(openapi_url=None)
    pool = Pool(url, statement)

    @app.get("/v1/stations/nearest")
    def nearest(
        lon: Annotated[float, Query(ge=-180, le=180)],
        lat: Annotated[float, Query(ge=-90, le=90)],
        coordsys: Literal["wgs84"],
        k: Annotated[int, Query(ge=1, le=50)] = 5,
    ) -> Response:
        with pool.lent() as conn, conn.cursor() as cursor:
            cursor.execute(EXECUTE, (lon, lat, k))
            rows = cursor.fetchall()
        now = datetime.now(BEIJING)
        results = [told(row, now) for row in rows]
        query = {"lon": lon, "lat": lat, "coordsys": coordsys, "ret_coordsys": coordsys, "k": k}
        answer = {"query": query, "count": len(results), "results": results}
        return Response(orjson.dumps(answer), media_type="application/json")

    return app


def check_plan(url: str, statement: str) -> None:
    """Refuse to measure a database that does not use its index."""
    conn = psycopg2.connect(url)
    try:
        with conn.cursor() as cursor:
            cursor.execute("SET search_path = public")
            cursor.execute(statement)
            cursor.execute(f"EXPLAIN {EXECUTE}", (110.0, 31.0, 5))
            plan = "\n".join(line for (line,) in cursor.fetchall())
    finally:
        conn.close()
    if "Index Scan using station_position" not in plan or "Seq Scan on station" in plan:
        raise RuntimeError(f"PostGIS does not use its index:\n{plan}")


def told(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A station as our API tells it: what is missing is left out, hours and 24-hour facts are worked out."""
    answer = {name: value for name, value in row.items() if value is not None and value != {}}
    answer["distance_m"] = round(row["distance_m"], 1)
    answer["bearing_deg"] = round(row["bearing_deg"] or 0.0, 1)
    facts = (row["door_24h"], row["unattended_24h"], row["goods_24h"])
    answer["is_24h"] = "yes" if "yes" in facts[:2] else "no" if facts[:2] == ("no", "no") else "unknown"
    answer["access_24h"] = ROUND_THE_CLOCK[facts.index("yes")] if "yes" in facts else answer["is_24h"]
    if row["status"] == "temporarily_closed":
        return {**answer, "open_state": "closed"}
    if row["opening_hours"] is None:
        return {**answer, "open_state": "unknown"}
    return {**answer, **hours(row["opening_hours"], now)}


def hours(text: str, now: datetime) -> dict[str, Any]:
    """Whether a schedule is open now, and until or from when."""
    schedule, local = parsed(text), now.replace(tzinfo=None)
    is_open, change = schedule.is_open(local), schedule.next_change(local)
    answer: dict[str, Any] = {"open_state": "open" if is_open else "closed"}
    if change is not None:
        answer["closes_at" if is_open else "opens_at"] = change.replace(tzinfo=BEIJING)
    return answer


@lru_cache(maxsize=10_000)
def parsed(text: str) -> OpeningHours:
    return OpeningHours(text)
