"""One connection that hears when the registry changes, and never waits for ever."""

import select
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final

import pandas as pd
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data.hours import holidays
from data.hours.holidays import HolidayTable
from data.postgres import db
from data.postgres.db import Limits
from data.postgres.deadline import deadline
from data.statements import load
from data.stations import store
from data.stations.store import Version

CHANNEL: Final = "yizhan_changed"
LIMITS: Final = Limits(statement_s=60, lock_s=5, idle_in_transaction_s=120)

_LOOK_S: Final = 10.0
_FETCH_S: Final = 65.0
"""More than the limit on statements: this one is for a server that does not answer at all."""

Connect = Callable[[str], Connection]


def connect(url: str) -> Connection:
    """Open a connection as a listener uses it."""
    return db.connect(url, role="reader", limits=LIMITS)


class Listener:
    """A connection that listens for the registry's notification.

    A standby announces nothing and refuses ``LISTEN``; ``is_standby`` tells that one can only look now and then.
    Every method raises ``DatabaseAway`` when the connection is gone or does not answer in time.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        conn.autocommit = True
        with self._bounded(_LOOK_S), conn.cursor() as cursor:
            cursor.execute(load("session/is_standby"))
            self.is_standby = cursor.fetchone() == (True,)
            if not self.is_standby:
                cursor.execute(f"LISTEN {CHANNEL}")

    def wait(self, ear: socket.socket, seconds: float) -> None:
        """Wait until something is announced, until ``ear`` hears something, or for ``seconds``."""
        # Not select: its descriptors end at 1024, and a busy server has more.
        waiting = select.poll()
        waiting.register(self._conn.fileno(), select.POLLIN)
        waiting.register(ear.fileno(), select.POLLIN)
        waiting.poll(1000 * seconds)
        with self._bounded(_LOOK_S):
            self._conn.poll()
        self._conn.notifies.clear()

    def version(self) -> Version:
        """Look how far the registry has come."""
        with self._bounded(_LOOK_S):
            return store.version(self._conn)

    def mark(self, data_version: int) -> str:
        """Look by which mark the registry came by a version; empty when it never did."""
        with self._bounded(_LOOK_S):
            return store.mark(self._conn, data_version)

    def changed_at(self) -> datetime:
        """Look when the registry last changed."""
        with self._bounded(_LOOK_S):
            return store.changed_at(self._conn)

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Read the registry as it is at one moment, for the time of the block.

        After an exception in the block the listener can only be closed.
        """
        self._conn.autocommit = False
        with self._bounded(_LOOK_S), self._conn.cursor() as cursor:
            cursor.execute(load("session/consistent"))
        yield
        with self._bounded(_LOOK_S):
            self._conn.commit()
        self._conn.autocommit = True

    def holidays(self) -> HolidayTable:
        """Read the table of holidays: the package's own, extended by the registry's."""
        with self._bounded(_LOOK_S):
            return HolidayTable.from_library().merged(holidays.read(self._conn))

    def stations(self, since: int | None) -> Iterator[pd.DataFrame]:
        """Read stations chunk by chunk; see ``data.stations.store.stream_stations``."""
        frames = store.stream_stations(self._conn, since=since)

        def fetch() -> pd.DataFrame | None:
            with self._bounded(_FETCH_S):
                return next(frames, None)

        # The server works on the next chunk while this one is taken in.
        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(fetch)
            while (frame := coming.result()) is not None:
                coming = ahead.submit(fetch)
                yield frame

    def close(self) -> None:
        """Close the connection, whatever its state."""
        with suppress(Exception):
            self._conn.close()

    @contextmanager
    def _bounded(self, seconds: float) -> Iterator[None]:
        with db.translated(), deadline(self._conn, seconds):
            yield
