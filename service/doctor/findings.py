"""What the doctor finds: a subject, how bad it is, and a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from geo.texts import Text


class Level(IntEnum):
    """How bad a finding is; the numbers are exit codes, as monitoring plugins have them."""

    FINE = 0
    WARNING = 1
    BROKEN = 2


@dataclass(frozen=True)
class Finding:
    """One thing looked at; ``text`` says what was found and, unless fine, what to do."""

    level: Level
    subject: Text
    text: Text


def worst(findings: Iterable[Finding]) -> Level:
    """Return the level of the worst finding; fine when there is none.

    Examples
    --------
    >>> a, b = (Finding(level, Text("", ""), Text("", "")) for level in (Level.FINE, Level.WARNING))
    >>> worst([a, b]).name, worst([]).name
    ('WARNING', 'FINE')
    """
    return max((finding.level for finding in findings), default=Level.FINE)
