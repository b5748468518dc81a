"""``gaps.gpkg``: the layers of a study as one GeoPackage that QGIS opens with its styles, and ArcGIS and GDAL read.

Beside the layers of ``data.plans.layers`` it holds a table ``parameters`` (what the study was made from, seed
included; the same as metadata of the file), ``layer_styles`` with a QGIS style for each layer, and the Chinese name of
every field: as alias in the style, and as alternative name in ``gpkg_data_columns``, where GDAL looks for it.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import orjson
import pandas as pd
import pyogrio
import pyogrio.errors
import pyproj

from data import statements
from data.errors import InputError
from data.plans import layers, symbols, texts, titles, words
from geo import metric
from geo.study import Study

GEOMETRY_TYPE: Final = {
    "areas": "MultiPolygon",
    "cells": "Unknown",
    "gaps": "MultiPolygon",
    "stations": "Point",
    "sites": "Point",
}
_UNWRITABLE: Final = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
)
_TOLD: Final = 80
"""How much of an error of SQLite is told: behind its first words stands a statement."""


def crs_of(name: str, study: Study) -> pyproj.CRS:
    """Read in which coordinate system to write.

    Parameters
    ----------
    name
        ``EPSG:4326`` (WGS-84), ``EPSG:4490`` (CGCS2000, the same to within a metre) or ``local``: the CGCS2000 3-degree
        zone of the demand.

    Raises
    ------
    InputError
        Another name.
    """
    if name.strip().casefold() == "local":
        return metric.choose_crs(study.cells["lon"], study.cells["lat"])
    return known_crs(name) or pyproj.CRS.from_epsg(4326)


def known_crs(name: str) -> pyproj.CRS | None:
    """Check the name of a coordinate system before anything is computed; None stands for ``local``.

    Raises
    ------
    InputError
        Another name than those of ``crs_of``.

    Examples
    --------
    >>> known_crs("epsg:4490").to_epsg(), known_crs("local")
    (4490, None)
    """
    known = {"epsg:4326": 4326, "4326": 4326, "epsg:4490": 4490, "4490": 4490}
    given = name.strip().casefold()
    if given == "local":
        return None
    if given not in known:
        raise InputError(texts.BAD_CRS.format(given=name))
    return pyproj.CRS.from_epsg(known[given])


def write(path: Path, study: Study, crs: str = "EPSG:4326") -> None:
    """Write the GeoPackage; an existing file is replaced.

    Parameters
    ----------
    path
        ``.gpkg``.
    study
        Layers without rows are there all the same, with their fields.
    crs
        As ``crs_of`` reads it; ``lon`` and ``lat`` stay WGS-84.

    Raises
    ------
    InputError
        Another coordinate system; the file cannot be written, because the disk is full for instance.
    """
    target = crs_of(crs, study)
    path.unlink(missing_ok=True)
    try:
        _write(path, study, target)
    except (*_UNWRITABLE, sqlite3.Error) as error:
        raise InputError(texts.UNWRITABLE.format(file=path.name, why=str(error)[:_TOLD])) from error


def _write(path: Path, study: Study, target: pyproj.CRS) -> None:
    made = layers.make(study)
    about = {key: str(value) for key, _, value in words.parameter_rows(study.parameters)}
    for name, layer in made.items():
        pyogrio.write_dataframe(
            layer if target.to_epsg() == 4326 else layer.to_crs(target),
            path,
            layer=name,
            driver="GPKG",
            dataset_options={"VERSION": "1.2"},  # the newest that GDAL of Debian 12 knows whole
            geometry_type=GEOMETRY_TYPE[name],
            append=path.exists(),
            layer_options={"GEOMETRY_NAME": "geom", "IDENTIFIER": texts.LAYER[name].zh},
            dataset_metadata={**about, "notes": _notes(study)} if name == "areas" else None,
        )
    _write_parameters(path, study)
    fields = {
        name: [str(c) for c in layer.columns if c != layer.geometry.name] for name, layer in made.items()
    }
    with closing(sqlite3.connect(path)) as conn, conn:
        _write_aliases(conn, fields, study.parameters)
        _write_styles(conn, fields, study.parameters)


def _notes(study: Study) -> str:
    return orjson.dumps([note.zh for note in study.notes]).decode()


def _write_parameters(path: Path, study: Study) -> None:
    rows = words.parameter_rows(study.parameters)
    notes = [(f"note.{i}", texts.NOTES, note.zh) for i, note in enumerate(study.notes, start=1)]
    columns = zip(*((key, name.zh, str(value)) for key, name, value in [*rows, *notes]), strict=True)
    frame = pd.DataFrame(dict(zip(("parameter", "title", "value"), columns, strict=True)), dtype=object)
    options = {"IDENTIFIER": texts.LAYER["parameters"].zh}
    pyogrio.write_dataframe(
        frame, path, layer="parameters", driver="GPKG", append=True, layer_options=options
    )


def _write_aliases(
    conn: sqlite3.Connection, fields: Mapping[str, Sequence[str]], parameters: Mapping[str, Any]
) -> None:
    """Name the fields in Chinese in the GeoPackage's own table of columns (extension ``schema``)."""
    conn.execute(statements.load("plans/create_data_columns"))
    for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        conn.execute(statements.load("plans/register_extension"), {"table": table})
    named = {**fields, "parameters": ("parameter", "title", "value")}
    for layer, columns in named.items():
        for column in columns:
            name = titles.title(column, parameters)
            values = {
                "layer": layer,
                "column": column,
                "zh": _unique(name.zh, column, columns, parameters),
                "en": name.en,
            }
            conn.execute(statements.load("plans/insert_data_column"), values)


def _unique(name: str, column: str, columns: Sequence[str], parameters: Mapping[str, Any]) -> str:
    """Two fields of a table may not have one name there: the later one gets its own beside it."""
    earlier = columns[: list(columns).index(column)]
    taken = any(titles.title(other, parameters).zh == name for other in earlier)
    return f"{name} {column}" if taken else name


def _write_styles(
    conn: sqlite3.Connection, fields: Mapping[str, Sequence[str]], parameters: Mapping[str, Any]
) -> None:
    """Keep the styles where QGIS looks for them: the table ``layer_styles``."""
    conn.execute(statements.load("plans/create_layer_styles"))
    conn.execute(statements.load("plans/register_layer_styles"))
    for layer, columns in fields.items():
        values = {
            "layer": layer,
            "name": texts.LAYER[layer].zh,
            "qml": symbols.qml(layer, columns, parameters),
            "description": parameters["title"],
        }
        conn.execute(statements.load("plans/insert_layer_style"), values)
