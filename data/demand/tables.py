"""A file of demand as a table of texts, with geometry where it has any."""

import csv
import io
import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import openpyxl
import pandas as pd
import pyogrio.errors
import shapely
import shapely.geometry

from data.demand import texts
from data.demand.report import Report
from data.errors import InputError
from data.stations import readers
from data.workbooks import DAMAGED

Shapes = npt.NDArray[np.object_]

TEXT_FILES: Final = frozenset({".csv", ".tsv", ".txt"})
WORKBOOKS: Final = frozenset({".xlsx", ".xlsm"})
LAYERS: Final = frozenset({".geojson", ".json", ".gpkg"})
_DELIMITERS: Final = (",", "\t", ";")


@dataclass
class Table:
    """Rows of a file.

    ``cells`` holds texts ('' = empty) under the titles of the file, ``rows`` their numbers as a person sees them (the
    header of a text file is 1, features count from 1), ``shapes`` the geometry or None, ``crs`` its system.
    """

    path: Path
    cells: pd.DataFrame
    rows: npt.NDArray[np.int64]
    shapes: Shapes | None
    crs: Any | None
    report: Report

    def keep(self, wrong: npt.NDArray[np.bool_]) -> None:
        """Drop the marked rows, which somebody has reported."""
        self.cells = self.cells[~wrong].reset_index(drop=True)
        self.rows = self.rows[~wrong]
        if self.shapes is not None:
            self.shapes = self.shapes[~wrong]


def read(path: Path) -> Table:
    """Read a file.

    Parameters
    ----------
    path
        CSV (UTF-8, UTF-16 with a mark, GBK), XLSX (first sheet with rows), GeoJSON, a JSON list of features, or
        GeoPackage (first layer).

    Raises
    ------
    InputError
        No such file, another kind of file, damaged, or no row.
    """
    suffix = path.suffix.casefold()
    if suffix not in TEXT_FILES | WORKBOOKS | LAYERS:
        raise InputError(texts.SUFFIX.format(path=path, suffix=suffix or path.name))
    if not path.is_file():
        raise InputError(texts.ABSENT.format(path=path))
    if suffix in LAYERS:
        table = _read_layer(path)
    else:
        table = _from_rows(path, _csv_rows(path) if suffix in TEXT_FILES else _sheet_rows(path))
    if not table.report.rows_read:
        raise InputError(texts.EMPTY.format(path=path))
    return table


def _csv_rows(path: Path) -> list[list[str]]:
    text, _ = readers.decode(path.read_bytes(), path)
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(texts.BROKEN.format(path=path, why=error)) from error


def _sheet_rows(path: Path) -> list[list[str]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            for sheet in book.worksheets:
                rows = [[_text(v) for v in row] for row in sheet.iter_rows(values_only=True)]
                if any(any(row) for row in rows):
                    return rows
    except DAMAGED as error:
        raise InputError(texts.BROKEN.format(path=path, why=error)) from error
    return []


def _from_rows(path: Path, rows: list[list[str]]) -> Table:
    """Take the first row with text as header; a row with more cells than it is rejected."""
    numbered = [(i, row) for i, row in enumerate(rows, start=1) if any(map(str.strip, row))]
    if not numbered:
        raise InputError(texts.EMPTY.format(path=path))
    titles = [title.strip() for title in numbered[0][1]]
    while titles and not titles[-1]:
        titles.pop()
    width = len(titles)
    body = numbered[1:]
    numbers = np.array([i for i, _ in body], dtype=np.int64)
    report = Report(len(body))
    over = np.array([any(map(str.strip, row[width:])) for _, row in body], dtype=np.bool_)
    report.reject(numbers, over, texts.REJECT_CELLS)
    padded = [[*row[:width], *[""] * (width - len(row))] for _, row in body]
    cells = pd.DataFrame(padded, columns=titles, dtype=object)
    table = Table(path, cells, numbers, None, None, report)
    table.keep(over)
    return table


def _read_layer(path: Path) -> Table:
    try:
        features = json.loads(path.read_bytes()) if path.suffix.casefold() != ".gpkg" else None
        if isinstance(features, list):
            return _from_features(path, features)
        with warnings.catch_warnings():
            # of mixed or broken values, which are rejected by row further on
            warnings.simplefilter("ignore")
            frame = gpd.read_file(path)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        json.JSONDecodeError,
        UnicodeDecodeError,
    ) as error:
        raise InputError(texts.BROKEN.format(path=path, why=str(error)[:300])) from error
    count = len(frame)
    shapes = np.array(frame.geometry, dtype=object) if isinstance(frame, gpd.GeoDataFrame) else None
    titles = [c for c in frame.columns if c != "geometry"]
    cells = pd.DataFrame({c: [_text(v) for v in frame[c]] for c in titles}, dtype=object, index=range(count))
    return Table(path, cells, np.arange(1, count + 1), shapes, getattr(frame, "crs", None), Report(count))


def _from_features(path: Path, features: list[Any]) -> Table:
    """Read a bare list of features, as map platforms give them; what is no feature has no shape."""
    plain = [f if isinstance(f, dict) else {} for f in features]
    shapes = np.array([*(_shape(f.get("geometry")) for f in plain), None], dtype=object)[:-1]
    properties = [f["properties"] if isinstance(f.get("properties"), dict) else {} for f in plain]
    titles = list(dict.fromkeys(str(key) for p in properties for key in p))
    cells = pd.DataFrame(
        {title: [_text(p.get(title)) for p in properties] for title in titles},
        dtype=object,
        index=range(len(plain)),
    )
    return Table(path, cells, np.arange(1, len(plain) + 1), shapes, None, Report(len(plain)))


def _shape(geometry: Any) -> Any:
    try:
        return shapely.geometry.shape(geometry)
    except (shapely.GEOSException, AttributeError, KeyError, TypeError, ValueError):
        return None


def _text(value: Any) -> str:
    """Write a value as a person sees it: '' for nothing, 24 and not 24.0."""
    if value is None or value != value:  # noqa: PLR0124 (NaN is not itself)
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()
