"""What an import says for silent rows, and what is found wrong with each."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from data.stations.arrays import Mask
from geo.coordsys import CoordSys
from geo.texts import Text


@dataclass(frozen=True)
class Defaults:
    """What the import says for rows that do not say it themselves."""

    coordsys: CoordSys | None
    audience: str | None
    source: str
    source_given: bool


@dataclass
class Findings:
    """What was found wrong, by row position: reasons that reject, warnings that do not; notes on the whole file."""

    reasons: dict[int, list[tuple[str, Text]]] = field(default_factory=dict)
    warnings: dict[tuple[str, Text], list[int]] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)

    def reject(self, rows: Iterable[int], code: str, reason: Text) -> None:
        """Reject rows."""
        for row in rows:
            self.reasons.setdefault(int(row), []).append((code, reason))

    def warn(self, rows: Iterable[int], code: str, note: Text) -> None:
        """Note something about rows that are kept."""
        self.warnings.setdefault((code, note), []).extend(int(r) for r in rows)

    def rejected(self, count: int) -> Mask:
        """Mark the rejected rows, shape (count,)."""
        mask = np.zeros(count, dtype=bool)
        mask[list(self.reasons)] = True
        return mask
