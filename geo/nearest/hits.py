"""Answers: the stations found for one point or for many."""

from typing import NamedTuple

import numpy as np

from geo.nearest.ground import FloatArray, IntArray, Measured

Found = tuple[int, float, float]
"""Position in the arrays that the index was made of, distance in metres, bearing in degrees."""


class Hits(NamedTuple):
    """Stations found, nearest first.

    ``positions`` in the arrays that the index was made of; ``distance_m`` by geodesic, not rounded;
    ``bearing_deg`` from the query point, clockwise from north, 0 to below 360, 0 at the same place. All of
    shape (found,) for one point, (n, k) for many: there positions -1, distance ``inf``, bearing ``NaN`` where
    fewer.
    """

    positions: IntArray
    distance_m: FloatArray
    bearing_deg: FloatArray

    @classmethod
    def nothing(cls, shape: int | tuple[int, int]) -> "Hits":
        """Make arrays of this shape in which nothing was found."""
        return cls(np.full(shape, -1, dtype=np.int64), np.full(shape, np.inf), np.full(shape, np.nan))


def as_found(positions: IntArray, measured: list[Measured]) -> list[Found]:
    """Name what was measured by its position, and turn azimuths into bearings.

    Examples
    --------
    >>> as_found(np.array([7, 8]), [(0.0, 1, 180.0), (5.5, 0, -90.0)])
    [(8, 0.0, 0.0), (7, 5.5, 270.0)]
    """
    position_of = positions.item
    # twice, because -1e-20 % 360 is 360
    return [(position_of(row), d, a % 360.0 % 360.0 if d else 0.0) for d, row, a in measured]
