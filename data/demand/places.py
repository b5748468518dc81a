"""Positions of rows in a stated coordinate system, to WGS-84; impossible ones are rejected."""

import numpy as np
import numpy.typing as npt
import shapely

from data.demand import columns, texts
from data.demand.tables import Table
from data.errors import InputError
from geo import coordsys as systems
from geo.coordsys import CoordSys

FloatArray = npt.NDArray[np.float64]


def of_points(table: Table, coordsys: CoordSys) -> tuple[FloatArray, FloatArray]:
    """Read the position of each row and drop the rows that have none.

    Parameters
    ----------
    table
        With points, or with columns for longitude and latitude. Loses the rejected rows.
    coordsys
        In which the numbers are.

    Returns
    -------
    lon, lat
        WGS-84 degrees of the rows left.

    Raises
    ------
    InputError
        No columns for positions; the file's own system contradicts the one stated.
    """
    x, y = _points(table, coordsys) if table.shapes is not None else _columns(table)
    here = np.isfinite(x) & np.isfinite(y)
    table.report.reject(table.rows, ~here, texts.REJECT_PLACE)
    table.keep(~here)
    x, y = x[here], y[here]
    wrong = ~systems.is_plausible(x, y, coordsys)
    swapped = systems.looks_swapped(x, y) if coordsys != "bd09mc" else np.zeros(len(x), np.bool_)
    reasons = [
        (texts.REJECT_SWAPPED if s else texts.REJECT_IMPLAUSIBLE).format(x=a, y=b, coordsys=coordsys)
        for a, b, s in zip(x[wrong | swapped], y[wrong | swapped], swapped[wrong | swapped], strict=True)
    ]
    table.report.reject(table.rows, wrong | swapped, reasons)
    table.keep(wrong | swapped)
    return systems.to_wgs84(x[~(wrong | swapped)], y[~(wrong | swapped)], coordsys)


def refuse_crs(table: Table, coordsys: CoordSys) -> bool:
    """Tell whether the geometry has to be projected to WGS-84 first.

    Raises
    ------
    InputError
        It is projected, and another system than wgs84 is stated.
    """
    # Chinese tools write EPSG:4326 into files of GCJ-02, so degrees are those of the system that is stated.
    if table.crs is None or not table.crs.is_projected:
        return False
    if coordsys != "wgs84":
        raise InputError(
            texts.CRS_CONFLICT.format(path=table.path, crs=table.crs.to_string(), coordsys=coordsys)
        )
    return True


def _points(table: Table, coordsys: CoordSys) -> tuple[FloatArray, FloatArray]:
    shapes = table.shapes
    assert shapes is not None
    is_point = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
    other = ~is_point & ~shapely.is_missing(shapes)
    reasons = [texts.REJECT_POINT.format(kind=shape.geom_type) for shape in shapes[other]]
    table.report.reject(table.rows, other, reasons)
    table.keep(other)
    shapes = shapes[~other]
    if refuse_crs(table, coordsys):
        from geopandas import GeoSeries  # noqa: PLC0415 (only projected layers need it)

        shapes = GeoSeries(shapes, crs=table.crs).to_crs(4326).to_numpy()
    return shapely.get_x(shapes), shapely.get_y(shapes)


def _columns(table: Table) -> tuple[FloatArray, FloatArray]:
    lon, lat = columns.find(table, "lon")[0], columns.find(table, "lat")[0]
    return columns.numbers(table.cells[lon]), columns.numbers(table.cells[lat])
