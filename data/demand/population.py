"""Areas with the number of people who live there."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.demand import columns, places, points, texts
from data.demand.tables import Table
from data.errors import InputError
from geo import coordsys as systems
from geo import metric
from geo.coordsys import CoordSys
from geo.demand import AREA_NAMES
from geo.frames import POPULATION, Contract, build, check

Shapes = npt.NDArray[np.object_]


def read(table: Table, coordsys: CoordSys, weight: str | None = None) -> gpd.GeoDataFrame:
    """Make areas with weights of a table of polygons.

    Parameters
    ----------
    table
        Polygons. Loses the rejected rows; its report says why.
    coordsys
        In which the corners are: converted one by one.
    weight
        Title of the weight column; None: the one whose title is known. There must be one.

    Returns
    -------
    population
        Contract ``POPULATION``, EPSG:4326.

    Raises
    ------
    InputError
        No polygons, no weight column, several that could be meant, or a system that contradicts the file's.
    """
    title, _ = columns.weights(table, weight)
    if title is None:
        columns.find(table, "weight")
    shapes = _areas(table, coordsys)
    value, kept = points.take_weights(table, title)
    points.note(table, title)
    names = columns.area_names(table)
    frame = gpd.GeoDataFrame(
        build({"weight": value} | names, Contract("population", POPULATION.columns)),
        geometry=list(shapes[kept]),
        crs="EPSG:4326",
    )
    _note_doubts(table, frame)
    checked: gpd.GeoDataFrame = check(frame, POPULATION)
    return checked


def read_names(table: Table, coordsys: CoordSys) -> gpd.GeoDataFrame:
    """Make areas of a table of polygons that need no weights: who lies where is all that is asked of them.

    Parameters
    ----------
    table, coordsys
        As ``read`` takes them.

    Returns
    -------
    areas
        Contract ``POPULATION``, EPSG:4326, all weights 0.

    Raises
    ------
    InputError
        No polygons, no column that names an area, or a system that contradicts the file's.
    """
    if not any(columns.find(table, field, needed=False) for field in AREA_NAMES):
        columns.find(table, "township")
    shapes = _areas(table, coordsys)
    told = build(
        {"weight": np.zeros(len(shapes))} | columns.area_names(table), Contract("areas", POPULATION.columns)
    )
    checked: gpd.GeoDataFrame = check(
        gpd.GeoDataFrame(told, geometry=list(shapes), crs="EPSG:4326"), POPULATION
    )
    return checked


def _areas(table: Table, coordsys: CoordSys) -> Shapes:
    """Polygons in WGS-84; rows without any ground are dropped, self-intersections repaired."""
    if table.shapes is None or not bool(np.isin(shapely.get_type_id(table.shapes), (3, 6)).any()):
        raise InputError(texts.NO_SHAPES.format(path=table.path))
    wrong = ~np.isin(shapely.get_type_id(table.shapes), (3, 6)) | shapely.is_empty(table.shapes)
    reasons = [texts.REJECT_SHAPE.format(kind=_kind(shape)) for shape in table.shapes[wrong]]
    table.report.reject(table.rows, wrong, reasons)
    table.keep(wrong)
    shapes = _to_wgs84(table, coordsys)
    broken = ~shapely.is_valid(shapes)
    if bool(broken.any()):
        shapes[broken] = [_polygons(shapely.make_valid(shape)) for shape in shapes[broken]]
        flat = np.asarray(shapely.is_empty(shapes), dtype=np.bool_)
        table.report.reject(table.rows, flat, texts.REJECT_FLAT)
        table.keep(flat)
        shapes = shapes[~flat]
        if int(broken.sum()) > int(flat.sum()):
            table.report.notes.append(texts.NOTE_REPAIRED.format(n=int(broken.sum() - flat.sum())))
    return shapes


def _to_wgs84(table: Table, coordsys: CoordSys) -> Shapes:
    assert table.shapes is not None
    if places.refuse_crs(table, coordsys):
        return np.array(gpd.GeoSeries(table.shapes, crs=table.crs).to_crs(4326), dtype=object)
    corner, of = shapely.get_coordinates(table.shapes, return_index=True)
    wrong = np.zeros(len(table.shapes), dtype=np.bool_)
    wrong[of[~systems.is_plausible(corner[:, 0], corner[:, 1], coordsys)]] = True
    if coordsys != "bd09mc":
        wrong[of[systems.looks_swapped(corner[:, 0], corner[:, 1])]] = True
    first = corner[np.unique(of, return_index=True)[1]]
    reasons = [texts.REJECT_IMPLAUSIBLE.format(x=x, y=y, coordsys=coordsys) for x, y in first[wrong]]
    table.report.reject(table.rows, wrong, reasons)
    table.keep(wrong)
    shapes = np.array(table.shapes, dtype=object)

    def convert(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(systems.to_wgs84(xy[:, 0], xy[:, 1], coordsys))

    return np.asarray(shapely.transform(shapes, convert), dtype=object) if coordsys != "wgs84" else shapes


def _polygons(shape: Any) -> Any:
    """Keep the polygons of a repaired shape; one that was folded flat leaves an empty one."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    parts += [q for p in shapely.get_parts(shape) if p.geom_type == "MultiPolygon" for q in p.geoms]
    return shapely.MultiPolygon(parts)


def _kind(shape: Any) -> str:
    return "None" if shape is None else str(shape.geom_type)


def _note_doubts(table: Table, frame: gpd.GeoDataFrame) -> None:
    """Say which areas have no code, share one, or overlap."""
    notes = table.report.notes
    code: pd.Series = frame["township_code"]
    if bool(code.isna().any()) and bool(code.notna().any()):
        notes.append(texts.NOTE_NO_CODE.format(n=int(code.isna().sum())))
    shared = sorted(set(code[code.notna() & code.duplicated()]))
    if shared:
        notes.append(texts.NOTE_SHARED_CODE.format(n=len(shared), codes=", ".join(shared[:5])))
    overlaps = _overlaps(frame)
    if overlaps:
        notes.append(texts.NOTE_OVERLAP.format(n=overlaps))
    zero = int((frame["weight"] == 0).sum())
    if zero:
        notes.append(texts.NOTE_ZERO.format(n=zero))


def _overlaps(frame: gpd.GeoDataFrame) -> int:
    """Count pairs that share more than 1 % of the smaller one's ground."""
    if not len(frame):
        return 0
    middle = shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy()))
    shapes = frame.geometry.to_crs(metric.choose_crs(middle[:, 0], middle[:, 1])).to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    common = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    return int((common > 0.01 * np.minimum(shapely.area(shapes[a]), shapely.area(shapes[b]))).sum())
