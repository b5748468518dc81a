"""Hexagonal cells of the h3 grid as 64-bit numbers: which one holds a place, where it lies, its ground.

Resolution 9 has cells of about 0.105 km² (edge 200 m), resolution 10 of 0.015 km² (edge 76 m); near Beijing
they are smaller by a quarter. h3 has no array functions, so each of these maps one function over an array.
"""

from collections.abc import Iterable
from typing import Any, Final

import h3.api.basic_int as h3
import numpy as np
import numpy.typing as npt
import shapely

from geo import texts
from geo.errors import ParameterError

Cells = npt.NDArray[np.uint64]
FloatArray = npt.NDArray[np.float64]

RESOLUTIONS: Final = range(6, 12)
NOWHERE: Final = 0


def at(lon: npt.ArrayLike, lat: npt.ArrayLike, resolution: int) -> Cells:
    """Find the cell of each place.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, shape (n,).
    resolution
        6 to 11.

    Returns
    -------
    cells
        Shape (n,); 0 where a number is missing or no coordinate.

    Raises
    ------
    ParameterError
        The resolution is outside 6 to 11.

    Examples
    --------
    >>> names(at([116.404, np.nan], [39.915, 39.915], 9)).tolist()
    ['8931aa428b3ffff', None]
    """
    refuse_resolution(resolution)
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    valid = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    cells = np.zeros(x.shape, dtype=np.uint64)
    places = zip(y[valid].tolist(), x[valid].tolist(), strict=True)
    cells[valid] = np.fromiter((h3.latlng_to_cell(b, a, resolution) for b, a in places), np.uint64)
    return cells


def inside(shape: Any, resolution: int) -> Cells:
    """List the cells whose centre lies in a polygon, ascending; none for an empty one.

    Parameters
    ----------
    shape
        Polygon or MultiPolygon in WGS-84 degrees. Adjacent polygons share no cell, and lose none.
    resolution
        6 to 11.

    Examples
    --------
    >>> len(inside(shapely.box(116.40, 39.91, 116.41, 39.92), 9))
    12
    """
    refuse_resolution(resolution)
    if shape is None or shape.is_empty:
        return np.empty(0, dtype=np.uint64)
    found = h3.h3shape_to_cells(h3.geo_to_h3shape(shape), resolution)
    return np.unique(np.fromiter(found, np.uint64, len(found)))


def names(cells: npt.ArrayLike) -> npt.NDArray[np.object_]:
    """Write cells as h3 does, 15 hexadecimal digits; None for 0."""
    return np.array([format(c, "x") if c else None for c in _plain(cells)], dtype=object)


def numbers(cell_names: Iterable[str]) -> Cells:
    """Read cells as h3 writes them.

    Examples
    --------
    >>> names(numbers(["8931aa42d4bffff"])).tolist()
    ['8931aa42d4bffff']
    """
    return np.array([int(name, 16) for name in cell_names], dtype=np.uint64)


def centres(cells: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Longitudes and latitudes of the centres, WGS-84 degrees, shapes (n,)."""
    pairs = np.array([h3.cell_to_latlng(c) for c in _plain(cells)], dtype=np.float64).reshape(-1, 2)
    return pairs[:, 1].copy(), pairs[:, 0].copy()


def areas_m2(cells: npt.ArrayLike) -> FloatArray:
    """Ground of each cell, square metres on the sphere of h3, shape (n,)."""
    return np.array([h3.cell_area(c, "m^2") for c in _plain(cells)], dtype=np.float64)


def outlines(cells: npt.ArrayLike) -> npt.NDArray[Any]:
    """Polygons of the cells in WGS-84 degrees, shape (n,); neighbours share their corners exactly."""
    plain = _plain(cells)
    rings = [h3.cell_to_boundary(c) for c in plain]
    owner = np.repeat(np.arange(len(rings)), [len(r) for r in rings]) if rings else np.empty(0, dtype=np.intp)
    corners = np.array([corner[::-1] for ring in rings for corner in ring], dtype=np.float64).reshape(-1, 2)
    return np.asarray(shapely.polygons(shapely.linearrings(corners, indices=owner)), dtype=object)


def refuse_resolution(resolution: int) -> None:
    """Raise ``ParameterError`` unless the resolution is one that planning at street level can use."""
    if resolution not in RESOLUTIONS:
        raise ParameterError(
            texts.CELL_RESOLUTION.format(value=resolution, low=RESOLUTIONS[0], high=RESOLUTIONS[-1])
        )


def _plain(cells: npt.ArrayLike) -> list[int]:
    plain: list[int] = np.asarray(cells, dtype=np.uint64).tolist()
    return plain
