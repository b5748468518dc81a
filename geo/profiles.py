"""Time profiles of demand: how the half hours of a week compare with their mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from geo import texts
from geo.errors import ParameterError
from geo.week import SLOTS

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

FLAT: Final = -1


@dataclass(frozen=True, eq=False)
class Profiles:
    """Profiles by key: ``factor`` has shape (keys, 336) and mean 1 in each row.

    A row of demand of weight w and profile k has demand ``w * factor[k, slot]`` at a slot: its weight is the mean
    over the week.
    """

    keys: tuple[str, ...]
    factor: FloatArray

    @classmethod
    def none(cls) -> Self:
        """No profile: demand is the same all week."""
        return cls((), np.empty((0, SLOTS)))

    @classmethod
    def of(cls, counts: Mapping[str, npt.ArrayLike]) -> Self:
        """Make profiles from counts per half hour of the week.

        Parameters
        ----------
        counts
            By key, shape (336,), finite and not negative. A key whose counts are all 0 becomes flat.

        Raises
        ------
        ParameterError
            Counts are of another length, negative or missing.

        Examples
        --------
        >>> made = Profiles.of({"office": np.repeat([0.0, 3.0], 168)})
        >>> made.factor[0, [0, 335]].tolist()
        [0.0, 2.0]
        """
        rows = [np.asarray(values, dtype=np.float64) for values in counts.values()]
        for key, row in zip(counts, rows, strict=True):
            if row.shape != (SLOTS,) or not bool((row >= 0).all() and np.isfinite(row).all()):
                raise ParameterError(texts.PROFILE_COUNTS.format(key=key))
        means = [row.mean() for row in rows]
        factors = [row / mean if mean > 0 else np.ones(SLOTS) for row, mean in zip(rows, means, strict=True)]
        return cls(tuple(counts), np.array(factors, dtype=np.float64).reshape(-1, SLOTS))

    def rows(self, keys: Iterable[str | None]) -> IntArray:
        """Find the row of each key, shape (n,); -1 for None (flat).

        Raises
        ------
        ParameterError
            There is no profile of that key.
        """
        number: dict[str | None, int] = {key: i for i, key in enumerate(self.keys)} | {None: FLAT}
        wanted = list(keys)
        missing = sorted({str(key) for key in wanted if key not in number})
        if missing:
            raise ParameterError(texts.PROFILE_ABSENT.format(keys=", ".join(missing[:5])))
        return np.array([number[key] for key in wanted], dtype=np.int64)

    def factors(self, rows: npt.ArrayLike) -> FloatArray:
        """Factors of rows as ``rows`` found them, shape (n, 336); ones where flat."""
        with_flat = np.vstack([self.factor, np.ones((1, SLOTS))])
        return np.asarray(with_flat[np.asarray(rows, dtype=np.int64)])
