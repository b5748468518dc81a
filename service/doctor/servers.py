"""The database servers one by one: reachable, new enough, with PostGIS, following their primary, on time."""

from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

import psycopg2
from psycopg2 import extensions

from data.errors import DataError
from data.postgres import db
from data.postgres.db import Connection, Limits
from data.statements import load
from service.doctor import texts
from service.doctor.clock import Clock, told_apart
from service.doctor.findings import Finding, Level

LIMITS: Final = Limits(statement_s=20, lock_s=2, idle_in_transaction_s=20)
OLDEST_MAJOR: Final = 14
OLDEST_POSTGIS: Final = (3, 1)
END_OF_LIFE: Final = MappingProxyType(
    {
        14: date(2026, 11, 12),
        15: date(2027, 11, 11),
        16: date(2028, 11, 9),
        17: date(2029, 11, 8),
        18: date(2030, 11, 14),
    }
)
"""Last day of each major version, as postgresql.org announces it; of others nothing is said."""
NOTICE: Final = timedelta(days=180)
LAG_S: Final = 60.0
BUSY: Final = 0.8
"""The share of allowed connections above which the server is nearly full."""


@dataclass(frozen=True)
class Server:
    """What one server says of itself; ``lag_s`` is None on a primary, and where a standby cannot tell."""

    name: str
    version: int
    postgis: str | None
    user: str
    superuser: bool
    standby: bool
    receives: bool
    lag_s: float | None
    now: datetime
    connections: int
    most_connections: int


def hosts(url: str) -> list[tuple[str, dict[str, str]]]:
    """Take a url of several hosts apart: a name to show for each, and what makes libpq ask it alone.

    Examples
    --------
    >>> [name for name, _ in hosts("postgresql://a:5432,b:5433/yizhan")], hosts("dbname=yizhan")
    (['a:5432', 'b:5433'], [('yizhan', {})])
    """
    stated = extensions.parse_dsn(url)
    names = stated.get("host", "").split(",")
    ports = stated.get("port", "").split(",")
    if len(names) == 1:
        return [(names[0] or stated.get("dbname", "postgresql"), {})]
    ports = ports * len(names) if len(ports) == 1 else ports
    return [
        (f"{host}:{port}" if port else host, {"host": host} | ({"port": port} if port else {}))
        for host, port in zip(names, ports, strict=True)
    ]


def examine(url: str, now: datetime) -> tuple[list[Finding], list[Server]]:
    """Look at each server that a url names.

    Parameters
    ----------
    url
        Of readers.
    now
        The clock of this machine, with an offset.

    Returns
    -------
    findings, servers
        Of those that answered, in the order of the url.
    """
    findings: list[Finding] = []
    servers: list[Server] = []
    judged: list[Finding] = []
    clock = Clock(now)
    try:
        asked = hosts(url)
    except (psycopg2.Error, ValueError):
        # Without libpq's own words, which would quote the password.
        return [Finding(Level.BROKEN, texts.DATABASE, texts.URL_UNREADABLE)], []
    for name, alone in asked:
        try:
            # Any state of this one host; what the url says of several counts for none alone.
            with closing(
                db.connect(url, role="reader", limits=LIMITS, target_session_attrs="any", **alone)
            ) as conn:
                servers.append(_ask(conn, name))
                judged += judge(servers[-1], clock.now())
        except DataError as error:
            level = Level.WARNING if len(asked) > 1 else Level.BROKEN
            why = {"why_zh": error.text.zh, "why_en": error.text.en}
            findings.append(
                Finding(
                    level,
                    texts.DATABASE,
                    texts.SERVER_AWAY.format(server=name, **why),
                )
            )
    findings += judged
    if not servers:
        findings.append(Finding(Level.BROKEN, texts.DATABASE, texts.NO_SERVER))
    elif all(server.standby for server in servers):
        findings.append(Finding(Level.BROKEN, texts.REPLICATION, texts.NO_PRIMARY))
    return findings, servers


def judge(server: Server, now: datetime) -> list[Finding]:
    """Judge what one server says of itself."""
    return [
        _version(server, now.date()),
        _postgis(server),
        *([_following(server)] if server.standby else []),
        _crowd(server),
        told_apart(texts.CLOCK_DATABASE.format(server=server.name), (server.now - now).total_seconds()),
    ]


def _ask(conn: Connection, name: str) -> Server:
    with db.transaction(conn), conn.cursor() as cursor:
        cursor.execute(load("doctor/server"))
        row = cursor.fetchone()
        return Server(name, *(row or ()))


def _version(server: Server, today: date) -> Finding:
    major = server.version // 10000
    named = {"server": server.name, "version": f"{major}.{server.version % 10000}"}
    if major < OLDEST_MAJOR:
        return Finding(
            Level.WARNING, texts.DATABASE, texts.POSTGRESQL_OLD.format(oldest=OLDEST_MAJOR, **named)
        )
    end = END_OF_LIFE.get(major)
    if end is not None and today > end - NOTICE:
        return Finding(Level.WARNING, texts.DATABASE, texts.POSTGRESQL_ENDS.format(end=end, **named))
    kind = texts.STANDBY if server.standby else texts.PRIMARY
    return Finding(
        Level.FINE, texts.DATABASE, texts.POSTGRESQL.format(kind_zh=kind.zh, kind_en=kind.en, **named)
    )


def _postgis(server: Server) -> Finding:
    if server.postgis is None:
        return Finding(Level.BROKEN, texts.DATABASE, texts.NO_POSTGIS.format(server=server.name))
    number = tuple(int(part) for part in server.postgis.split(".")[:2])
    old = number < OLDEST_POSTGIS
    said = texts.POSTGIS_OLD if old else texts.POSTGIS
    return Finding(Level.WARNING if old else Level.FINE, texts.DATABASE, said.format(version=server.postgis))


def _following(server: Server) -> Finding:
    if not server.receives:
        return Finding(Level.WARNING, texts.REPLICATION, texts.NOT_FOLLOWING.format(server=server.name))
    lag_s = server.lag_s or 0.0
    late = lag_s > LAG_S
    said = texts.LAGS if late else texts.FOLLOWS
    return Finding(
        Level.WARNING if late else Level.FINE, texts.REPLICATION, said.format(server=server.name, lag_s=lag_s)
    )


def _crowd(server: Server) -> Finding:
    full = server.connections > BUSY * server.most_connections
    said = texts.CROWDED if full else texts.CONNECTIONS
    return Finding(
        Level.WARNING if full else Level.FINE,
        texts.DATABASE,
        said.format(server=server.name, n=server.connections, most=server.most_connections),
    )
