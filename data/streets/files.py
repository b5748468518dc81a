"""Streets of a file alone, without a database: an OSM extract, or any vector file with a column ``highway``."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import pyogrio

from data.errors import InputError
from data.streets import streetmap, texts


class StreetFile(NamedTuple):
    """What networks are built of: streets, gates (None where the file cannot hold any), and the day of the data."""

    streets: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame | None
    data_date: date | None


def read(path: Path) -> StreetFile:
    """Read the streets of a file.

    Parameters
    ----------
    path
        ``.osm.pbf`` with all its tags and nodes; or GeoPackage, GeoJSON and whatever else GDAL reads: one layer of
        lines with ``highway`` and, where there are such columns, ``name``, ``oneway`` (yes, no, -1, or 1, 0, -1),
        ``access`` and the other tags by their OSM names. Ways of such a file meet where coordinates are equal.

    Returns
    -------
    file
        Streets in EPSG:4326, one LineString per row. Lines of several parts become several rows;
        ``name`` is there also where the file has none.

    Raises
    ------
    InputError
        The file cannot be read, has no CRS, no ``highway``, or no line.
    """
    path = Path(path)
    if path.name.endswith(".pbf"):
        layers = streetmap.layers_of_file(path)
        return StreetFile(layers["streets"], layers["gates"], streetmap.data_date(layers))
    if not path.is_file():
        raise InputError((texts.OSM_NO_FILE if not path.exists() else texts.OSM_NOT_A_FILE).format(path=path))
    try:
        frame = gpd.read_file(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InputError(texts.STREETS_UNREADABLE.format(path=path, reason=error)) from error
    if "highway" not in frame.columns or not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(texts.STREETS_NO_HIGHWAY.format(path=path))
    if frame.crs is None:
        raise InputError(texts.STREETS_NO_CRS.format(path=path))
    lines = frame.explode(ignore_index=True)
    lines = lines[(lines.geom_type == "LineString") & ~lines.geometry.is_empty].reset_index(drop=True)
    if not len(lines):
        raise InputError(texts.STREETS_NO_LINES.format(path=path))
    if "name" not in lines.columns:
        lines["name"] = pd.Series([None] * len(lines), index=lines.index, dtype=object)
    return StreetFile(lines.to_crs("EPSG:4326"), None, None)
