"""Streets for a plan: from the registry's street map, or from a file when there is no database."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import geopandas as gpd

from data.errors import InputError
from data.postgres.db import Connection
from data.streets import files, streetmap
from service.planning import texts

Box = tuple[float, float, float, float]

OSM: Final = "© OpenStreetMap contributors (ODbL)"


@dataclass(frozen=True, eq=False)
class Streets:
    """Streets and what is known around them.

    Attributes
    ----------
    streets
        LineStrings in EPSG:4326 with ``highway`` and further tags.
    gates
        Contract ``geo.frames.GATES``; None where they are not known.
    source
        Name and day, for the reader.
    attribution
        Whom the data must name; empty where the file does not tell.
    layers
        All layers of the street map where they are known: what a street-facing verdict needs; else empty.
    osm_file
        The OSM extract, where it is one: hosts are read from it.
    """

    streets: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame | None
    source: str
    attribution: str = ""
    layers: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    osm_file: Path | None = None


def of_file(path: Path) -> Streets:
    """Read streets from an OSM extract, or from a layer of lines with a column ``highway``.

    Parameters
    ----------
    path
        As ``data.streets.files.read`` takes it.

    Raises
    ------
    InputError
        Another kind of file, damaged, or without streets.
    """
    if not path.is_file():
        raise InputError(texts.STREETS_ABSENT.format(file=path))
    if not path.name.endswith(".pbf"):
        return Streets(files.read(path).streets, None, path.name)
    layers = streetmap.layers_of_file(path)
    if layers["streets"].empty:
        raise InputError(texts.STREETS_NONE.format(file=path))
    source = _dated(path.name, streetmap.data_date(layers))
    return Streets(layers["streets"], layers["gates"], source, OSM, layers, path)


def of_registry(conn: Connection, box: Box) -> Streets:
    """Read the stored streets within a rectangle (west, south, east, north; degrees); its transaction is ended.

    Raises
    ------
    InputError
        No street is stored there.
    """
    layers = streetmap.read_network_layers(conn, box)
    conn.rollback()
    streets = layers["streets"]
    if streets.empty:
        raise InputError(texts.NO_STREETS_STORED)
    named = [_dated(name, day) for name, day in streets.attrs["data_dates"].items()]
    return Streets(streets, layers["gates"], ", ".join(named), OSM)


def _dated(name: str, day: object) -> str:
    return f"{name} {day}" if day else name
