"""Several server processes on one listening socket, and the parent that watches them.

Not uvicorn's own supervisor: that one waits without end for a worker that does not stop, leaves its workers behind
when it is killed, does not drain, stops everything when one start fails, and takes its sign of life from a thread,
which a loop that hangs gives as well. The parent here serves nothing; it replaces a worker that ends or whose loop
no longer turns, and when it is told to stop it turns new connections away, lets every worker finish what it has,
and closes the socket last. A worker whose parent is gone stops as well.
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
from ctypes import c_double
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Final

from service import logs, texts
from service.draining import DRAIN_S, turn_away
from service.errors import WorkersError
from service.logs import Form
from service.server import Server
from service.trouble import BackOff

_log = logging.getLogger("yizhan.workers")

Maker = Callable[[], Server]
"""Makes the server of one worker over there: a function of a module, or an object that pickle takes."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_FIRST_WAIT_S: Final = 1.0
_MOST_WAIT_S: Final = 10.0
_MOST_FAILURES: Final = 3
_GRACE_S: Final = 5.0
_READY_LOOK_S: Final = 0.1
SILENT_S: Final = 30.0
"""How long a worker's loop may stand still before it counts as hanging; no load of a snapshot takes as long."""


def run_workers(
    make: Maker,
    listener: socket.socket,
    count: int,
    *,
    stop_wait_s: float,
    silent_s: float = SILENT_S,
    log_format: Form = "text",
    when_ended: Callable[[int], None] = lambda _: None,
    when_ready: Callable[[], None] = lambda: None,
) -> None:
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
    silent_s
        How long the loop of a worker that serves may stand still, seconds, on top of the time to stop in.
    log_format
        Of the parent's own lines; as the workers' own setting.
    when_ended
        Called with the number of a process that has ended.
    when_ready
        Called once, as soon as one of them serves.

    Raises
    ------
    WorkersError
        Three in a row ended before they served, and no other serves.
    """
    logging.config.dictConfig(logs.config(log_format))
    _Parent(make, listener, stop_wait_s, silent_s, when_ended, when_ready).run(count)


@dataclass(frozen=True)
class _Worker:
    """A process, and the moment of ``time.monotonic`` when its loop last turned: 0 before it serves."""

    process: SpawnProcess
    turned: c_double

    @property
    def has_served(self) -> bool:
        return self.turned.value > 0


class _Parent:
    """Starts, watches, replaces and stops workers."""

    def __init__(
        self,
        make: Maker,
        listener: socket.socket,
        stop_wait_s: float,
        silent_s: float,
        when_ended: Callable[[int], None],
        when_ready: Callable[[], None],
    ) -> None:
        self._make, self._listener, self._when_ended = make, listener, when_ended
        self._when_ready: Callable[[], None] | None = when_ready
        self._patience_s = DRAIN_S + stop_wait_s + _GRACE_S
        # One that was told to stop by somebody else turns no more, and ends by itself.
        self._silent_s = silent_s + self._patience_s
        self._workers: list[_Worker] = []
        self._failures = 0
        self._waits = BackOff(_FIRST_WAIT_S, _MOST_WAIT_S)

    def run(self, count: int) -> None:
        with _bell() as bell:
            try:
                self._workers += [self._start() for _ in range(count)]
                while not bell.poll():
                    look_s = self._silent_s / 8 if self._when_ready is None else _READY_LOOK_S
                    for worker in _ended(self._workers, bell, look_s):
                        self._replace(worker, bell)
                    self._kill_silent()
                    self._tell_ready()
            finally:
                while bell.poll():
                    bell.recv_bytes()
                self._stop(bell)

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        turned = context.RawValue(c_double, 0.0)
        process = context.Process(
            target=work, args=(self._make, self._listener, turned), name="yizhan-worker"
        )
        process.start()
        return _Worker(process, turned)

    def _replace(self, worker: _Worker, bell: Connection) -> None:
        worker.process.join()
        code = worker.process.exitcode
        _log.warning("worker %d ended (exit code %s), starting another", worker.process.pid, code)
        with suppress(Exception):
            self._when_ended(worker.process.pid or 0)
        if worker.has_served:
            self._failures = 0
            self._waits.reset()
        else:
            self._failures += 1
            # As long as one serves, better a worker too few than none.
            if self._failures >= _MOST_FAILURES and not any(one.has_served for one in self._workers):
                raise WorkersError(texts.WORKERS_FAIL)
            bell.poll(self._waits.next_s())
        if not bell.poll():
            self._workers[self._workers.index(worker)] = self._start()

    def _tell_ready(self) -> None:
        if self._when_ready is not None and any(worker.has_served for worker in self._workers):
            self._when_ready()
            self._when_ready = None

    def _kill_silent(self) -> None:
        """Kill what serves no more though it runs; its end is noticed as any other."""
        for worker in self._workers:
            silent_s = time.monotonic() - worker.turned.value
            if worker.has_served and silent_s > self._silent_s:
                _log.error("worker %d has hung for %.0f s and is killed", worker.process.pid, silent_s)
                worker.process.kill()

    def _stop(self, bell: Connection) -> None:
        turn_away(self._listener)
        for worker in self._workers:
            worker.process.terminate()
        until_s, left = time.monotonic() + self._patience_s, self._workers
        while left and not bell.poll() and (wait_s := until_s - time.monotonic()) > 0:
            ended = _ended(left, bell, wait_s)
            left = [worker for worker in left if worker not in ended]
        for worker in left:
            _log.error("worker %d did not stop in time and is killed", worker.process.pid)
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()


def _ended(workers: list[_Worker], bell: Connection, timeout_s: float) -> list[_Worker]:
    """Wait for the bell, for the end of a worker, or for so long; give the workers that have ended."""
    # Not by is_alive: of a process on its way out it says yes first and no a moment later, and the end is missed.
    ready = connection.wait([bell, *(worker.process.sentinel for worker in workers)], timeout_s)
    return [worker for worker in workers if worker.process.sentinel in ready]


def work(make: Maker, listener: socket.socket, turned: c_double) -> None:
    """Be one worker: serve until the parent says so, or is gone."""
    # A terminal sends Ctrl-C and hang-ups to all; the parent tells its workers itself.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_follow_parent, name="yizhan-parent", daemon=True).start()
    server = make()
    server.shares_listener = True

    def turn() -> None:
        turned.value = time.monotonic()

    server.when_turning = turn
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
