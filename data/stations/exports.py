"""The registry → a file with the template's columns, which can be edited and imported again.

Every row carries its station id, its version and the registry's data version. Positions are written as they were
given, in the system they were given in, so that a round trip moves nothing; GeoJSON and GeoPackage hold WGS-84
points instead of coordinate columns, and a point that was not moved is recognised on the way in.

Words are Chinese, dates ISO 8601. A text that a spreadsheet would run as a formula is stored as text (XLSX) or
guarded by an apostrophe (CSV). Facilities keep the words that are not known, so that nothing is lost.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from data import statements
from data.errors import InputError
from data.postgres import db
from data.postgres.db import Connection
from data.stations import rejects, texts, words
from geo.progress import Progress, silent

Value = str | float | int | None

COLUMNS: Final = tuple(code for code in texts.FIELD_TITLE if code not in {"position"})
"""The exported fields in the order of the template; ``entrance`` is there to be filled in."""
_COORDINATES: Final = frozenset({"lon", "lat"})
_WHOLE: Final = frozenset({"floor", "capacity", "version", "data_version"})


def export_file(
    conn: Connection, path: Path, *, source: str | None = None, progress: Progress = silent
) -> int:
    """Write the living stations to a file.

    Parameters
    ----------
    conn
        An open connection; its transaction is ended.
    path
        ``.xlsx``, ``.csv`` (UTF-8 with byte-order mark), ``.geojson`` or ``.gpkg``; replaced whole at the
        end, so that a failure leaves an older file as it was.
    source
        Only the stations of this source; None = all.
    progress
        Called with step, done, total.

    Returns
    -------
    count
        Stations written; none is fine, the header is there all the same.

    Raises
    ------
    InputError
        Another ending, or the folder does not exist.
    DatabaseAway, DatabaseError
        As ``data.postgres.db``.
    """
    path = Path(path)
    write = _WRITERS.get(path.suffix.casefold())
    if write is None:
        raise InputError(texts.EXPORT_KIND.format(suffix=path.suffix or path.name))
    if not path.parent.is_dir():
        raise InputError(texts.FOLDER_ABSENT.format(folder=path.parent))
    with db.transaction(conn), conn.cursor() as cursor:
        cursor.execute(statements.load("exports/stations"), {"source": source})
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
    progress(texts.STEP_WRITE, 0, len(rows))
    part = path.with_name(f".part-{path.name}")
    try:
        write(part, names, rows)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(texts.FILE_BROKEN.format(path=path, why=error.strerror or str(error))) from error
    progress(texts.STEP_WRITE, len(rows), len(rows))
    return len(rows)


def _cells(names: Sequence[str], row: Sequence[Any], columns: Sequence[str]) -> list[Value]:
    """Turn one registry row into the cells of the given columns."""
    station = dict(zip(names, row, strict=True))
    return [_cell(code, station) for code in columns]


def _cell(code: str, station: dict[str, Any]) -> Value:
    if code in {"lon", "lat"}:
        value = station["given_x" if code == "lon" else "given_y"]
        return None if value is None else repr(float(value))
    if code == "coordsys":
        return str(station["given_coordsys"] or "")
    if code == "facilities":
        known = words.facilities_text(orjson.loads(station["facilities"]))
        return "、".join(filter(None, (known, station["unknown_facilities"])))
    value = station.get(code)
    if value is None:
        return None
    if code == "makeup_days":
        return words.VOCABULARIES[code]["yes" if value else "no"].zh
    if code in words.VOCABULARIES:
        return words.VOCABULARIES[code][value].zh
    return value if isinstance(value, str | int | float) else str(value)


def _titles(columns: Sequence[str]) -> list[str]:
    return [texts.FIELD_TITLE[code].zh for code in columns]


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[list[Value]]:
    yield list(_titles(COLUMNS))
    for row in rows:
        yield _cells(names, row, COLUMNS)


def _write_xlsx(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from data.stations import workbook  # noqa: PLC0415 (openpyxl is slow to load)

    workbook.write_rows(path, _table(names, rows), texts.SHEET_STATIONS.zh)


def _write_csv(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for cells in _table(names, rows):
            writer.writerow([rejects.guard(c) if isinstance(c, str) else c for c in cells])


def _layer(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> gpd.GeoDataFrame:
    """Make a layer of WGS-84 points with the coordinate system stated; unlocated stations have no geometry."""
    columns = [code for code in COLUMNS if code not in _COORDINATES]
    cells = [_cells(names, row, columns) for row in rows]
    by_column = list(zip(*cells, strict=True)) if cells else [()] * len(columns)
    lon, lat = (np.array([row[names.index(n)] for row in rows], dtype=float) for n in ("lon", "lat"))
    points = np.full(len(rows), None, dtype=object)
    located = np.isfinite(lon)
    points[located] = shapely.points(lon[located], lat[located])
    attributes = {
        texts.FIELD_TITLE[code].zh: pd.Series(
            [("wgs84" if located[i] else None) if code == "coordsys" else v for i, v in enumerate(values)],
            dtype="Int64" if code in _WHOLE else float if code in {"area_m2", "accuracy_m"} else object,
        )
        for code, values in zip(columns, by_column, strict=True)
    }
    return gpd.GeoDataFrame(attributes, geometry=gpd.GeoSeries(points, crs="EPSG:4326"), crs="EPSG:4326")


def _write_geojson(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    layer = _layer(names, rows)
    features = [
        {
            "type": "Feature",
            "geometry": None if point is None else {"type": "Point", "coordinates": [point.x, point.y]},
            "properties": dict(zip(layer.columns[:-1], _plain(values), strict=True)),
        }
        for point, *values in layer[["geometry", *layer.columns[:-1]]].itertuples(index=False)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    path.write_bytes(orjson.dumps(collection, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY))


def _plain(values: Sequence[Any]) -> list[Any]:
    return [None if pd.isna(v) else v for v in values]


def _write_gpkg(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    path.unlink(missing_ok=True)
    _layer(names, rows).to_file(path, driver="GPKG", layer="stations", engine="pyogrio")


_WRITERS: Final = {".xlsx": _write_xlsx, ".csv": _write_csv, ".geojson": _write_geojson, ".gpkg": _write_gpkg}
