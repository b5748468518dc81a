"""Token buckets in memory that all workers of one service share.

A bucket is one number, the moment at which it is full again (the generic cell rate algorithm): taking moves it
on, time lets it pass. A bucket whose moment has passed is full, which is what an unknown one is, so it is
forgotten: nothing is kept of a client for longer than its limit needs.

The table is a file in memory (``service.shared``) mapped by every worker, with a lock of the file system around
each taking. Such a lock goes with the process that held it, so a worker that is killed blocks nobody. The clock is
``time.monotonic``, which on one machine is the same for all. Alone, a process keeps the table to itself.
"""

import fcntl
import mmap
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

SLOTS: Final = 65_536
"""Buckets that are not full at the same time; with more, the fullest give way. A mebibyte in all."""
_WAYS: Final = 8
_SLOT_BYTES: Final = 16
_SLACK_S: Final = 1e-6
"""Sums of times are rounded; by so little may one be off."""


@dataclass(frozen=True)
class Rate:
    """How much may be taken: ``per_s`` in the long run, ``burst`` at once; both above 0."""

    per_s: float
    burst: float

    @property
    def window_s(self) -> float:
        """Seconds in which an empty bucket is full again."""
        return self.burst / self.per_s


class Taken(NamedTuple):
    """What came of it.

    ``allowed``; ``left``: how much could be taken now; ``full_s``: seconds until the bucket is full again;
    ``wait_s``: seconds until the same can be taken, 0 when it was.
    """

    allowed: bool
    left: float
    full_s: float
    wait_s: float


class Buckets:
    """Buckets by 64-bit number.

    Parameters
    ----------
    path
        The table shared with others, of ``SLOTS`` slots (``make``); None = none but this process.
    clock
        Seconds; the same for all who share the table.

    Examples
    --------
    >>> now = [0.0]
    >>> buckets = Buckets(clock=lambda: now[0])
    >>> two = Rate(per_s=1, burst=2)
    >>> [buckets.take(7, 1, two).allowed for _ in range(3)]
    [True, True, False]
    >>> now[0] = 0.5
    >>> buckets.take(7, 1, two)
    Taken(allowed=False, left=0.5, full_s=1.5, wait_s=0.5)
    """

    def __init__(self, path: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # A description of its own, for a lock of the file system does not part those who share one.
        self._file = -1 if path is None else os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self._memory = mmap.mmap(self._file, SLOTS * _SLOT_BYTES)
        whole = memoryview(self._memory)
        self._names = whole[: 8 * SLOTS].cast("Q")
        self._full_at_s = whole[8 * SLOTS :].cast("d")
        # The lock of the file system does not part threads either.
        self._threads = threading.Lock()

    def take(self, name: int, cost: float, rate: Rate, *, only_look: bool = False) -> Taken:
        """Take so much from a bucket, or nothing when it does not hold as much.

        Parameters
        ----------
        name
            Of the bucket: 64 bits, not 0.
        cost
            How much. More than the bucket ever holds can be taken from a full one; it is then in debt.
        only_look
            Tell what would come of it.
        """
        with self._threads:
            if self._file < 0:
                return self._take(name, cost, rate, only_look)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                return self._take(name, cost, rate, only_look)
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def forget(self) -> int:
        """Wipe every bucket that is full, as it would be without; give how many are left."""
        with self._threads:
            if self._file >= 0:
                fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                names, full_at_s = np.asarray(self._names), np.asarray(self._full_at_s)
                passed = full_at_s <= self._clock()
                names[passed] = 0
                full_at_s[passed] = 0.0
                return int(np.count_nonzero(names))
            finally:
                if self._file >= 0:
                    fcntl.flock(self._file, fcntl.LOCK_UN)

    def _take(self, name: int, cost: float, rate: Rate, only_look: bool) -> Taken:
        now_s, window_s = self._clock(), rate.burst / rate.per_s
        slot = self._slot(name)
        is_known = self._names[slot] == name
        begin_s = max(self._full_at_s[slot], now_s) if is_known else now_s
        full_at_s = begin_s + cost / rate.per_s
        wait_s = min(full_at_s - window_s, begin_s) - now_s
        if wait_s > _SLACK_S:
            left = max(0.0, (window_s + now_s - begin_s) * rate.per_s)
            return Taken(False, left, begin_s - now_s, wait_s)
        if not only_look:
            self._names[slot] = name
            self._full_at_s[slot] = full_at_s
        left = max(0.0, (window_s + now_s - full_at_s) * rate.per_s)
        return Taken(True, left, full_at_s - now_s, 0.0)

    def _slot(self, name: int) -> int:
        """Find the slot of a bucket; for one that has none, the slot that is full the soonest."""
        first = name % (SLOTS // _WAYS) * _WAYS
        if self._names[first] == name:
            return first
        names = self._names[first : first + _WAYS].tolist()
        if name in names:
            return first + names.index(name)
        times = self._full_at_s[first : first + _WAYS].tolist()
        return first + times.index(min(times))


def make(path: Path) -> None:
    """Make an empty table for several processes to share."""
    with path.open("xb") as file:
        file.truncate(SLOTS * _SLOT_BYTES)
