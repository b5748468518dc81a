"""Who may run a batch: one at a time, a few inside, the others are told to come back.

A worker computes one batch at a time, in a thread of its own; with more, single queries would wait. A few more
may send their body or wait for their turn: what they hold is memory.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, Final, TypeVar

from service.errors import BusyError

T = TypeVar("T")

INSIDE: Final = 6
"""Batches that may be received, computed and sent at the same time."""
WAIT_S: Final = 10.0
"""How long a batch that was received waits for its turn."""


_BREATH_S: Final = 0.0005


class GoneError(Exception):
    """Nobody waits for the answer any more."""


class Desk:
    """Admits batches and runs them one after the other."""

    def __init__(self) -> None:
        self._inside = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="yizhan-batch")

    @property
    def inside(self) -> int:
        """How many batches are inside."""
        return self._inside

    def enter(self) -> None:
        """Let one in; each must ``leave``. ``BusyError`` when there are enough."""
        if self._inside >= INSIDE:
            raise BusyError
        self._inside += 1

    def leave(self) -> None:
        """Let one out."""
        self._inside -= 1

    async def run(self, work: Callable[[Callable[[], None]], T], gone: "asyncio.Future[None]") -> T:
        """Run some work in its turn.

        Parameters
        ----------
        work
            Gets a function that it must call often: it lets other threads run, and raises when nobody waits.
        gone
            Done when the client is gone.

        Raises
        ------
        BusyError
            Its turn did not come in time.
        GoneError
            The client went away; the work has stopped.
        """
        stop = Event()
        job = self._thread.submit(work, _Breath(stop))
        done = asyncio.wrap_future(job)
        done.add_done_callback(_look_at)
        waited: set[asyncio.Future[Any]] = {done, gone}
        try:
            await asyncio.wait(waited, timeout=WAIT_S, return_when=asyncio.FIRST_COMPLETED)
            if not done.done() and not gone.done() and job.cancel():
                raise BusyError
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if done.done():
                return done.result()
            stop.set()
            if not job.cancel():
                # It stops at its next breath, and until then it is the one that runs.
                await asyncio.wait({done})
            raise GoneError
        finally:
            stop.set()
            job.cancel()

    def close(self) -> None:
        """Take no more work."""
        self._thread.shutdown(wait=False, cancel_futures=True)


class _Breath:
    """Let other threads run, twice in a millisecond and not more often: a pause costs a tenth of one."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._last_s = time.monotonic()

    def __call__(self) -> None:
        if self._stop.is_set():
            raise GoneError
        if time.monotonic() - self._last_s > _BREATH_S:
            # Not merely a release of the interpreter: it must last until another thread has woken up.
            time.sleep(0)
            self._last_s = time.monotonic()


def _look_at(done: "asyncio.Future[Any]") -> None:
    """Take note of an error, so that nobody complains of one that was never looked at."""
    if not done.cancelled():
        done.exception()
