"""Several server processes on one listening socket, and the parent that watches them.

Not uvicorn's own supervisor: that one kills a worker which takes more than five seconds to import, waits without
end for one that does not stop, leaves its workers behind when it is killed, and does not drain. The parent
here serves nothing; it replaces a worker that ends, and when it is told to stop it turns new connections away,
lets every worker finish what it has, and closes the socket last. A worker whose parent is gone stops as well.
"""

import logging
import logging.config
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Final

from service import texts
from service.draining import DRAIN_S, turn_away
from service.errors import WorkersError
from service.server import LOGGING, Server

_log = logging.getLogger("yizhan.workers")

Maker = Callable[[], Server]
"""Makes the server of one worker over there: a function of a module, or an object that pickle takes."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_RESTART_S: Final = 1.0
_MOST_FAILURES: Final = 3
_GRACE_S: Final = 5.0


def run_workers(make: Maker, listener: socket.socket, count: int, *, stop_wait_s: float) -> None:
    """Serve with several processes until told to stop (SIGINT, SIGTERM, SIGHUP; a second one stops at once).

    Parameters
    ----------
    make
        Makes the server of a worker; called in the worker.
    listener
        Shared by all.
    count
        How many workers.
    stop_wait_s
        How long running requests may take once told to stop, seconds; as the workers' own setting.

    Raises
    ------
    WorkersError
        No worker gets ready: three in a row ended before.
    """
    logging.config.dictConfig(LOGGING)
    _Parent(make, listener, stop_wait_s).run(count)


@dataclass
class _Worker:
    process: SpawnProcess
    ready: Connection

    def was_ready(self) -> bool:
        """Whether it ever served."""
        with suppress(EOFError, OSError):
            return self.ready.poll()
        return False


class _Parent:
    """Starts, watches, replaces and stops workers."""

    def __init__(self, make: Maker, listener: socket.socket, stop_wait_s: float) -> None:
        self._make, self._listener = make, listener
        self._patience_s = DRAIN_S + stop_wait_s + _GRACE_S
        self._workers: list[_Worker] = []
        self._failures = 0

    def run(self, count: int) -> None:
        with _bell() as bell:
            try:
                for _ in range(count):
                    self._workers.append(self._start())
                while not bell.poll():
                    connection.wait([bell, *self._sentinels()])
                    if not bell.poll():
                        self._replace_ended(bell)
            finally:
                while bell.poll():
                    bell.recv_bytes()
                self._stop(bell)

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=work, args=(self._make, self._listener, theirs), name="yizhan-worker"
        )
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _replace_ended(self, bell: Connection) -> None:
        for place, worker in enumerate(self._workers):
            if worker.process.is_alive():
                continue
            worker.process.join()
            code = worker.process.exitcode
            _log.warning("worker %d ended (exit code %s), starting another", worker.process.pid, code)
            if worker.was_ready():
                self._failures = 0
            else:
                self._failures += 1
                if self._failures >= _MOST_FAILURES:
                    raise WorkersError(texts.WORKERS_FAIL)
                bell.poll(_RESTART_S)
            worker.ready.close()
            self._workers[place] = self._start()

    def _stop(self, bell: Connection) -> None:
        turn_away(self._listener)
        for worker in self._workers:
            worker.process.terminate()
        until_s = time.monotonic() + self._patience_s
        while (left := self._sentinels()) and not bell.poll() and time.monotonic() < until_s:
            connection.wait([bell, *left], timeout=until_s - time.monotonic())
        for worker in self._workers:
            if worker.process.is_alive():
                _log.error("worker %d did not stop in time and is killed", worker.process.pid)
                worker.process.kill()
            worker.process.join()

    def _sentinels(self) -> list[int]:
        return [w.process.sentinel for w in self._workers if w.process.is_alive()]


def work(make: Maker, listener: socket.socket, ready: Connection) -> None:
    """Be one worker: serve until the parent says so, or is gone."""
    # A terminal sends Ctrl-C and hang-ups to all; the parent tells its workers itself.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_follow_parent, name="yizhan-parent", daemon=True).start()
    server = make()
    server.shares_listener = True
    server.when_ready = lambda: ready.send_bytes(b"ready")
    server.run(sockets=[listener])


def _leave(number: int, _: Any) -> None:
    """End where nothing runs yet; and when the server, done, raises the signal that stopped it again."""
    raise SystemExit(0)


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _bell() -> Iterator[Connection]:
    """Turn signals into something that can be waited for."""
    ear, rope = multiprocessing.Pipe(duplex=False)

    def ring(number: int, _: Any) -> None:
        rope.send_bytes(signal.Signals(number).name.encode())

    before = {number: signal.signal(number, ring) for number in _SIGNALS}
    try:
        yield ear
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        ear.close()
        rope.close()
