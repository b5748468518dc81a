"""The stored street map, read back as the layers that verdicts and networks are computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import shapely
from psycopg2.extensions import cursor as Cursor  # noqa: N812 (a class under a function's name)

from data import statements
from data.postgres.db import Connection
from data.streets import osm_read
from geo import frames

Floats = npt.NDArray[np.float64]


class Box(NamedTuple):
    """A rectangle in WGS-84 degrees."""

    west: float
    south: float
    east: float
    north: float


WORLD = Box(-180.0, -90.0, 180.0, 90.0)

FURTHER_TAGS: Final = {
    "streets": ("bicycle", "vehicle", "oneway:foot", "oneway:bicycle", "cycleway", "junction"),
    "gates": ("bicycle", "vehicle"),
}
"""Columns beyond the contracts, of OSM tags by these names: what networks are built by (``geo.network``)."""


@dataclass(frozen=True)
class StreetSource:
    """One imported extract: its name, its file, the day of its data, counts per layer, and where it lies."""

    source: str
    file_name: str
    data_date: date | None
    counts: dict[str, int]
    imported_at: datetime
    extent: Box | None


def sources(conn: Connection) -> list[StreetSource]:
    """List the imported extracts, newest data first; none when nothing was imported."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("osm/read_sources"))
        return [
            StreetSource(
                source=name,
                file_name=file_name,
                data_date=data_date,
                counts=orjson.loads(counts),
                imported_at=imported_at,
                extent=None if box[0] is None else Box(*box),
            )
            for name, file_name, data_date, counts, imported_at, *box in cursor.fetchall()
        ]


def delete(conn: Connection, source: str) -> bool:
    """Remove one extract with all its objects; False when there is none of that name. The caller commits."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("osm/record_whole"), {"source": source})
        cursor.execute(statements.load("osm/delete_source"), {"source": source})
        return bool(cursor.rowcount)


def read_layers(conn: Connection, bbox_wgs84: Sequence[float] = WORLD) -> dict[str, gpd.GeoDataFrame]:
    """Read all layers within a rectangle.

    Parameters
    ----------
    conn
        An open connection.
    bbox_wgs84
        West, south, east, north, degrees. Objects that reach into it are whole. The world by default.

    Returns
    -------
    layers
        One frame per name of ``geo.frames.STREET_LAYERS``, each fulfilling that contract, in EPSG:4326,
        ordered by ``osm_id`` and indexed from 0. An object that two sources hold comes from the one with the
        newer data. Further columns: ``source``, those of ``FURTHER_TAGS``, and for streets ``node_ids`` (a
        list per row, one id per vertex). Every frame has ``attrs["data_dates"]``, the day of the data (or None)
        by source. Nothing there: no rows, all columns.
    """
    box = Box(*map(float, bbox_wgs84))
    dates = {known.source: known.data_date for known in sources(conn)}
    layers = {}
    for name, contract in frames.STREET_LAYERS.items():
        layer = _read_layer(conn, contract, box)
        layer.attrs["data_dates"] = {s: dates[s] for s in layer["source"].unique() if s in dates}
        layers[name] = layer
    return layers


def read_network_layers(conn: Connection, bbox_wgs84: Sequence[float] = WORLD) -> dict[str, gpd.GeoDataFrame]:
    """Read streets and gates within a rectangle, as ``read_layers`` does, and nothing else: for networks."""
    box = Box(*map(float, bbox_wgs84))
    layers = {name: _read_layer(conn, frames.STREET_LAYERS[name], box) for name in ("streets", "gates")}
    dates = {known.source: known.data_date for known in sources(conn)}
    for layer in layers.values():
        layer.attrs["data_dates"] = {s: dates[s] for s in layer["source"].unique() if s in dates}
    return layers


def buildings_near(conn: Connection, lon: Floats, lat: Floats, within_m: float) -> gpd.GeoDataFrame:
    """Read the footprints around some places.

    Parameters
    ----------
    conn
        An open connection.
    lon, lat
        WGS-84 degrees, shape (n,), finite.
    within_m
        How far around each, metres; a little further is read.

    Returns
    -------
    buildings
        Contract ``geo.frames.BUILDINGS`` in EPSG:4326; none there: no rows, all columns.
    """
    north_deg = within_m / 110_574.0
    shrink = max(float(np.cos(np.radians(np.abs(lat).max(initial=0.0)))), 0.01)
    values = {
        "lon": lon.tolist(),
        "lat": lat.tolist(),
        "east_deg": north_deg / shrink,
        "north_deg": north_deg,
    }
    with conn.cursor() as cursor:
        cursor.execute(statements.load("osm/read_buildings_near"), values)
        return _frame_of(cursor, frames.BUILDINGS)


def layers_of_file(path: Path) -> dict[str, gpd.GeoDataFrame]:
    """Read the layers of an ``.osm.pbf`` file without a database, all in memory.

    Returns
    -------
    layers
        What ``read_layers`` gives after an import of this file alone, but in the order of the file;
        ``source`` is the file's name.

    Raises
    ------
    InputError
        The file cannot be used (see ``data.streets.osm_read``).
    """
    path = Path(path)
    day = osm_read.survey(path).data_date
    rows: dict[str, list[osm_read.Row]] = {name: [] for name in frames.STREET_LAYERS}
    for row in osm_read.read(path, osm_read.Reading()):
        rows[row.layer].append(row)
    layers = {}
    for name, contract in frames.STREET_LAYERS.items():
        layers[name] = _layer_of_rows(rows[name], contract, path.name)
        layers[name].attrs["data_dates"] = {path.name: day} if rows[name] else {}
    return layers


def data_date(layers: dict[str, gpd.GeoDataFrame]) -> date | None:
    """State one day for what a verdict was computed from: the oldest of the streets' sources.

    None when there are no streets or a source does not know its day.
    """
    dates = list(layers["streets"].attrs["data_dates"].values())
    known = [day for day in dates if day is not None]
    return min(known) if known and len(known) == len(dates) else None


def _read_layer(conn: Connection, contract: frames.Contract, box: Box) -> gpd.GeoDataFrame:
    with conn.cursor() as cursor:
        cursor.execute(statements.load(f"osm/read_{contract.name}"), box._asdict())
        return _frame_of(cursor, contract)


def _frame_of(cursor: Cursor, contract: frames.Contract) -> gpd.GeoDataFrame:
    rows = cursor.fetchall()
    names = [column.name for column in cursor.description or ()]
    values = dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))
    geometry = shapely.from_wkb(np.array(values.pop("geom"), dtype="object"))
    columns = {name: _column(column, contract.columns.get(name)) for name, column in values.items()}
    frame = gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4326")
    frames.check(frame, contract)
    return frame


def _layer_of_rows(rows: list[osm_read.Row], contract: frames.Contract, source: str) -> gpd.GeoDataFrame:
    names = osm_read.COLUMNS[contract.name]
    values = {name: [row.values[i] for row in rows] for i, name in enumerate(names)}  # noqa: PD011
    tags = [orjson.loads(text or "{}") for text in values["tags"]]
    columns: dict[str, Any] = {}
    for name, column in contract.columns.items():
        given: Sequence[Any] = values[name] if name in values else [tag.get(name) for tag in tags]
        if column.kind == "flag":
            given = [text == "True" for text in given]
        columns[name] = _column(given, column)
    for name in FURTHER_TAGS.get(contract.name, ()):
        columns[name] = _column([tag.get(name) for tag in tags], None)
    if "node_ids" in values:
        lists = [[int(i) for i in (text or "{}")[1:-1].split(",")] for text in values["node_ids"]]
        columns["node_ids"] = _column(lists, None)
    columns["source"] = _column([source] * len(rows), None)
    geometry = shapely.from_wkb(np.array([row.wkb for row in rows], dtype="object"))
    frame = gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4326")
    frames.check(frame, contract)
    return frame


def _column(values: Sequence[Any], column: frames.Column | None) -> Any:
    if column is not None and column.kind == "number":
        return np.array(values, dtype="float64")
    if column is not None and column.kind == "flag":
        return np.array(values, dtype="bool")
    return pd.Series(values, dtype="object")
