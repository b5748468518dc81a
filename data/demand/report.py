"""What a reader of demand found: rows rejected with their reasons, and what it had to decide."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo.texts import Text

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Reject:
    """One row that is not used: its number as a person sees it in the file, and the first reason."""

    row: int
    reason: Text


@dataclass
class Report:
    """The account of one file: ``rows_read`` is rows kept plus rejects, always."""

    rows_read: int
    rejects: list[Reject] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    @property
    def rows_kept(self) -> int:
        """Rows that are used."""
        return self.rows_read - len(self.rejects)

    def reject(self, numbers: npt.NDArray[np.int64], wrong: Mask, reasons: Iterable[Text] | Text) -> None:
        """Reject the marked rows.

        Parameters
        ----------
        numbers
            Row numbers of the rows still in question, shape (n,).
        wrong
            Which of them, shape (n,).
        reasons
            One for all, or one for each marked row.
        """
        rows = numbers[wrong].tolist()
        each = [reasons] * len(rows) if isinstance(reasons, Text) else list(reasons)
        self.rejects += [Reject(row, reason) for row, reason in zip(rows, each, strict=True)]
