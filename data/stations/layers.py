"""GeoJSON and GeoPackage → text tables with points."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import pyogrio.errors
import pyproj
import shapely

from data.errors import InputError
from data.stations import headers, texts
from data.stations.tables import Points, Table, column_of
from data.stations.workbook import text_of
from geo.texts import Text

GEOGRAPHIC_CRS = frozenset({"EPSG:4326", "EPSG:4490", "OGC:CRS84", "EPSG:4979"})
"""Taken as degrees in the system that the import names: files of Chinese tools say 4326 and hold GCJ-02."""

_SQLITE = b"SQLite format 3\0"
"""How every GeoPackage begins."""

# A GeoJSON file may name its system by a link, which GDAL would follow: it is shown a proxy where nobody answers.
pyogrio.set_gdal_config_options({"GDAL_HTTP_PROXY": "http://127.0.0.1:9"})


def read(path: Path) -> Table:
    """Read the first layer whose columns are known.

    Parameters
    ----------
    path
        GeoJSON or GeoPackage.

    Returns
    -------
    table
        With ``points``: degrees of the system that the import names; a layer in another CRS transformed to WGS-84
        (``points.projected`` names its system). Rows are numbered from 1. A feature that is no point, and one
        whose geometry is damaged, has a problem; one without geometry is kept, unlocated.

    Raises
    ------
    InputError
        Damaged; no layer or no feature; no known column.
    """
    try:
        opened = _opened(path)
        layers = [str(name) for name, _ in pyogrio.list_layers(opened)]
        chosen = _choose(path, opened, layers)
        meta, _, geometry, columns = pyogrio.raw.read(opened, layer=chosen)
    except (
        OSError,
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FieldError,
    ) as error:
        raise InputError(texts.FILE_BROKEN.format(path=path, why=str(error)[:300])) from error
    names = tuple(str(name) for name in meta["fields"])
    count = len(columns[0]) if columns else 0 if geometry is None else len(geometry)
    if count == 0:
        raise InputError(texts.FILE_NO_ROWS.format(path=path))
    cells = tuple(column_of(map(_text, column.tolist())) for column in columns)
    notes = []
    if len(layers) > 1:
        others = ", ".join(name for name in layers if name != chosen)
        notes.append(texts.FILE_LAYERS.format(layer=chosen, others=others))
    points = None if geometry is None else _points(geometry, meta.get("crs"))
    return Table(path, names, cells, np.arange(1, count + 1), points, notes)


def _opened(path: Path) -> str:
    """Give what GDAL opens: the file as what its name says, and nothing that other formats lead to.

    GDAL goes by contents: a text of a few lines named ``list.gpkg`` would make it read any file or address that this
    machine reaches (OGR_VRT, GDALG and others), and lists come from strangers by upload.
    """
    if path.suffix.casefold() != ".gpkg":
        return f"GeoJSON:{path}"
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            raise InputError(texts.FILE_BROKEN.format(path=path, why="GeoPackage?"))
    return str(path)


def _choose(path: Path, opened: str, layers: list[str]) -> str:
    if not layers:
        raise InputError(texts.FILE_EMPTY.format(path=path))
    seen: list[str] = []
    for name in layers:
        fields = [str(f) for f in pyogrio.read_info(opened, layer=name)["fields"]]
        if headers.known_count(fields):
            return name
        seen += fields
    raise InputError(texts.HEADER_NONE.format(path=path, seen=", ".join(seen)[:400]))


def _text(value: Any) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if value is None or value != value or str(value) == "NaT":  # noqa: PLR0124 (NaN is not itself)
        return ""
    return text_of(value)


def _points(geometry: npt.NDArray[Any], crs: str | None) -> Points:
    shapes = shapely.from_wkb(geometry, on_invalid="ignore")
    shapes = np.where(_is_single(shapes), shapely.get_geometry(shapes, 0), shapes)
    kinds = shapely.get_type_id(shapes)
    is_point = (kinds == 0) & ~shapely.is_empty(shapes)
    problems: dict[int, Text] = {
        int(i): texts.ROW_GEOMETRY.format(type=shapes[i].geom_type)
        for i in np.flatnonzero((kinds != 0) & ~shapely.is_missing(shapes))
    }
    x, y = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    x[is_point], y[is_point] = shapely.get_x(shapes[is_point]), shapely.get_y(shapes[is_point])
    if crs is None or crs in GEOGRAPHIC_CRS:
        return Points(x, y, problems)
    to_degrees = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    x[is_point], y[is_point] = to_degrees.transform(x[is_point], y[is_point])
    return Points(x, y, problems, projected=crs)


def _is_single(shapes: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Mark multipoints of one point."""
    multi = shapely.get_type_id(shapes) == 4
    return np.asarray(multi & (shapely.get_num_geometries(shapes) == 1))
