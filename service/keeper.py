"""Who holds the current snapshot and knows how fresh it is: of a database that changes, or of a file.

A keeper's snapshot is replaced whole by one assignment, so that a request keeps the one it began with. When
the database is away the last snapshot stays, and its age says so.
"""

import logging
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

import pandas as pd
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data.hours import holidays
from data.hours.holidays import HolidayTable
from data.hours.schedule import SHANGHAI
from data.postgres import db
from data.stations import store
from service.errors import NotReadyError
from service.snapshot import Snapshot

_log = logging.getLogger("yizhan.keeper")

CHANNEL: Final = "yizhan_changed"
_RETRY_S: Final = 1.0

DatabaseState = Literal["up", "away", "none"]


@dataclass(frozen=True)
class Health:
    """What ``/readyz`` tells: whether there is a snapshot, its age, and the database behind it."""

    snapshot: Snapshot | None
    data_age_s: float | None
    database: DatabaseState
    source: Literal["database", "file"]


class Keeper(Protocol):
    """What the application needs of a source of snapshots."""

    def start(self) -> None:
        """Begin to load and to follow; returns at once."""

    def stop(self) -> None:
        """Let go of everything; a second call does nothing."""

    def wait(self, timeout_s: float) -> bool:
        """Wait for the first snapshot; False when it did not come in time."""

    def current(self) -> tuple[Snapshot, float]:
        """Give the snapshot and the seconds since it was known to be current; ``NotReadyError`` before."""

    def health(self) -> Health:
        """Tell the truth about snapshot and source; never raises."""


class FrameKeeper:
    """A snapshot of a frame that was read once, from a file: no database at all.

    Parameters
    ----------
    stations
        Contract ``geo.frames.STATIONS``.
    holidays
        The table to evaluate hours by; the package's own when absent.
    """

    def __init__(self, stations: pd.DataFrame, holidays: HolidayTable | None = None) -> None:
        self._loaded_s = time.monotonic()
        self._snapshot = Snapshot.build(
            stations, holidays or HolidayTable.from_library(), loaded_at=datetime.now(SHANGHAI)
        )

    def start(self) -> None:
        """Nothing to follow."""

    def stop(self) -> None:
        """Nothing to let go."""

    def wait(self, timeout_s: float) -> bool:
        """There from the start."""
        return True

    def current(self) -> tuple[Snapshot, float]:
        """Give the snapshot and the seconds since the file was read."""
        return self._snapshot, time.monotonic() - self._loaded_s

    def health(self) -> Health:
        """Ready; no database."""
        return Health(*self.current(), database="none", source="file")


class DatabaseKeeper:
    """Follows a registry: a full load at the start, then the changed rows, as soon as they are announced.

    One thread with one connection of its own listens for the registry's notification and looks at the data
    version at least every ``poll_s``. Whatever goes wrong there, it says so once, keeps the last snapshot and
    tries again every second.

    Parameters
    ----------
    url
        The registry's database.
    poll_s
        Seconds between looks when no notification comes.
    connect
        How a connection is opened.
    """

    def __init__(
        self, url: str, *, poll_s: float = 1.0, connect: Callable[[str], Connection] | None = None
    ) -> None:
        self._url = url
        self._poll_s = poll_s
        self._connect = connect or (lambda target: db.connect(target, role="reader"))
        self._snapshot: Snapshot | None = None
        self._confirmed_s = 0.0
        self._database: DatabaseState = "away"
        self._first = threading.Event()
        self._stop = threading.Event()
        self._bell: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        if self._thread is None:
            self._bell, ear = socket.socketpair()
            self._thread = threading.Thread(target=self._run, args=(ear,), name="yizhan-keeper", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for it, at most five seconds."""
        self._stop.set()
        if self._bell is not None:
            # Closing rings: the thread wakes from its wait.
            self._bell.close()
        if self._thread is not None:
            self._thread.join(timeout=5.0)

    def wait(self, timeout_s: float) -> bool:
        """Wait for the first snapshot."""
        return self._first.wait(timeout_s)

    def current(self) -> tuple[Snapshot, float]:
        """Give the snapshot and the seconds since the database last confirmed it."""
        snapshot = self._snapshot
        if snapshot is None:
            raise NotReadyError
        return snapshot, time.monotonic() - self._confirmed_s

    def health(self) -> Health:
        """Tell the state of snapshot and database."""
        snapshot = self._snapshot
        age_s = None if snapshot is None else time.monotonic() - self._confirmed_s
        return Health(snapshot, age_s, database=self._database, source="database")

    def _run(self, ear: socket.socket) -> None:
        with ear:
            while not self._stop.is_set():
                self._try_to_follow(ear)

    def _try_to_follow(self, ear: socket.socket) -> None:
        try:
            self._follow(ear)
        except Exception as error:
            if self._database == "up" or self._snapshot is None:
                # The class only: a message may quote a row.
                _log.warning("database away, trying again every second: %s", type(error).__name__)
            self._database = "away"
            self._stop.wait(_RETRY_S)

    def _follow(self, ear: socket.socket) -> None:
        """Keep the snapshot current over one connection; raises when it breaks."""
        conn = self._connect(self._url)
        try:
            conn.autocommit = True
            with conn.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            # Not select: its descriptors end at 1024, and a busy server has more.
            waiting = select.poll()
            waiting.register(conn.fileno(), select.POLLIN)
            waiting.register(ear.fileno(), select.POLLIN)
            while not self._stop.is_set():
                self._look(conn)
                waiting.poll(1000 * self._poll_s)
                conn.poll()
                conn.notifies.clear()
        finally:
            with suppress(Exception):
                conn.close()

    def _look(self, conn: Connection) -> None:
        asked_s = time.monotonic()
        version = store.data_version(conn)
        snapshot = self._snapshot
        if snapshot is None or version != snapshot.data_version:
            self._replace(
                conn, snapshot if snapshot is not None and version > snapshot.data_version else None
            )
        if self._database != "up":
            _log.info("database up, data version %d", version)
        self._confirmed_s, self._database = asked_s, "up"
        self._first.set()

    def _replace(self, conn: Connection, old: Snapshot | None) -> None:
        """Load what changed since ``old``, or everything (also when the registry's version went back)."""
        started_s = time.monotonic()
        table = HolidayTable.from_library().merged(holidays.read(conn))
        now = datetime.now(SHANGHAI)
        if old is None:
            new = Snapshot.build(store.read_stations(conn), table, loaded_at=now)
        else:
            changed = store.read_stations(conn, since=old.data_version)
            new = old.updated(changed, table, loaded_at=now)
        self._snapshot = new
        took_s = time.monotonic() - started_s
        _log.info("data version %d, %d public stations, %.2f s", new.data_version, len(new), took_s)
