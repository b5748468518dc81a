"""Connections to the registry: limits by role, one translation of psycopg2's errors, a bounded pool."""

import contextlib
import re
import select
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar

import psycopg2
from psycopg2 import extensions

from data.errors import DatabaseAway, DatabaseBusy, DatabaseError, PoolTimeout
from data.postgres import texts
from data.postgres.deadline import deadline
from data.statements import load

Connection = extensions.connection
Role = Literal["reader", "writer"]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Limits:
    """How long a role may keep the database busy, seconds; 0 = no limit."""

    statement_s: float
    lock_s: float
    idle_in_transaction_s: float


LIMITS: Final = MappingProxyType(
    {
        "reader": Limits(statement_s=60, lock_s=5, idle_in_transaction_s=60),
        # Writers queue for the data version, for as long as an import of a whole province takes.
        "writer": Limits(statement_s=600, lock_s=60, idle_in_transaction_s=600),
    }
)
TIMEZONE: Final = "Asia/Shanghai"
_SET_UP_S: Final = 10.0

# What libpq is told unless the url says otherwise: a lost peer is noticed within a minute.
_TRANSPORT: Final = MappingProxyType(
    {
        "connect_timeout": 5,
        "keepalives": 1,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "fallback_application_name": "yizhan",
        "client_encoding": "UTF8",
    }
)


def connect(
    url: str, *, role: Role = "reader", limits: Limits | None = None, **transport: str | int
) -> Connection:
    """Open one connection with the limits of its role; of several hosts, a writer takes the primary.

    Parameters
    ----------
    url
        A libpq url or keyword string, with several hosts if wished; handed to libpq untouched.
    role
        ``reader``: every transaction is read-only. ``writer``: may write.
    limits
        Other time limits than those of the role (``LIMITS``).
    **transport
        libpq settings that win over the url, such as ``connect_timeout=2`` or ``application_name="import"``.

    Returns
    -------
    conn
        Not in autocommit; search path ``yizhan, public``; time zone Asia/Shanghai.

    Raises
    ------
    DatabaseError
        The url cannot be read.
    DatabaseAway
        Nobody answers, or the server refuses (wrong name, password, database). No message holds a password.
    """
    try:
        stated = extensions.parse_dsn(url)
    except psycopg2.Error:
        # libpq's own words quote the url, password included.
        raise DatabaseError(texts.DATABASE_URL_UNREADABLE) from None
    with translated(url):
        usual = _TRANSPORT | ({"target_session_attrs": "primary"} if _chooses(stated, role) else {})
        settings: dict[str, Any] = {k: v for k, v in usual.items() if k not in stated} | transport
        conn: Connection = psycopg2.connect(url, **settings)
        try:
            _set_up(conn, role, limits or LIMITS[role])
        except BaseException:
            conn.close()
            raise
    return conn


def _chooses(stated: dict[str, str], role: Role) -> bool:
    """Whether there are several hosts to choose a primary from."""
    return role == "writer" and any("," in stated.get(name, "") for name in ("host", "hostaddr", "port"))


def _set_up(conn: Connection, role: Role, limits: Limits) -> None:
    values = {
        "timezone": TIMEZONE,
        "statement_ms": str(round(limits.statement_s * 1000)),
        "lock_ms": str(round(limits.lock_s * 1000)),
        "idle_ms": str(round(limits.idle_in_transaction_s * 1000)),
        "read_only": "on" if role == "reader" else "off",
    }
    with deadline(conn, _SET_UP_S), conn.cursor() as cursor:
        cursor.execute(load("session/set_up"), values)
        conn.commit()


@contextlib.contextmanager
def transaction(conn: Connection, *, actor: str | None = None) -> Iterator[Connection]:
    """Commit what the block does, or roll it back when the block raises.

    Parameters
    ----------
    conn
        A writer's connection. One in autocommit leaves it for the time of the block.
    actor
        Who does it, as the history will show; None = the database role.

    Raises
    ------
    DatabaseAway, DatabaseError
        As ``translated``; the commit itself may raise too.
    """
    autocommit = conn.autocommit
    with translated():
        if autocommit:
            conn.autocommit = False
        try:
            if actor:
                with conn.cursor() as cursor:
                    cursor.execute(load("session/set_actor"), {"actor": actor})
            yield conn
            conn.commit()
        except BaseException:
            roll_back(conn)
            raise
        finally:
            if autocommit and not conn.closed:
                conn.autocommit = True


def roll_back(conn: Connection) -> None:
    """Roll back without a complaint when the connection is gone: the server has rolled back by itself."""
    with contextlib.suppress(psycopg2.Error):
        conn.rollback()


# -- errors

_AWAY: Final = re.compile(r"08...|57P0[1-5]|53300|25P03|25P04")
_BUSY: Final = re.compile(r"55P03|57014|40...|53...|55006")


@contextlib.contextmanager
def translated(url: str | None = None) -> Iterator[None]:
    """Turn psycopg2's errors of the block into those of ``data.errors``; the only place that does.

    Raises
    ------
    DatabaseAway
        No connection, or it broke.
    DatabaseBusy
        A statement or a lock took longer than allowed, a deadlock, no memory or disk: later may work.
    DatabaseError
        All else; keeps ``sqlstate``, ``constraint`` and ``table`` when the server named them.
    """
    try:
        yield
    except psycopg2.Error as error:
        # What libpq says while connecting may quote the url: then it is not kept as the cause either.
        raise _translate(error, url) from (error if url is None else None)


def _translate(error: psycopg2.Error, url: str | None) -> DatabaseAway | DatabaseError:
    state = error.pgcode or ""
    said = error.diag.message_primary or " ".join(str(error).split()) or type(error).__name__
    if url is not None:
        said = without_secrets(said, url)
    lost = not state and isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
    if lost or _AWAY.fullmatch(state):
        return DatabaseAway(texts.DATABASE_AWAY.format(why=said))
    if _BUSY.fullmatch(state):
        return DatabaseBusy(texts.DATABASE_BUSY.format(why=said))
    diag = error.diag
    return DatabaseError(
        texts.DATABASE_REFUSED.format(why=said),
        sqlstate=error.pgcode,
        constraint=diag.constraint_name,
        table=diag.table_name,
    )


def without_secrets(message: str, url: str) -> str:
    """Blank every piece of ``message`` that could be a part of the url's password.

    Examples
    --------
    >>> without_secrets('no host "ss@db"', "postgresql://u:p@ss@db/yizhan")
    'no host "***@db"'
    """
    secrets = {value for name, value in _dsn(url).items() if "password" in name and value}
    # An "@" that was not written %40 makes libpq take the end of the password for a host.
    unescaped = re.match(r"\w+://[^/:@]*:(.*)@", url)
    if unescaped:
        secrets |= {unescaped[1], *unescaped[1].split("@")}
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        message = message.replace(secret, "***")
    return message


def _dsn(url: str) -> dict[str, str]:
    try:
        return dict(extensions.parse_dsn(url))
    except psycopg2.Error:
        return {}


# -- pool


class Pool:
    """At most ``max_size`` connections of one role, shared by threads; opened when first needed.

    Parameters
    ----------
    url, role, limits
        As for ``connect``.
    max_size
        The most connections at a time.
    wait_s
        How long to wait for a free one, seconds.

    Make it after forking, one per process.
    """

    def __init__(
        self,
        url: str,
        *,
        role: Role = "reader",
        max_size: int = 5,
        wait_s: float = 5.0,
        limits: Limits | None = None,
    ) -> None:
        if max_size < 1:
            raise ValueError("max_size must be at least 1")
        self._url, self._role, self._limits = url, role, limits
        self._max_size, self._wait_s = max_size, wait_s
        self._idle: list[Connection] = []
        self._opened = 0  # idle and lent
        self._closed = False
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection; what the block did not commit is rolled back afterwards.

        Raises
        ------
        PoolTimeout
            None came free within ``wait_s``.
        DatabaseAway
            The database cannot be reached, the connection broke inside the block, or the pool is closed.
        """
        conn = self._take()
        try:
            with translated():
                yield conn
        finally:
            self._give_back(conn)

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Return ``work(connection)``, tried once more on a new connection when the first one was dead.

        ``work`` must be a read: it may run twice.
        """
        conn: Connection | None = None
        try:
            with self.connection() as conn:
                return work(conn)
        except DatabaseAway:
            if conn is None or not conn.closed:
                raise
        with self.connection() as conn:
            return work(conn)

    def close(self) -> None:
        """Close the idle connections now and the lent ones when they come back; waiting callers are told."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            self._opened -= len(idle)
            self._changed.notify_all()
        for conn in idle:
            conn.close()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self) -> Connection:
        deadline = time.monotonic() + self._wait_s
        while True:
            conn = self._reserve(deadline - time.monotonic())
            if conn is None:
                return self._open()
            if _is_quiet(conn):
                return conn
            self._drop(conn)

    def _reserve(self, wait_s: float) -> Connection | None:
        """Take an idle connection, or (None) the right to open one."""
        with self._changed:
            ready = self._changed.wait_for(
                lambda: self._closed or bool(self._idle) or self._opened < self._max_size, max(0.0, wait_s)
            )
            if self._closed:
                raise DatabaseAway(texts.POOL_CLOSED)
            if not ready:
                raise PoolTimeout(texts.POOL_TIMEOUT.format(n=self._max_size, wait_s=self._wait_s))
            if self._idle:
                return self._idle.pop()
            self._opened += 1
            return None

    def _open(self) -> Connection:
        try:
            return connect(self._url, role=self._role, limits=self._limits)
        except BaseException:
            self._drop(None)
            raise

    def _give_back(self, conn: Connection) -> None:
        if conn.status != extensions.STATUS_READY:
            roll_back(conn)
        with self._changed:
            if not conn.closed and not self._closed:
                self._idle.append(conn)
                self._changed.notify()
                return
        self._drop(conn)

    def _drop(self, conn: Connection | None) -> None:
        if conn is not None:
            conn.close()
        with self._changed:
            self._opened -= 1
            self._changed.notify()


def _is_quiet(conn: Connection) -> bool:
    """Whether the server has said nothing since: an idle connection that turns readable is a dead one."""
    poll = select.poll()
    poll.register(conn.fileno(), select.POLLIN)
    return not conn.closed and not poll.poll(0)
