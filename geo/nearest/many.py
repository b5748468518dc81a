"""The nearest stations to many points at once: the proof of one point, with arrays of points.

Where no directions are asked for, short geodesics are taken from their chords (``geo.chord.short_way_m``), which
costs a tenth. What that error could change is measured all the same: the order of two stations, whether one is
within the limit, and the distance rounded to 0.1 m.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np

from geo import chord
from geo.metric import compass
from geo.nearest.afar import FAR_M, nearest_from_afar
from geo.nearest.ground import FloatArray, Ground, IntArray, Mask, Point, inverse
from geo.nearest.hits import Hits

_PAIRS_AT_ONCE: Final = 2_000_000
_PER_ROUNDING: Final = 10.0
"""Distances are told to 0.1 m: so many steps in a metre."""


class Points(NamedTuple):
    """Query points of finite coordinates, and the rows of the answer they belong to."""

    into: IntArray
    lon: FloatArray
    lat: FloatArray
    xyz: FloatArray

    def take(self, rows: IntArray) -> "Points":
        """Keep these points, in order."""
        return Points(self.into[rows], self.lon[rows], self.lat[rows], self.xyz[rows])


def fill(
    hits: Hits,
    ground: Ground,
    lon: FloatArray,
    lat: FloatArray,
    k: int,
    limit_m: float,
    bearings: bool = True,
) -> None:
    """Write the answer of each point into its row of ``hits``; rows of missing points stay as they are."""
    asked = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    k = min(k, len(ground))
    if k == 0:
        return
    for rows in _blocks(asked, np.full(len(asked), k + 1)):
        points = Points(rows, lon[rows], lat[rows], chord.in_space(lon[rows], lat[rows]))
        _Search(ground, hits, k, limit_m, bearings).fill_block(points)


class _Best(NamedTuple):
    """Rows of the ground, distance and azimuth, shape (n, k); a row of ``len(ground)`` is nobody."""

    rows: IntArray
    distance_m: FloatArray
    azimuth: FloatArray

    @classmethod
    def nothing(cls, shape: tuple[int, ...], nobody: int) -> "_Best":
        return cls(np.full(shape, nobody, dtype=np.int64), np.full(shape, np.inf), np.full(shape, np.nan))

    def ordered(self) -> "_Best":
        """Each line by distance, equal distances by row."""
        if self.rows.shape[1] < 2:
            return self
        by_row = np.argsort(self.rows, axis=1)
        by_row_then_distance = np.take_along_axis(self.distance_m, by_row, 1).argsort(axis=1, kind="stable")
        order = np.take_along_axis(by_row, by_row_then_distance, 1)
        return _Best(
            np.take_along_axis(self.rows, order, 1),
            np.take_along_axis(self.distance_m, order, 1),
            np.take_along_axis(self.azimuth, order, 1),
        )


class _Search(NamedTuple):
    """What one search of many points shares: where, into what, how many, how far, with directions or not."""

    ground: Ground
    hits: Hits
    k: int
    limit_m: float
    bearings: bool

    def fill_block(self, points: Points) -> None:
        """Answer by the k first by chord, proved by the one that follows; what is not proved, again."""
        ground, k = self.ground, self.k
        chords, rows = ground.tree.query(points.xyz, k + 1, distance_upper_bound=chord.reach_m(self.limit_m))
        next_m, rows = chords[:, k], rows[:, :k]
        owner, slot = np.nonzero(rows < len(ground))
        best = _Best.nothing(rows.shape, len(ground))
        azimuth, distance_m = self._pairs(points, owner, rows[owner, slot])
        best.rows[...] = rows
        best.distance_m[owner, slot], best.azimuth[owner, slot] = distance_m, azimuth
        last_m = np.minimum(best.distance_m.max(axis=1), self.limit_m)
        within_m = chord.reaches_m(last_m + chord.SLACK_M)
        self._put(points.into, best.ordered())
        unproved = (next_m <= within_m) & (next_m < np.inf)
        far = unproved & (last_m > FAR_M)
        again = np.flatnonzero(unproved & ~far)
        if len(again):
            self._fill_again(points.take(again), within_m[again])
        if far.any():
            self._fill_far(points.take(np.flatnonzero(far)), last_m[far])

    def _fill_again(self, points: Points, radii_m: FloatArray) -> None:
        """Answer again, from all stations with chords within the radius of each point."""
        chords, rows = self.ground.tree.query(points.xyz, 2 * self.k + 6)
        enough = chords[:, -1] > radii_m
        few, rest = np.flatnonzero(enough), np.flatnonzero(~enough)
        owner, slot = np.nonzero(chords[few] <= radii_m[few, np.newaxis])
        self._fill_from(points.take(few), owner, rows[few[owner], slot])
        if len(rest) == 0:
            return
        counts = self.ground.tree.query_ball_point(points.xyz[rest], radii_m[rest], return_length=True)
        for part in _blocks(rest, counts):
            lists = self.ground.tree.query_ball_point(points.xyz[part], radii_m[part])
            lengths = np.fromiter(map(len, lists), np.int64, len(part))
            rows = np.fromiter(chain.from_iterable(lists), np.int64, int(lengths.sum()))
            owner = np.repeat(np.arange(len(part)), lengths)
            self._fill_from(points.take(part), owner, rows)

    def _fill_far(self, points: Points, bounds_m: FloatArray) -> None:
        """Answer each different far point by itself: many are one wrong position, sent again and again."""
        places = np.stack([points.lon, points.lat], axis=1)
        _, first, same = np.unique(places, axis=0, return_index=True, return_inverse=True)
        best = _Best.nothing((len(first), self.k), len(self.ground))
        for i, at in enumerate(first.tolist()):
            x, y, z = points.xyz[at].tolist()
            point = Point(float(points.lon[at]), float(points.lat[at]), (x, y, z))
            found = nearest_from_afar(self.ground, point, self.k, float(bounds_m[at]))
            if found:
                columns = zip(*found, strict=True)
                best.distance_m[i, : len(found)] = next(columns)
                best.rows[i, : len(found)] = next(columns)
                best.azimuth[i, : len(found)] = next(columns)
        same = same.ravel()
        self._put(points.into, _Best(best.rows[same], best.distance_m[same], best.azimuth[same]))

    def _fill_from(self, points: Points, owner: IntArray, rows: IntArray) -> None:
        """Choose the k best of candidate rows, each for the point that owns it; owners ascend."""
        azimuth, distance_m = self._pairs(points, owner, rows)
        order = np.lexsort((rows, distance_m, owner))
        # the place in the order of all, less the place where this owner begins
        slot = np.arange(len(rows)) - np.searchsorted(owner, owner)
        order, owner, slot = order[slot < self.k], owner[slot < self.k], slot[slot < self.k]
        best = _Best.nothing((len(points.into), self.k), len(self.ground))
        for whole, values in zip(best, (rows, distance_m, azimuth), strict=True):
            whole[owner, slot] = values[order]
        self._put(points.into, best)

    def _pairs(self, points: Points, owner: IntArray, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        """Azimuth and length of the geodesics between points and rows; owners ascend."""
        if self.bearings:
            return self._measured(points, owner, rows)
        here, there = points.xyz[owner], self.ground.xyz[rows]
        away = here - there
        chords = np.sqrt(np.einsum("ij,ij->i", away, away))
        distance_m = chord.short_way_m(chords, here[:, 2], there[:, 2])
        self._measure(points, owner, rows, distance_m, chords > chord.SHORT_M)
        self._measure(points, owner, rows, distance_m, self._matters(owner, distance_m))
        return np.full(len(rows), np.nan), distance_m

    def _matters(self, owner: IntArray, distance_m: FloatArray) -> Mask:
        """Where an error of a micrometre could change a rounded distance, the limit's verdict, or the order."""
        steps = distance_m * _PER_ROUNDING
        matters: Mask = np.abs(steps - np.floor(steps) - 0.5) <= _PER_ROUNDING * chord.SLACK_M
        matters |= np.abs(distance_m - self.limit_m) <= chord.SLACK_M
        if (owner[1:] == owner[:-1]).any():
            order = np.lexsort((distance_m, owner))
            apart_m = np.diff(distance_m[order])
            alike = np.flatnonzero((np.diff(owner[order]) == 0) & (apart_m <= 2.0 * chord.SLACK_M))
            matters[order[alike]] = matters[order[alike + 1]] = True
        return matters

    def _measure(
        self, points: Points, owner: IntArray, rows: IntArray, distance_m: FloatArray, which: Mask
    ) -> None:
        """Replace these distances by measured ones."""
        some = np.flatnonzero(which)
        if len(some):
            distance_m[some] = self._measured(points, owner[some], rows[some])[1]

    def _measured(self, points: Points, owner: IntArray, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        return inverse(points.lon[owner], points.lat[owner], self.ground.lon[rows], self.ground.lat[rows])

    def _put(self, into: IntArray, best: _Best) -> None:
        there = (best.rows < len(self.ground)) & (best.distance_m <= self.limit_m)
        positions = self.ground.positions[np.where(there, best.rows, 0)]
        self.hits.positions[into, : self.k] = np.where(there, positions, -1)
        self.hits.distance_m[into, : self.k] = np.where(there, best.distance_m, np.inf)
        if not self.bearings:
            return
        bearing_deg = compass(best.azimuth, best.distance_m)
        self.hits.bearing_deg[into, : self.k] = np.where(there, bearing_deg, np.nan)


def _blocks(rows: IntArray, costs: Any) -> Iterator[IntArray]:
    """Cut rows into runs of about ``_PAIRS_AT_ONCE`` pairs, at least one row each."""
    if len(rows) == 0:
        return
    run = (np.cumsum(costs) - costs) // _PAIRS_AT_ONCE
    yield from np.split(rows, np.flatnonzero(np.diff(run)) + 1)
