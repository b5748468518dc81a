"""Whether two clocks agree: "open now" is answered by this machine's."""

import time
from datetime import datetime, timedelta
from typing import Final

from geo.texts import Text
from service.doctor import texts
from service.doctor.findings import Finding, Level

OFF_S: Final = 5.0
WRONG_S: Final = 60.0


class Clock:
    """The clock of this machine, read once and going on from there: looking at the rest takes seconds."""

    def __init__(self, now: datetime) -> None:
        self._now, self._read_s = now, time.monotonic()

    def now(self) -> datetime:
        """Give the time that it is by now."""
        return self._now + timedelta(seconds=time.monotonic() - self._read_s)


def told_apart(other: Text, ahead_s: float) -> Finding:
    """Judge by how many seconds another clock is ahead of ours (negative: behind).

    Examples
    --------
    >>> [told_apart(Text("它", "it"), seconds).level.name for seconds in (4.9, -5.1, 61)]
    ['FINE', 'WARNING', 'BROKEN']
    """
    off_s = abs(ahead_s)
    level = Level.FINE if off_s <= OFF_S else Level.WARNING if off_s <= WRONG_S else Level.BROKEN
    said = texts.CLOCKS_AGREE if level is Level.FINE else texts.CLOCKS_DIFFER
    return Finding(level, texts.CLOCK, said.format(other_zh=other.zh, other_en=other.en, seconds=off_s))
