"""One file of demand, whatever its kind: ``read`` is what commands call."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demand import columns, points, population, presence, tables, texts
from data.demand.report import Report
from data.demand.tables import Table
from data.errors import InputError
from geo import coordsys as systems
from geo.errors import CoordinateError
from geo.profiles import Profiles
from geo.texts import Text

Kind = Literal["population", "points", "presence"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)


@dataclass(frozen=True, eq=False)
class DemandFile:
    """What a file of demand holds.

    Attributes
    ----------
    kind
        ``population``: ``areas`` is set (contract ``POPULATION``). ``points``, ``presence``: ``points`` is (contract
        ``DEMAND``).
    profiles
        Those that ``points`` name; none for the other kinds.
    report
        Rows read, rejected with reasons, and notes.
    """

    kind: Kind
    areas: gpd.GeoDataFrame | None
    points: pd.DataFrame | None
    profiles: Profiles
    report: Report


def read(path: Path, coordsys: str | None, kind: str | None = None, weight: str | None = None) -> DemandFile:
    """Read a file of demand.

    Parameters
    ----------
    path
        ``.csv``, ``.tsv``, ``.txt``, ``.xlsx``, ``.geojson``, ``.json`` (also a bare list of features), ``.gpkg``.
    coordsys
        ``wgs84``, ``gcj02``, ``bd09``, ``bd09mc`` or an alias; must be stated. A layer in a projected system is
        converted and read as ``wgs84``.
    kind
        ``population``, ``points`` or ``presence``; None: polygons are a population, rows with a time are presence,
        everything else is points.
    weight
        Title of the weight column; None: the one whose title is known.

    Raises
    ------
    InputError
        The file cannot be read or lacks a column, or no row of it can be used; coordinate system or kind missing
        or not known.
    """
    system = _system(coordsys)
    if kind is not None and kind not in KINDS:
        raise InputError(texts.KIND_UNKNOWN.format(kind=kind))
    table = tables.read(path)
    chosen = kind or _guess(table)
    areas, rows, profiles = None, None, Profiles.none()
    if chosen == "population":
        areas = population.read(table, system, weight)
    elif chosen == "presence":
        rows, profiles = presence.read(table, system, weight)
    else:
        rows = points.read(table, system, weight)
    if not table.report.rows_kept:
        why = table.report.rejects[0].reason
        raise InputError(_nothing(path, table.report.rows_read, why))
    table.report.rejects.sort(key=lambda reject: reject.row)
    return DemandFile(chosen, areas, rows, profiles, table.report)  # type: ignore[arg-type]


def read_areas(path: Path, coordsys: str | None) -> gpd.GeoDataFrame:
    """Read polygons that only name districts and townships: no column of weights is needed, and none is read.

    Parameters
    ----------
    path, coordsys
        As ``read`` takes them.

    Returns
    -------
    areas
        Contract ``POPULATION``, all weights 0.

    Raises
    ------
    InputError
        The file cannot be read, holds no polygons, or no column of it names an area.
    """
    system = _system(coordsys)
    table = tables.read(path)
    areas = population.read_names(table, system)
    if areas.empty:
        raise InputError(_nothing(path, table.report.rows_read, table.report.rejects[0].reason))
    return areas


def _system(coordsys: str | None) -> systems.CoordSys:
    try:
        return systems.parse(coordsys)
    except CoordinateError as error:
        raise InputError(str(error)) from error


def _guess(table: Table) -> str:
    if table.shapes is not None and bool(np.isin(shapely.get_type_id(table.shapes), (3, 6)).any()):
        return "population"
    return "presence" if columns.find(table, "time", needed=False) else "points"


def _nothing(path: Path, n: int, why: Text) -> Text:
    zh = texts.NOTHING_LEFT.zh.format(path=path, n=n, why=why.zh)
    return Text(zh, texts.NOTHING_LEFT.en.format(path=path, n=n, why=why.en))
