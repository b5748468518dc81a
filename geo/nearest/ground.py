"""The located stations as the searches see them: coordinates, points in space, the tree, groups for far points.

Rows are in the order of rank, so that the row number itself breaks ties; ``positions`` leads back to the
arrays that the caller gave.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo import chord
from geo.metric import WGS84

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

Measured = tuple[float, int, float]
"""Distance in metres, row, azimuth: sorted, they are in the order of the answer."""

_SCALAR_LIMIT: Final = 24
"""From here on one call with arrays is faster than many with numbers."""


GROUP_SIZE: Final = 16
GROUP_FACTOR: Final = 8
"""Each group is made of this many finer ones."""


class Point(NamedTuple):
    """A query point of finite coordinates; ``xyz`` in space."""

    lon: float
    lat: float
    xyz: tuple[float, float, float]


class Groups(NamedTuple):
    """Runs of ``size`` rows in the order of the tree, so that a run is a compact spot of ground.

    ``centre``: a row of the run, shape (groups,). ``radius_m``: no row of the run is farther from it by
    geodesic, shape (groups,).
    """

    size: int
    centre: IntArray
    radius_m: FloatArray

    @property
    def is_finest(self) -> bool:
        """Whether it is made of rows, not of groups."""
        return self.size == GROUP_SIZE


@dataclass(frozen=True, eq=False)
class Ground:
    """Located stations; every array has one entry per row. Never changed once made.

    ``xyz``: shape (rows, 3); ``tree`` finds its rows by chord; ``groups`` from coarse to fine, none in a small
    registry.
    """

    positions: IntArray
    lon: FloatArray
    lat: FloatArray
    xyz: FloatArray
    tree: cKDTree
    groups: tuple[Groups, ...]

    def __len__(self) -> int:
        return len(self.positions)

    @classmethod
    def of(cls, positions: IntArray, lon: FloatArray, lat: FloatArray) -> "Ground":
        """Place stations in space and plant the tree."""
        return cls._planted(positions, lon, lat, chord.in_space(lon, lat))

    @classmethod
    def _planted(cls, positions: IntArray, lon: FloatArray, lat: FloatArray, xyz: FloatArray) -> "Ground":
        tree = cKDTree(xyz)
        return cls(positions, lon, lat, xyz, tree, _groups(xyz, tree.indices))

    def take(self, rows: IntArray) -> "Ground":
        """Keep these rows only, in order."""
        return Ground._planted(self.positions[rows], self.lon[rows], self.lat[rows], self.xyz[rows])

    def measure(self, point: Point, rows: list[int], limit_m: float) -> list[Measured]:
        """Measure the geodesics to these rows; in order, those within the limit."""
        if len(rows) > _SCALAR_LIMIT:
            return self._measure_array(point, np.asarray(rows), limit_m)
        inverse, x, y = WGS84.inv, point.lon, point.lat
        lon_of, lat_of = self.lon.item, self.lat.item
        found = []
        for row in rows:
            azimuth, _, distance_m = inverse(x, y, lon_of(row), lat_of(row))
            if distance_m <= limit_m:
                found.append((distance_m, row, azimuth))
        found.sort()
        return found

    def geodesics(self, point: Point, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        """Azimuth and length of the geodesics from one point to each of these rows."""
        x, y = np.full(len(rows), point.lon), np.full(len(rows), point.lat)
        return inverse(x, y, self.lon[rows], self.lat[rows])

    def _measure_array(self, point: Point, rows: IntArray, limit_m: float) -> list[Measured]:
        azimuth, distance_m = self.geodesics(point, rows)
        order = np.lexsort((rows, distance_m))
        order = order[distance_m[order] <= limit_m]
        columns = (values[order].tolist() for values in (distance_m, rows, azimuth))
        return list(zip(*columns, strict=True))


def _groups(xyz: FloatArray, order: IntArray) -> tuple[Groups, ...]:
    """Group rows in the order of the tree, and groups to larger ones while there are more than a few."""
    if len(order) <= 2 * GROUP_SIZE:
        return ()
    levels = [_grouped(xyz, order, np.zeros(len(order)), GROUP_SIZE)]
    while len(levels[-1].centre) > 2 * GROUP_FACTOR:
        finer = levels[-1]
        coarser = _grouped(xyz, finer.centre, finer.radius_m, GROUP_FACTOR)
        levels.append(coarser._replace(size=finer.size * GROUP_FACTOR))
    return tuple(reversed(levels))


def _grouped(xyz: FloatArray, members: IntArray, reach_m: FloatArray, size: int) -> Groups:
    """Group each ``size`` members, of which each stands for what lies within its reach, around the middle one."""
    first = np.arange(0, len(members), size)
    centre = members[np.minimum(first + size // 2, len(members) - 1)]
    away = xyz[members] - np.repeat(xyz[centre], size, axis=0)[: len(members)]
    way_m = chord.longest_way_m(np.sqrt(np.einsum("ij,ij->i", away, away)))
    return Groups(size, centre, np.maximum.reduceat(way_m + reach_m, first))


def inverse(
    lon1: FloatArray, lat1: FloatArray, lon2: FloatArray, lat2: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Azimuth and length of the geodesics; the arrays, all of them fresh copies, are overwritten."""
    azimuth, _, distance_m = WGS84.inv(lon1, lat1, lon2, lat2, inplace=True)
    return azimuth, distance_m
