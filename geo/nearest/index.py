"""``NearestIndex``: what a caller asks, checked, and handed to the searches."""

import math

import numpy as np
import numpy.typing as npt

from geo import chord
from geo.errors import CoordinateError, ParameterError
from geo.nearest import many, one
from geo.nearest.ground import FloatArray, Ground, Mask, Point
from geo.nearest.hits import Found, Hits, as_found

_FEW_QUERIES = 32


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
        self._size = len(x)
        order = np.arange(len(x)) if rank is None else np.argsort(np.asarray(rank), kind="stable")
        if len(order) != len(x):
            raise ParameterError(f"rank has {len(order)} values for {len(x)} stations; give one for each")
        order = order[np.isfinite(x[order]) & np.isfinite(y[order])]
        x, y = x[order], y[order]
        self._ground = Ground.of(order, x, y)

    def __len__(self) -> int:
        """How many stations can be found."""
        return len(self._ground)

    def restricted(self, accept: npt.ArrayLike) -> "NearestIndex":
        """Build an index of the accepted stations only; positions stay those of the whole.

        Worth keeping when one filter is asked again and again. ``accept`` as in ``query``.
        """
        index = NearestIndex.__new__(NearestIndex)
        rows = np.flatnonzero(_mask(accept, self._size)[self._ground.positions])
        index._size, index._ground = self._size, self._ground.take(rows)
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
        found = self.find(lon, lat, k, radius_m=radius_m, accept=accept)
        if not found:
            return Hits.nothing(0)
        positions, distance_m, bearing_deg = zip(*found, strict=True)
        return Hits(np.array(positions), np.array(distance_m), np.array(bearing_deg))

    def find(
        self,
        lon: float,
        lat: float,
        k: int,
        *,
        radius_m: float | None = None,
        accept: npt.ArrayLike | None = None,
    ) -> list[Found]:
        """Do ``query``, and give a list of plain tuples: for a handful of stations arrays cost more.

        Examples
        --------
        >>> [(i, round(m)) for i, m, _ in NearestIndex([116.40, 116.41], [39.9, 39.9]).find(116.402, 39.9, 1)]
        [(0, 171)]
        """
        limit_m = _limits(k, radius_m)
        if not (-360.0 <= lon <= 360.0 and -90.0 <= lat <= 90.0):
            _degrees([lon], [lat], "query point")
            return []
        ground, point = self._ground, Point(float(lon), float(lat), chord.one_in_space(lon, lat))
        if accept is None:
            measured = one.nearest_of_all(ground, point, k, limit_m)
        else:
            measured = one.nearest_accepted(ground, point, k, limit_m, _mask(accept, self._size))
        return as_found(ground.positions, measured)

    def query_many(
        self,
        lon: npt.ArrayLike,
        lat: npt.ArrayLike,
        k: int,
        *,
        radius_m: float | None = None,
        accept: npt.ArrayLike | None = None,
        bearings: bool = True,
    ) -> Hits:
        """Find the k nearest stations to each of many points.

        Parameters
        ----------
        lon, lat
            WGS-84 degrees, shape (n,). For a row with a missing number nothing is found.
        k, radius_m, accept
            As in ``query``; they hold for all points.
        bearings
            False: no bearings, which takes half the time. They are ``NaN`` then, and a distance below 15 km may
            be off by a micrometre; which stations, their order, and distances rounded to 0.1 m are the same.

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
        hits = Hits.nothing((len(x), k))
        if accept is None:
            many.fill(hits, index._ground, x, y, k, limit_m, bearings)
            return hits
        for i in range(len(x)):
            one_by_one = self.query(x[i], y[i], k, radius_m=radius_m, accept=accept)
            for whole, part in zip(hits, one_by_one, strict=True):
                whole[i, : len(part)] = part
        if not bearings:
            hits.bearing_deg.fill(np.nan)
        return hits


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
