"""Metres: which metric CRS to compute in, and lengths and directions on the WGS-84 ellipsoid.

Inside China the CRS is a CGCS2000 3-degree Gauss-Kruger zone (EPSG:4534 at 75 E to EPSG:4554 at 135 E),
elsewhere UTM. Both are transverse Mercator: at a distance of x metres from the central meridian lengths grow
by x^2 / (2 R^2), which is 0.02 % at the edge of a 3-degree zone at 40 N and 2.5 % at 15 degrees from it. Data
that span several zones are computed zone by zone: see ``zone_epsg``.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pyproj

from geo import texts
from geo.errors import CoordinateError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

WGS84: Final = pyproj.Geod(ellps="WGS84")
ZONES_WEST: Final = 73.5
ZONES_EAST: Final = 136.5
CHINA_SOUTH: Final = 3.0
CHINA_NORTH: Final = 54.0


def gauss_kruger_epsg(lon: float) -> int:
    """Name the CGCS2000 3-degree Gauss-Kruger zone (without zone prefix) of a longitude.

    Parameters
    ----------
    lon
        Degrees, from 73.5 to below 136.5. The border between two zones belongs to the eastern one.

    Returns
    -------
    epsg
        4534 (central meridian 75 E) to 4554 (135 E).

    Raises
    ------
    CoordinateError
        The longitude is missing or outside the zones.

    Examples
    --------
    >>> gauss_kruger_epsg(116.4), gauss_kruger_epsg(115.5), gauss_kruger_epsg(115.4)
    (4548, 4548, 4547)
    """
    if not ZONES_WEST <= lon < ZONES_EAST:
        raise CoordinateError(texts.OUTSIDE_ZONES.format(lon=lon))
    return 4534 + int((lon - ZONES_WEST) // 3.0)


def zone_epsg(lon: npt.ArrayLike, lat: npt.ArrayLike) -> IntArray:
    """Name the metric CRS of each position by its EPSG number.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, of one shape.

    Returns
    -------
    epsg
        Gauss-Kruger zone where the position is within 73.5-136.5 E, 3-54 N; UTM zone elsewhere; 0 where a
        number is missing or is no coordinate.

    Examples
    --------
    >>> zone_epsg([116.4, 2.35, -58.4, np.nan], [39.9, 48.86, -34.6, 0.0]).tolist()
    [4548, 32631, 32721, 0]
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    valid = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    x, y = np.where(valid, x, 0.0), np.where(valid, y, 0.0)
    utm = np.where(y < 0, 32701, 32601) + np.minimum((x + 180.0) // 6.0, 59.0)
    chinese = (x >= ZONES_WEST) & (x < ZONES_EAST) & (y >= CHINA_SOUTH) & (y <= CHINA_NORTH)
    zone = np.where(chinese, 4534 + (x - ZONES_WEST) // 3.0, utm)
    return np.where(valid, zone, 0).astype(np.int64)


def choose_crs(lon: npt.ArrayLike, lat: npt.ArrayLike) -> pyproj.CRS:
    """Choose one metric CRS for a set of positions: the zone of their middle.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees. Missing values and numbers that are no coordinates do not count.

    Returns
    -------
    crs
        The CRS of ``zone_epsg`` at the median position, so that a few wrong positions do not move it. On both
        sides of the antimeridian the median is taken around it.

    Raises
    ------
    CoordinateError
        No valid position at all.

    Examples
    --------
    >>> choose_crs([116.3, 116.4, np.nan], [39.9, 40.0, 39.9]).to_epsg()
    4548
    """
    x, y = np.ravel(np.asarray(lon, dtype=np.float64)), np.ravel(np.asarray(lat, dtype=np.float64))
    valid = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    if not bool(valid.any()):
        raise CoordinateError(texts.NO_POSITIONS)
    x, y = x[valid], y[valid]
    # relative to the first position, so that 179 E and 179 W are two degrees apart
    middle = x[0] + np.median((x - x[0] + 180.0) % 360.0 - 180.0)
    middle = (middle + 180.0) % 360.0 - 180.0
    return pyproj.CRS.from_epsg(int(zone_epsg(middle, np.median(y))))


def geodesic_m(
    lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike
) -> FloatArray:
    """Length of the shortest way on the WGS-84 ellipsoid, metres (Karney's method, exact to 15 nm).

    Parameters
    ----------
    lon1, lat1, lon2, lat2
        WGS-84 degrees; shapes broadcast.

    Returns
    -------
    distance_m
        Of the common shape; empty for empty; ``NaN`` where a number is missing or a latitude is beyond 90.

    Examples
    --------
    >>> geodesic_m(0.0, 0.0, [0.0, 1.0], [0.0, 0.0]).round(3).tolist()
    [0.0, 111319.491]
    """
    return _inverse(lon1, lat1, lon2, lat2)[1]


def bearing_deg(
    lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike
) -> FloatArray:
    """Direction in which the shortest way leaves the first point.

    Parameters
    ----------
    lon1, lat1, lon2, lat2
        As in ``geodesic_m``.

    Returns
    -------
    bearing_deg
        Clockwise from north, 0 to below 360; 0 where both points are the same; ``NaN`` as in ``geodesic_m``.

    Examples
    --------
    >>> bearing_deg(0.0, 0.0, [0.0, 1.0, 0.0, -1.0], [1.0, 0.0, -1.0, 0.0]).tolist()
    [0.0, 90.0, 180.0, 270.0]
    """
    azimuth, distance_m = _inverse(lon1, lat1, lon2, lat2)
    return compass(azimuth, distance_m)


def compass(azimuth_deg: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Turn azimuths of -180 to 180 degrees into bearings of 0 to below 360; 0 where the distance is 0.

    Examples
    --------
    >>> compass(np.array([-90.0, 180.0]), np.array([1.0, 0.0])).tolist()
    [270.0, 0.0]
    """
    turned = azimuth_deg % 360.0
    return np.where((turned >= 360.0) | (distance_m == 0.0), 0.0, turned)


def _inverse(
    lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    four = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (lon1, lat1, lon2, lat2)))
    a, b, c, d = (np.array(v).ravel() for v in four)
    azimuth, _, distance_m = WGS84.inv(a, b, c, d)
    shape = four[0].shape
    missing = np.isnan(distance_m)
    return np.where(missing, np.nan, azimuth).reshape(shape), np.asarray(distance_m).reshape(shape)
