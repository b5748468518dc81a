"""The k nearest stations by WGS-84 geodesic, exactly.

How it is exact and fast: stations are points on the WGS-84 ellipsoid in space, x, y,
z in metres, in a KD-tree, which finds them by chord (the straight line through the ground); what is asked is
the order by geodesic. ``geo.chord`` proves that every station within a geodesic D has its chord within
``reach_m(D)``. So: fetch some stations by chord and measure their geodesics; let D be the k-th smallest. When
the next station by chord lies beyond ``reach_m(D)``, no station that was not fetched can be as near as D, and
the answer is proved. Otherwise fetch all within ``reach_m(D)`` and measure those: proved again. Nearby, chord
and geodesic agree to micrometres, so that two stations more than k almost always prove the answer; many
stations at one place, or a query from far away, take the second step.

Points with the same distance are ordered by ``rank``. Distances are never rounded here.
"""

import math
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo import chord
from geo.errors import CoordinateError, ParameterError
from geo.metric import WGS84, compass

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_SCALAR_LIMIT = 24
_PAIRS_AT_ONCE = 2_000_000
_FEW_QUERIES = 32


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


class NearestIndex:
    """An immutable index of stations; many threads may ask it at once.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, shape (stations,), -360 to 360 and -90 to 90. A row with a missing number is never
        found.
    rank
        Shape (stations,), anything that sorts: which of equally near stations comes first. Default: position.
        Equal ranks: position.

    Raises
    ------
    CoordinateError
        A number is no coordinate; names the row.
    ParameterError
        The arrays differ in shape.

    Examples
    --------
    >>> index = NearestIndex([116.40, 116.41, np.nan], [39.90, 39.90, 39.90])
    >>> hits = index.query(116.402, 39.90, k=5)
    >>> hits.positions, hits.distance_m.round(1), hits.bearing_deg.round()
    (array([0, 1]), array([171. , 684.1]), array([270.,  90.]))
    """

    def __init__(self, lon: npt.ArrayLike, lat: npt.ArrayLike, rank: npt.ArrayLike | None = None) -> None:
        x, y = _degrees(lon, lat, "station")
        order = np.arange(len(x)) if rank is None else np.argsort(np.asarray(rank), kind="stable")
        if len(order) != len(x):
            raise ParameterError(f"rank has {len(order)} values for {len(x)} stations; give one for each")
        order = order[np.isfinite(x[order]) & np.isfinite(y[order])]
        self._fill(len(x), order, x[order], y[order], chord.in_space(x[order], y[order]))

    def _fill(
        self, size: int, positions: IntArray, lon: FloatArray, lat: FloatArray, xyz: FloatArray
    ) -> None:
        """Keep rows in the order of rank: the row number itself then breaks ties."""
        self._size, self._positions, self._lon, self._lat, self._xyz = size, positions, lon, lat, xyz
        self._tree = cKDTree(xyz)

    def __len__(self) -> int:
        """How many stations can be found."""
        return len(self._positions)

    def restricted(self, accept: npt.ArrayLike) -> "NearestIndex":
        """Build an index of the accepted stations only; positions stay those of the whole.

        Worth keeping when one filter is asked again and again. ``accept`` as in ``query``.
        """
        rows = np.flatnonzero(_mask(accept, self._size)[self._positions])
        index = NearestIndex.__new__(NearestIndex)
        index._fill(self._size, self._positions[rows], self._lon[rows], self._lat[rows], self._xyz[rows])
        return index

    def query(
        self,
        lon: float,
        lat: float,
        k: int,
        *,
        radius_m: float | None = None,
        accept: npt.ArrayLike | None = None,
    ) -> Hits:
        """Find the k nearest stations to one point.

        Parameters
        ----------
        lon, lat
            WGS-84 degrees. With a missing number nothing is found.
        k
            How many, at least 1; more than there are gives all there are.
        radius_m
            Only stations at this geodesic distance or nearer. ``None`` = no limit.
        accept
            Boolean, shape (stations,): which stations may be found. No answer is lost to it.

        Returns
        -------
        hits
            Nearest first, equal distances by rank; between 0 and k.

        Raises
        ------
        CoordinateError, ParameterError
            A number is no coordinate; k or radius is out of range; the mask has another shape.
        """
        limit_m = _limits(k, radius_m)
        if not (-360.0 <= lon <= 360.0 and -90.0 <= lat <= 90.0):
            _degrees([lon], [lat], "query point")
            return _hits(0)
        point = _Point(float(lon), float(lat), chord.one_in_space(lon, lat))
        if accept is None:
            return self._answer(self._nearest_of_all(point, k, limit_m))
        return self._answer(self._nearest_accepted(point, k, limit_m, _mask(accept, self._size)))

    def query_many(
        self,
        lon: npt.ArrayLike,
        lat: npt.ArrayLike,
        k: int,
        *,
        radius_m: float | None = None,
        accept: npt.ArrayLike | None = None,
    ) -> Hits:
        """Find the k nearest stations to each of many points.

        Parameters
        ----------
        lon, lat
            WGS-84 degrees, shape (n,). For a row with a missing number nothing is found.
        k, radius_m, accept
            As in ``query``; they hold for all points.

        Returns
        -------
        hits
            Arrays of shape (n, k); each row equals the answer of ``query``.

        Raises
        ------
        CoordinateError, ParameterError
            As ``query``; names the row.
        """
        limit_m = _limits(k, radius_m)
        x, y = _degrees(lon, lat, "query point")
        index = self
        if accept is not None and len(x) > _FEW_QUERIES:
            index, accept = self.restricted(accept), None
        hits = _hits((len(x), k))
        if accept is not None:
            mask = _mask(accept, self._size)
            for i in range(len(x)):
                one = self.query(x[i], y[i], k, radius_m=radius_m, accept=mask)
                for whole, part in zip(hits, one, strict=True):
                    whole[i, : len(part)] = part
            return hits
        asked = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        width = min(k, len(index)) + 1
        for rows in _blocks(asked, np.full(len(asked), width)):
            points = _Points(rows, x[rows], y[rows], chord.in_space(x[rows], y[rows]))
            index._fill_block(hits, points, width - 1, limit_m)
        return hits

    # -- one point

    def _nearest_of_all(self, point: "_Point", k: int, limit_m: float) -> "list[_Found]":
        k = min(k, len(self))
        if k == 0:
            return []
        bound_m = chord.LONGEST_M if limit_m == math.inf else chord.reach_m(limit_m)
        chords, rows = self._tree.query(point.xyz, k + 1, distance_upper_bound=bound_m)
        next_m, first = chords.item(k), rows[:k].tolist()
        if first[-1] == len(self):
            # fewer than k are within the limit, and all of them were fetched
            return self._measure(point, [row for row in first if row < len(self)], limit_m)
        found = self._measure(point, first, limit_m)
        last_m = found[-1][0] if len(found) == k else limit_m
        if next_m > last_m + chord.SLACK_M or next_m > chord.reach_m(last_m):
            return found
        rows = self._tree.query_ball_point(point.xyz, chord.reach_m(last_m))
        return self._measure(point, rows, limit_m)[:k]

    def _nearest_accepted(self, point: "_Point", k: int, limit_m: float, mask: Mask) -> "list[_Found]":
        """Fetch ever more stations until k accepted ones are proved; early, measure all accepted instead."""
        accepted = int(np.count_nonzero(mask))
        if accepted == 0 or len(self) == 0:
            return []
        fetch = 2 * k * len(self) // accepted + 2 * k
        bound_m = chord.reach_m(limit_m)
        # one fetched neighbour costs about as much as the chords of eight stations
        while fetch < max(accepted // 8, 16):
            chords, rows = self._tree.query(point.xyz, fetch, distance_upper_bound=bound_m)
            there = rows < len(self)
            there[there] = mask[self._positions[rows[there]]]
            next_m, chords, rows = chords[-1], chords[there], rows[there]
            if next_m == math.inf:
                return self._measure(point, rows.tolist(), limit_m)[:k]
            found = self._measure(point, rows[:k].tolist(), limit_m)
            # the k first bound the k-th distance from above; nearer ones may follow as far as that reaches
            within_m = chord.reach_m(found[-1][0] if len(found) == k else limit_m)
            if next_m > within_m:
                return self._measure(point, rows[chords <= within_m].tolist(), limit_m)[:k]
            fetch *= 4
        return self._plain_pass(point, k, limit_m, mask)

    def _plain_pass(self, point: "_Point", k: int, limit_m: float, mask: Mask) -> "list[_Found]":
        """Chords to all accepted stations, geodesics to those that can be among the k nearest."""
        rows = np.flatnonzero(mask[self._positions])
        chords = np.sqrt(((self._xyz[rows] - point.xyz) ** 2).sum(axis=1))
        if len(rows) > k:
            nearest = np.argpartition(chords, k - 1)[:k]
            bound_m = min(self._measure(point, rows[nearest].tolist(), math.inf)[-1][0], limit_m)
        else:
            bound_m = limit_m
        return self._measure(point, rows[chords <= chord.reach_m(bound_m)].tolist(), limit_m)[:k]

    def _measure(self, point: "_Point", rows: list[int], limit_m: float) -> "list[_Found]":
        """Geodesics to these rows: (distance, row, azimuth), in order, within the limit."""
        if len(rows) > _SCALAR_LIMIT:
            return self._measure_array(point, np.asarray(rows), limit_m)
        inverse, x, y = WGS84.inv, point.lon, point.lat
        lon_of, lat_of = self._lon.item, self._lat.item
        found = []
        for row in rows:
            azimuth, _, distance_m = inverse(x, y, lon_of(row), lat_of(row))
            if distance_m <= limit_m:
                found.append((distance_m, row, azimuth))
        found.sort()
        return found

    def _measure_array(self, point: "_Point", rows: IntArray, limit_m: float) -> "list[_Found]":
        x, y = np.full(len(rows), point.lon), np.full(len(rows), point.lat)
        azimuth, distance_m = _inverse(x, y, self._lon[rows], self._lat[rows])
        order = np.lexsort((rows, distance_m))
        order = order[distance_m[order] <= limit_m]
        columns = (values[order].tolist() for values in (distance_m, rows, azimuth))
        return list(zip(*columns, strict=True))

    def _answer(self, found: "list[_Found]") -> Hits:
        if not found:
            return _hits(0)
        distance_m, rows, _ = zip(*found, strict=True)
        # twice, because -1e-20 % 360 is 360
        bearing = [a % 360.0 % 360.0 if d else 0.0 for d, _, a in found]
        return Hits(self._positions.take(rows), np.array(distance_m), np.array(bearing))

    # -- many points

    def _fill_block(self, hits: Hits, points: "_Points", k: int, limit_m: float) -> None:
        """Answer points into their rows of ``hits``: the k first by chord, proved by the one that follows."""
        if k == 0:
            return
        chords, rows = self._tree.query(points.xyz, k + 1, distance_upper_bound=chord.reach_m(limit_m))
        next_m, rows = chords[:, k], rows[:, :k]
        owner, slot = np.nonzero(rows < len(self))
        best = _Best.nothing(rows.shape, len(self))
        azimuth, distance_m = self._pairs(points, owner, rows[owner, slot])
        best.rows[...] = rows
        best.distance_m[owner, slot], best.azimuth[owner, slot] = distance_m, azimuth
        within_m = chord.reaches_m(np.minimum(best.distance_m.max(axis=1), limit_m))
        self._put(hits, points.into, best.ordered(), limit_m)
        unproved = np.flatnonzero(next_m <= within_m)
        if len(unproved):
            self._fill_again(hits, points.take(unproved), within_m[unproved], k, limit_m)

    def _fill_again(self, hits: Hits, points: "_Points", radii_m: FloatArray, k: int, limit_m: float) -> None:
        """Answer again, from all stations with chords within the radius of each point."""
        fetch = 2 * k + 6
        chords, rows = self._tree.query(points.xyz, fetch)
        enough = chords[:, -1] > radii_m
        few, rest = np.flatnonzero(enough), np.flatnonzero(~enough)
        owner, slot = np.nonzero(chords[few] <= radii_m[few, np.newaxis])
        self._fill_from(hits, points.take(few), owner, rows[few[owner], slot], k, limit_m)
        if len(rest) == 0:
            return
        counts = self._tree.query_ball_point(points.xyz[rest], radii_m[rest], return_length=True)
        for part in _blocks(rest, counts):
            lists = self._tree.query_ball_point(points.xyz[part], radii_m[part])
            lengths = np.fromiter(map(len, lists), np.int64, len(part))
            rows = np.fromiter(chain.from_iterable(lists), np.int64, int(lengths.sum()))
            owner = np.repeat(np.arange(len(part)), lengths)
            self._fill_from(hits, points.take(part), owner, rows, k, limit_m)

    def _fill_from(
        self, hits: Hits, points: "_Points", owner: IntArray, rows: IntArray, k: int, limit_m: float
    ) -> None:
        """Choose the k best of candidate rows, each for the point that owns it; owners ascend."""
        azimuth, distance_m = self._pairs(points, owner, rows)
        order = np.lexsort((rows, distance_m, owner))
        # the place in the order of all, less the place where this owner begins
        slot = np.arange(len(rows)) - np.searchsorted(owner, owner)
        order, owner, slot = order[slot < k], owner[slot < k], slot[slot < k]
        best = _Best.nothing((len(points.into), k), len(self))
        for whole, values in zip(best, (rows, distance_m, azimuth), strict=True):
            whole[owner, slot] = values[order]
        self._put(hits, points.into, best, limit_m)

    def _pairs(self, points: "_Points", owner: IntArray, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        return _inverse(points.lon[owner], points.lat[owner], self._lon[rows], self._lat[rows])

    def _put(self, hits: Hits, into: IntArray, best: "_Best", limit_m: float) -> None:
        k = best.rows.shape[1]
        there = (best.rows < len(self)) & (best.distance_m <= limit_m)
        positions = self._positions[np.where(there, best.rows, 0)]
        hits.positions[into, :k] = np.where(there, positions, -1)
        hits.distance_m[into, :k] = np.where(there, best.distance_m, np.inf)
        hits.bearing_deg[into, :k] = np.where(there, compass(best.azimuth, best.distance_m), np.nan)


_Found = tuple[float, int, float]


class _Point(NamedTuple):
    lon: float
    lat: float
    xyz: tuple[float, float, float]


class _Points(NamedTuple):
    """Query points of finite coordinates, and the rows of the answer they belong to."""

    into: IntArray
    lon: FloatArray
    lat: FloatArray
    xyz: FloatArray

    def take(self, rows: IntArray) -> "_Points":
        return _Points(self.into[rows], self.lon[rows], self.lat[rows], self.xyz[rows])


class _Best(NamedTuple):
    """Rows of the index, distance and azimuth, shape (n, k); a row of ``len(index)`` is nobody."""

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


def _inverse(
    lon1: FloatArray, lat1: FloatArray, lon2: FloatArray, lat2: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Azimuth and length of the geodesics; the arrays, all of them fresh copies, are overwritten."""
    azimuth, _, distance_m = WGS84.inv(lon1, lat1, lon2, lat2, inplace=True)
    return azimuth, distance_m


def _degrees(lon: npt.ArrayLike, lat: npt.ArrayLike, what: str) -> tuple[FloatArray, FloatArray]:
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ParameterError(f"lon and lat of shapes {x.shape} and {y.shape}; give one of each per {what}")
    wrong = np.flatnonzero((np.abs(x) > 360.0) | (np.abs(y) > 90.0))
    if len(wrong):
        i = int(wrong[0])
        raise CoordinateError(
            f"{what} {i}: ({x[i]}, {y[i]}) is no longitude and latitude; "
            "check the order and the coordinate system"
        )
    return x, y


def _limits(k: int, radius_m: float | None) -> float:
    if k < 1:
        raise ParameterError(f"k is {k}; it must be at least 1")
    if radius_m is None:
        return math.inf
    if not radius_m >= 0.0:
        raise ParameterError(f"radius_m is {radius_m}; it must be 0 or more, or None for no limit")
    return float(radius_m)


def _mask(accept: npt.ArrayLike, size: int) -> Mask:
    mask = np.asarray(accept)
    if mask.dtype != np.bool_ or mask.shape != (size,):
        raise ParameterError(
            f"accept is {mask.dtype} of shape {mask.shape}; it must be bool of shape ({size},)"
        )
    return mask


def _hits(shape: int | tuple[int, int]) -> Hits:
    return Hits(np.full(shape, -1, dtype=np.int64), np.full(shape, np.inf), np.full(shape, np.nan))


def _blocks(rows: IntArray, costs: Any) -> Iterator[IntArray]:
    """Cut rows into runs of about ``_PAIRS_AT_ONCE`` pairs, at least one row each."""
    if len(rows) == 0:
        return
    run = (np.cumsum(costs) - costs) // _PAIRS_AT_ONCE
    yield from np.split(rows, np.flatnonzero(np.diff(run)) + 1)
