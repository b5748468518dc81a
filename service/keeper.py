"""Who holds the current snapshot and knows how fresh it is: of a database that changes, or of a file.

A keeper's snapshot is replaced whole by one assignment, so that a request keeps the one it began with. When
the database is away the last snapshot stays, and its age says so.
"""

import gc
import hashlib
import logging
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pandas as pd

from data.hours.holidays import HolidayTable
from data.hours.schedule import SHANGHAI
from data.stations.store import Version
from service import listener
from service.columns import let_go
from service.errors import NotReadyError
from service.health import DatabaseState, Health, Keeper
from service.listener import Connect, Listener
from service.snapshot import Snapshot
from service.trouble import BackOff, Trouble, described, trouble_of

__all__ = ["DatabaseKeeper", "FrameKeeper", "Health", "Keeper"]

_log = logging.getLogger("yizhan.keeper")

FIRST_WAIT_S: Final = 0.25
MOST_AWAY_S: Final = 5.0
"""The longest wait for a database that is away: how late its return may be noticed."""
MOST_OTHER_S: Final = 30.0
"""The longest wait after any other trouble, which costs a full load each time."""
_REST_S: Final = 0.5
_STOP_S: Final = 5.0
_SWITCH_S: Final = 0.001
_CATCH_UP_S: Final = 60.0
"""How long a standby may take to receive what the snapshot holds already, before its state counts as the registry's."""
_GRACE_S: Final = 0.05


class FrameKeeper:
    """A snapshot of a frame that was read once, from a file: no database at all.

    Parameters
    ----------
    stations
        Contract ``geo.frames.STATIONS``; ``attrs["changed_at"]`` says when the file was last changed.
    holidays
        The table to evaluate hours by; the package's own when absent.
    """

    def __init__(self, stations: pd.DataFrame, holidays: HolidayTable | None = None) -> None:
        self._loaded_s = time.monotonic()
        built = Snapshot.build(
            stations,
            holidays or HolidayTable.from_library(),
            loaded_at=datetime.now(SHANGHAI),
            changed_at=stations.attrs.get("changed_at"),
        )
        # A file has no version of its own: its content says whether a copy of it is still good.
        self._snapshot = replace(built, mark=_digest(built))

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
    tries again, ever later, but never gives up. Another registry than before, or one that a backup was restored
    into (its version went back, or did not come by the version held), is loaded whole, and the log says so. A
    standby that has yet to receive what is held is waited for.

    Parameters
    ----------
    url
        The registry's database.
    poll_s
        Seconds between looks when no notification comes.
    connect
        How a connection is opened.
    """

    def __init__(self, url: str, *, poll_s: float = 1.0, connect: Connect | None = None) -> None:
        self._url = url
        self._poll_s = poll_s
        self._connect = connect or listener.connect
        self._held: tuple[Snapshot, float] | None = None  # and when it was last known to be current
        self._mark = ""  # of the version held
        self._behind_since_s: float | None = None
        self._trouble: Trouble | None = "away"
        self._said = False
        self._doubted = False
        self._waits = {"away": BackOff(FIRST_WAIT_S, MOST_AWAY_S), "other": BackOff(1.0, MOST_OTHER_S)}
        self._rest_until_s = 0.0
        self._warmed_to = datetime.now(SHANGHAI)
        self._first = threading.Event()
        self._stop = threading.Event()
        self._bell: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        if self._thread is None:
            self._bell, ear = socket.socketpair()
            # A request never waits longer than this for a thread that computes; Python's own choice is 5 ms.
            sys.setswitchinterval(_SWITCH_S)
            self._thread = threading.Thread(target=self._run, args=(ear,), name="yizhan-keeper", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for it, at most five seconds."""
        self._stop.set()
        if self._bell is not None:
            # Closing rings: the thread wakes from its wait.
            self._bell.close()
        if self._thread is not None:
            self._thread.join(timeout=_STOP_S)

    def wait(self, timeout_s: float) -> bool:
        """Wait for the first snapshot."""
        return self._first.wait(timeout_s)

    def current(self) -> tuple[Snapshot, float]:
        """Give the snapshot and the seconds since the database last confirmed it."""
        held = self._held
        if held is None:
            raise NotReadyError
        return held[0], time.monotonic() - held[1]

    def health(self) -> Health:
        """Tell the state of snapshot and database."""
        held, trouble = self._held, self._trouble
        snapshot, age_s = (held[0], time.monotonic() - held[1]) if held else (None, None)
        database: DatabaseState = "away" if trouble == "away" else "up"
        return Health(snapshot, age_s, database=database, source="database", trouble=trouble)

    def _run(self, ear: socket.socket) -> None:
        with ear:
            while not self._stop.is_set():
                try:
                    self._follow(ear)
                except Exception as error:
                    self._stop.wait(self._note(error))

    def _note(self, error: Exception) -> float:
        """Remember what went wrong, say it when it is news, and give the seconds to wait."""
        trouble = trouble_of(error)
        if (trouble, self._said) != (self._trouble, True):
            _log.warning("cannot follow the registry [%s]: %s", trouble, described(error))
        self._trouble, self._said = trouble, True
        # After an error in building, what was built before is not built upon.
        self._doubted |= trouble != "away"
        return self._waits["away" if trouble == "away" else "other"].next_s()

    def _follow(self, ear: socket.socket) -> None:
        """Keep the snapshot current over one connection; raises when that cannot be done."""
        heard = Listener(self._connect(self._url))
        try:
            while not self._stop.is_set():
                self._look(heard)
                heard.wait(ear, self._poll_s)
        finally:
            heard.close()

    def _look(self, heard: Listener) -> None:
        asked_s = time.monotonic()
        version, held = heard.version(), self._held
        if self._trouble == "away":
            self._trouble = None
            _log.info("the database answers, data version %d", version.data_version)
        if self._must_catch_up(heard, version):
            return
        if held is None or version != (held[0].registry_id, held[0].data_version, self._mark):
            # Loading may take at most half of the time, however often something changes.
            self._stop.wait(max(0.0, self._rest_until_s - time.monotonic()))
            asked_s = self._replace(heard)
            self._rest_until_s = time.monotonic() + min(time.monotonic() - asked_s, _REST_S)
        else:
            self._held = held[0], asked_s
        self._trouble, self._said, self._doubted = None, False, False
        for waits in self._waits.values():
            waits.reset()
        if not self._first.is_set():
            self._first.set()
            # What is there now stays: the collector need not look through it again and again.
            gc.collect()
            gc.freeze()
        elif held is not None and self._held is not None and held[0] is not self._held[0]:
            old = held[0].columns
            del held
            # Requests that began with it have mostly ended by then.
            self._stop.wait(_GRACE_S)
            let_go(old)
        self._warm_ahead()

    def _replace(self, heard: Listener) -> float:
        """Load what changed since the last snapshot, or everything where that does not lead to the present.

        Returns
        -------
        asked_s
            The moment of ``time.monotonic`` that the new snapshot is known to have been current at.
        """
        asked_s = time.monotonic()
        with heard.one_moment():
            version, table, now = heard.version(), heard.holidays(), datetime.now(SHANGHAI)
            changed_at = heard.changed_at()
            old = self._to_build_on(heard, version)
            if old is None:
                with _uncollected():
                    new = Snapshot.build(
                        heard.stations(None),
                        table,
                        loaded_at=now,
                        data_version=version.data_version,
                        registry_id=version.registry_id,
                        mark=version.mark,
                        changed_at=changed_at,
                    )
            else:
                new = old.updated(
                    heard.stations(old.data_version),
                    table,
                    loaded_at=now,
                    data_version=version.data_version,
                    mark=version.mark,
                    changed_at=changed_at,
                )
        # Trouble first: whoever sees the new snapshot sees that it is over.
        self._trouble = None
        self._held, self._mark = (new, asked_s), version.mark
        took_s = time.monotonic() - asked_s
        _log.info("data version %d, %d public stations, %.2f s", new.data_version, len(new), took_s)
        return asked_s

    def _to_build_on(self, heard: Listener, version: Version) -> Snapshot | None:
        if self._held is None:
            return None
        old, _ = self._held
        if old.registry_id != version.registry_id:
            _log.warning("another registry than before; everything is loaded anew")
            return None
        if old.data_version > version.data_version or heard.mark(old.data_version) != self._mark:
            _log.warning(
                "the registry went from data version %d back to an earlier state, and is at %d: "
                "was a backup restored? Everything is loaded anew",
                old.data_version,
                version.data_version,
            )
            return None
        return None if self._doubted else old

    def _must_catch_up(self, heard: Listener, version: Version) -> bool:
        """Whether this is a standby that has yet to receive what is held, and still has time to."""
        held, now_s = self._held, time.monotonic()
        behind = (
            held is not None
            and heard.is_standby
            and version.registry_id == held[0].registry_id
            and version.data_version < held[0].data_version
        )
        if not behind:
            self._behind_since_s = None
        elif self._behind_since_s is None:
            self._behind_since_s = now_s
        return self._behind_since_s is not None and now_s - self._behind_since_s < _CATCH_UP_S

    def _warm_ahead(self) -> None:
        """Work the hours of tomorrow out today, so that no request has to at midnight."""
        tomorrow = datetime.now(SHANGHAI) + timedelta(days=1)
        if self._held is not None and tomorrow.date() != self._warmed_to.date():
            self._held[0].schedules.warm(tomorrow)
            self._warmed_to = tomorrow


def _digest(snapshot: Snapshot) -> str:
    """Name the content of a snapshot."""
    digest = hashlib.sha256()
    for body in snapshot.bodies:
        digest.update(body)
    for place in snapshot.places["wgs84"]:
        digest.update(place.tobytes())
    return digest.hexdigest()[:32]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector from looking, again and again, through rows that are gone in a moment anyway."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
