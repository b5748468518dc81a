"""Reads of the registry on behalf of a request: aside, in bounded time, and 503 when the database is away.

Most answers come from the snapshot and need no database. What does need it must not be able to hold anything
else up: a few threads of its own, a queue with an end, and a limit to every wait.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from data.errors import DatabaseAway, DatabaseError
from data.postgres import db
from data.postgres.db import Connection, Limits, Pool
from data.postgres.deadline import deadline
from service.errors import AwayError
from service.trouble import trouble_of

_log = logging.getLogger("yizhan.reader")

Result = TypeVar("Result")

THREADS: Final = 4
QUEUE: Final = 64
"""The most reads that wait or run at a time; one more is refused at once."""
WAIT_S: Final = 5.0
"""The longest that a request waits for its read, seconds."""


class Reader:
    """Reads from one registry; opens nothing before the first read.

    Parameters
    ----------
    url
        The registry's database.
    wait_s
        The longest that a request waits, seconds: for a thread, a connection and the answer together.
    """

    def __init__(self, url: str, *, wait_s: float = WAIT_S) -> None:
        self._wait_s = wait_s
        self._pool = Pool(url, max_size=THREADS, wait_s=wait_s, limits=Limits(wait_s, wait_s, wait_s))
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="yizhan-reader")
        self._asked = 0
        self._closed = False

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work`` on a connection, in a thread.

        Parameters
        ----------
        work
            Reads only; may run twice, when the first connection turns out to be dead.

        Raises
        ------
        AwayError
            The database is away, too slow, too busy, or does not hold this program's schema.
        """
        if self._closed or self._asked >= QUEUE:
            raise AwayError
        self._asked += 1
        try:
            # Cancelled by the timeout, a read that waits is withdrawn; one that runs ends by its own limits.
            async with asyncio.timeout(self._wait_s):
                return await asyncio.wrap_future(self._threads.submit(self._pool.read, self._bounded(work)))
        except (DatabaseAway, TimeoutError) as error:
            raise AwayError from error
        except DatabaseError as error:
            if trouble_of(error) != "schema":
                raise
            _log.warning("the database refused a read: SQLSTATE %s", error.sqlstate)
            raise AwayError from error
        finally:
            self._asked -= 1

    def close(self) -> None:
        """Let go of threads and connections; reads that wait are withdrawn. A second call does nothing."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.close()

    def _bounded(self, work: Callable[[Connection], Result]) -> Callable[[Connection], Result]:
        def run(conn: Connection) -> Result:
            with db.translated(), deadline(conn, self._wait_s + 1.0):
                result = work(conn)
                conn.rollback()
                return result

        return run
