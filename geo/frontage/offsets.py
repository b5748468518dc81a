"""Offsets of evidence back onto the earth: metres from a station's point, on a grid, to degrees."""

import functools

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def to_wgs84(
    crs: str, lon: ArrayLike, lat: ArrayLike, dx_m: ArrayLike, dy_m: ArrayLike
) -> tuple[Floats, Floats]:
    """Find the places that lie so many metres east and north of others on the grid of a metric CRS.

    Parameters
    ----------
    crs
        Code of the metric CRS, as evidence names it (``crs``).
    lon, lat
        The points that offsets are counted from, WGS-84 degrees, shape (n,).
    dx_m, dy_m
        Offsets along the axes of the grid, metres, shape (n,).

    Returns
    -------
    lon, lat
        WGS-84 degrees, shape (n,); no offsets give no places.

    Raises
    ------
    pyproj.exceptions.CRSError
        The code names no CRS.

    Examples
    --------
    >>> lon, lat = to_wgs84("EPSG:4548", [117.0], [40.0], [0.0], [111.0])
    >>> round(float(lon[0]), 6), round(float(lat[0]), 6)
    (117.0, 40.001)
    """
    there = _transformer(crs)
    x, y = there.transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    back = there.transform(x + np.asarray(dx_m), y + np.asarray(dy_m), direction="INVERSE")
    return np.asarray(back[0], dtype=float), np.asarray(back[1], dtype=float)


@functools.lru_cache(maxsize=64)
def _transformer(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
