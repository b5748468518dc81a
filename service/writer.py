"""Writes to the registry on behalf of a request: aside, few at a time, in bounded time.

A write is never tried again by itself: whoever asked for it states the version it rests on, or a key under
which it is carried out once, and asks again. The thread is waited for until the database has said yes or no, so
that an answer never says less than what was done.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from data.postgres import db
from data.postgres.db import Connection, Limits, Pool
from data.postgres.deadline import deadline
from service.errors import AwayError

Result = TypeVar("Result")

THREADS: Final = 3
QUEUE: Final = 32
"""The most writes that wait or run at a time; one more is refused at once."""
WAIT_S: Final = 10.0
"""The longest that a write of one station may take, seconds, once it has its connection."""
_LOCK_S: Final = 8.0
_FREE_S: Final = 5.0


class Writer:
    """Writes to one registry; opens nothing before the first one.

    Parameters
    ----------
    url
        The registry's database, as a role that may write.
    most_s
        The longest that any write may take, seconds.
    """

    def __init__(self, url: str, *, most_s: float = 300.0) -> None:
        limits = Limits(statement_s=most_s, lock_s=_LOCK_S, idle_in_transaction_s=most_s)
        self._pool = Pool(url, role="writer", max_size=THREADS, wait_s=_FREE_S, limits=limits)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="yizhan-writer")
        self._asked = 0
        self._closed = False

    async def write(self, work: Callable[[Connection], Result], *, actor: str) -> Result:
        """Run ``work`` in a transaction of its own.

        Parameters
        ----------
        work
            What it did is committed when it returns, and undone when it raises.
        actor
            Who does it, as the history keeps it.

        Raises
        ------
        AwayError, DatabaseAway
            The database is away, busy or too slow; nothing was changed, unless the connection broke in the very
            commit.
        """

        def run(conn: Connection) -> Result:
            with db.transaction(conn, actor=actor):
                return work(conn)

        return await self.run(run, wait_s=WAIT_S)

    async def run(self, work: Callable[[Connection], Result], *, wait_s: float) -> Result:
        """Run ``work``, which sees to its transactions itself, on a connection, in a thread."""
        if self._closed or self._asked >= QUEUE:
            raise AwayError

        def bounded() -> Result:
            with self._pool.connection() as conn, deadline(conn, wait_s):
                return work(conn)

        self._asked += 1
        try:
            return await asyncio.wrap_future(self._threads.submit(bounded))
        finally:
            self._asked -= 1

    def close(self) -> None:
        """Let go of threads and connections; writes that wait are withdrawn. A second call does nothing."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.close()
