"""When stations are open in a week, as coverage counts it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from geo import week
from geo.coverage import texts
from geo.errors import ParameterError
from geo.week import NIGHT_SLOT, SLOTS, Flags, Words


@dataclass(frozen=True, eq=False)
class Openings:
    """Stations by half hours of the week.

    Attributes
    ----------
    open_week
        Known to be open, shape (stations, 336). A 24-hour station is open all week, one of unknown hours never.
    known
        Its hours are known, shape (stations,).
    is_24h
        Door open or unattended entry at any hour, shape (stations,).
    """

    open_week: Flags
    known: Flags
    is_24h: Flags

    @classmethod
    def of(cls, open_week: npt.ArrayLike, hours_known: npt.ArrayLike, is_24h: npt.ArrayLike) -> Self:
        """Make openings from what schedules and the three facts of 24 hours say.

        Parameters
        ----------
        open_week
            Shape (stations, 336), from Monday 00:00 of the week in question, its holidays and make-up days counted.
        hours_known
            Shape (stations,). What ``open_week`` says of a station without known hours is ignored.
        is_24h
            Shape (stations,). Posted hours may end earlier: who can enter unattended is let in at any hour.

        Raises
        ------
        ParameterError
            The shapes do not fit.

        Examples
        --------
        >>> made = Openings.of(np.eye(3, 336, dtype=bool), [True, True, False], [True, False, False])
        >>> made.open_week.sum(axis=1).tolist(), made.known.tolist()
        ([336, 1, 0], [True, True, False])
        """
        always = np.asarray(is_24h, dtype=np.bool_)
        known = np.asarray(hours_known, dtype=np.bool_) | always
        flags = np.asarray(open_week, dtype=np.bool_)
        if flags.shape != (len(always), SLOTS) or known.shape != always.shape:
            raise ParameterError(texts.OPENINGS_SHAPE.format(n=len(always), found=flags.shape))
        return cls((flags & known[:, None]) | always[:, None], known, always)

    def __len__(self) -> int:
        return len(self.known)

    def words(self) -> Words:
        """Weeks packed, shape (stations, 6)."""
        return week.pack(self.open_week)

    def at(self, moment: str) -> Flags:
        """Mark the stations that count at an instant: ``any`` all, ``0200`` those open then, ``24h``."""
        if moment == "any":
            return np.ones(len(self), dtype=np.bool_)
        return np.asarray(self.is_24h if moment == "24h" else self.open_week[:, NIGHT_SLOT])
