"""Holds the networks of one worker, and renews them when the street map's number changes."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import orjson
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data.errors import DatabaseAway
from data.postgres import db
from data.postgres.db import Limits
from data.postgres.deadline import deadline
from data.statements import load
from geo.network import Network
from service import scratch
from service.roads import stored
from service.trouble import LoadingError, described

State = Literal["ready", "loading", "none", "off", "trouble"]

_log = logging.getLogger("yizhan.roads")

_LIMITS: Final = Limits(10, 5, 30)
_LOOK_S: Final = 15.0
_LOAD_S: Final = 3600.0
_AGAIN_S: Final = 60.0
_STOP_S: Final = 5.0
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Roads:
    """The networks of one state of the street map, by mode; none where there are no streets."""

    street_version: int = 0
    streets_date: str | None = None
    networks: Mapping[str, Network] = field(default_factory=lambda: MappingProxyType({}))


class NoRoads:
    """In place of ``RoadKeeper`` where networks are switched off, or there is no registry."""

    def __init__(self, state: State = "none") -> None:
        self.state: State = state
        self.roads = Roads()

    def start(self) -> None:
        """Nothing to load."""

    def stop(self) -> None:
        """Nothing to let go."""


class RoadKeeper(NoRoads):
    """Follows the number of the street map with a thread; loads in a child process.

    The networks that are held stay until others are whole: when loading fails or the database is away.

    Parameters
    ----------
    url
        The registry's database.
    poll_s
        Seconds between looks at the number.
    """

    def __init__(self, url: str, *, poll_s: float = 5.0) -> None:
        super().__init__("loading")
        self._url = url
        self._poll_s = poll_s
        self._held: tuple[str, int] | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the thread."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="yizhan-roads", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread and what it has started; a second call does nothing."""
        self._stop.set()
        child = self._child
        if child is not None:
            child.kill()
        if self._thread is not None:
            self._thread.join(timeout=_STOP_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            wait_s = self._poll_s
            try:
                with _connected(self._url) as looked:
                    while not self._stop.is_set():
                        self._look(looked)
                        self._stop.wait(self._poll_s)
            except DatabaseAway:
                # The keeper of stations says so; networks in hand are as good as before.
                pass
            except Exception as error:
                if not self._stop.is_set():
                    self.state, wait_s = "trouble", _AGAIN_S
                    _log.warning("cannot load street networks: %s", described(error))
            self._stop.wait(wait_s)

    def _look(self, looked: "_Looking") -> None:
        there = looked.version()
        if there != self._held:
            if not self.roads.networks and there[1]:
                self.state = "loading"
            self.roads, self._held = self._load(there[1]) if there[1] else Roads(), there
            _log.info("street networks of version %d: %s", there[1], ", ".join(self.roads.networks) or "none")
        # also after a trouble that has passed without a change of the streets
        self.state = "ready" if self.roads.networks else "none"

    def _load(self, street_version: int) -> Roads:
        with scratch.folder("yizhan-roads-") as folder:
            made = self._made(folder)
            networks = {mode: stored.read(folder / mode) for mode in made["modes"]}
        return Roads(street_version, made["streets_date"], MappingProxyType(networks))

    def _made(self, folder: Path) -> dict[str, Any]:
        asked = orjson.dumps({"url": self._url, "folder": str(folder)}) + b"\n"
        # The URL may hold a password: it goes by a pipe, never by the command line.
        self._child = subprocess.Popen(
            [sys.executable, "-m", "service.roads.loading"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])},
        )
        try:
            if self._stop.is_set():
                self._child.kill()
            out, said = self._child.communicate(asked, timeout=_LOAD_S)
            if self._child.returncode:
                lines = said.decode("utf-8", "replace").strip().splitlines()
                kind = lines[-1].partition(":")[0] if lines else f"exit code {self._child.returncode}"
                raise LoadingError(kind)
        finally:
            self._child.kill()
            self._child.wait()
            self._child = None
        made: dict[str, Any] = orjson.loads(out)
        return made


class _Looking:
    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        conn.autocommit = True

    def version(self) -> tuple[str, int]:
        """Which registry this is, and the number of its street map; 0 when no street is there."""
        with db.translated(), deadline(self._conn, _LOOK_S), self._conn.cursor() as cursor:
            cursor.execute(load("osm/network_version"))
            registry_id, street_version = cursor.fetchone() or ("", 0)
        return str(registry_id), int(street_version)

    def __enter__(self) -> "_Looking":
        return self

    def __exit__(self, *_: object) -> None:
        self._conn.close()


def _connected(url: str) -> _Looking:
    return _Looking(db.connect(url, role="reader", limits=_LIMITS))
