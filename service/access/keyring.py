"""Who holds the keys that a process knows, and follows the registry's: as soon as they are announced.

A key that was taken back is refused within seconds in every process: each listens for the announcement, and
looks by itself at least every five seconds. While the database is away the keys known last stay good, until
their own date. Which keys were used is noted by day, a minute later at most, and lost without harm.
"""

import logging
import select
import socket
import threading
import time
from contextlib import suppress
from datetime import date, datetime
from typing import Final, Protocol

from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data.access import keys
from data.access.ring import Ring
from data.errors import DatabaseError
from data.hours.schedule import SHANGHAI
from data.postgres import db
from data.postgres.db import Limits
from data.postgres.deadline import deadline
from data.statements import load
from service.trouble import BackOff, described, trouble_of

_log = logging.getLogger("yizhan.keys")

MOST_POLL_S: Final = 5.0
"""The longest between two looks: how late a key taken back is refused when no announcement comes."""
NOTE_S: Final = 60.0
"""How often the day of use is noted, at most."""
LIMITS: Final = Limits(statement_s=10, lock_s=5, idle_in_transaction_s=30)

_LOOK_S: Final = 10.0
_STOP_S: Final = 5.0
_READ_ONLY: Final = "25006"


class Keyring(Protocol):
    """What the application needs of a source of keys."""

    def start(self) -> None:
        """Begin to follow; returns at once."""

    def stop(self) -> None:
        """Let go of everything; a second call does nothing."""

    def known(self) -> Ring | None:
        """Give the keys known last; None when none were ever read."""

    def note(self, key_id: str) -> None:
        """Note that a key was used today."""


class NoKeys:
    """No registry, no keys: what is served of a file."""

    def start(self) -> None:
        """Nothing to follow."""

    def stop(self) -> None:
        """Nothing to let go."""

    def known(self) -> Ring | None:
        """Give an empty ring: no key is any good."""
        return Ring()

    def note(self, key_id: str) -> None:
        """Nothing to note."""


class DatabaseKeyring:
    """Follows the keys of a registry, in a thread with a connection of its own.

    Parameters
    ----------
    url
        The registry's database.
    write_url
        Where days of use are noted; as ``url`` when absent.
    poll_s
        Seconds between looks when no announcement comes; at most ``MOST_POLL_S``.
    note_s
        Seconds between two notes of what was used.
    """

    def __init__(
        self, url: str, *, write_url: str | None = None, poll_s: float = 1.0, note_s: float = NOTE_S
    ) -> None:
        self._url, self._write_url = url, write_url or url
        self._poll_s, self._note_s = min(poll_s, MOST_POLL_S), note_s
        self._ring: Ring | None = None
        self._used: set[str] = set()
        self._noted: dict[str, date] = {}
        self._note_at_s = time.monotonic() + note_s
        self._said: str | None = None
        self._waits = BackOff(0.25, MOST_POLL_S)
        self._stop = threading.Event()
        self._bell: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        if self._thread is None:
            self._bell, ear = socket.socketpair()
            self._thread = threading.Thread(target=self._run, args=(ear,), name="yizhan-keys", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread, which notes what was used first, and wait for it, at most five seconds."""
        self._stop.set()
        if self._bell is not None:
            self._bell.close()
        if self._thread is not None:
            self._thread.join(timeout=_STOP_S)

    def known(self) -> Ring | None:
        """Give the keys known last."""
        return self._ring

    def note(self, key_id: str) -> None:
        """Note that a key was used today."""
        self._used.add(key_id)

    def _run(self, ear: socket.socket) -> None:
        with ear:
            while not self._stop.is_set():
                try:
                    self._follow(ear)
                except Exception as error:
                    self._say(f"cannot follow the keys [{trouble_of(error)}]: {described(error)}")
                    self._stop.wait(self._waits.next_s())

    def _follow(self, ear: socket.socket) -> None:
        """Keep the keys current over one connection; raises when that cannot be done."""
        conn = db.connect(self._url, role="reader", limits=LIMITS)
        try:
            conn.autocommit = True
            _listen(conn)
            while not self._stop.is_set():
                with db.translated(), deadline(conn, _LOOK_S):
                    conn.poll()
                    conn.notifies.clear()
                    self._ring = Ring(keys.read(conn))
                self._waits.reset()
                self._say(None)
                if time.monotonic() >= self._note_at_s:
                    self._write_used()
                _wait(conn, ear, self._poll_s)
            self._write_used()
        finally:
            with suppress(Exception):
                conn.close()

    def _write_used(self) -> None:
        """Note the day of use; where that cannot be written, for instance on a standby, it is lost."""
        self._note_at_s = time.monotonic() + self._note_s
        used, self._used = self._used, set()
        today = datetime.now(SHANGHAI).date()
        new = sorted(key_id for key_id in used if self._noted.get(key_id) != today)
        if not new:
            return
        with suppress(Exception):
            conn = db.connect(self._write_url, role="writer", limits=LIMITS)
            try:
                with deadline(conn, _LOOK_S), db.transaction(conn):
                    keys.note_used(conn, new, today)
                self._noted.update(dict.fromkeys(new, today))
            finally:
                conn.close()

    def _say(self, message: str | None) -> None:
        """Log what went wrong when it is news; None: nothing is wrong any more."""
        if message is not None and message != self._said:
            _log.warning("%s", message)
        self._said = message


def _listen(conn: Connection) -> None:
    """Listen for announcements; a standby has none, there the looks must do."""
    try:
        with db.translated(), deadline(conn, _LOOK_S), conn.cursor() as cursor:
            cursor.execute(load("access/listen"))
    except DatabaseError as error:
        if error.sqlstate != _READ_ONLY:
            raise


def _wait(conn: Connection, ear: socket.socket, seconds: float) -> None:
    """Wait until something is announced, until ``ear`` hears something, or for ``seconds``."""
    waiting = select.poll()
    waiting.register(conn.fileno(), select.POLLIN)
    waiting.register(ear.fileno(), select.POLLIN)
    waiting.poll(1000 * seconds)
