"""The street-facing check of a registry: stations and street map out of PostGIS, verdicts back in.

Stations are taken in tiles of a quarter degree, so that each tile has a metric CRS of its own and only the
streets around it in memory, however large the registry is.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data.postgres import db
from data.stations import store, verdicts
from data.streets import streetmap
from geo import frontage, metric
from geo.frontage import Parameters, StreetMap
from geo.progress import Progress, silent
from service.commands import texts

TILE_DEG = 0.25
MARGIN_DEG = 0.006
"""How far around a tile streets are read: 500 m and more in China, where the definition needs 200 m."""

ACTOR = "yizhan check"


@dataclass(frozen=True)
class CheckReport:
    """What a check did: stations looked at, verdicts stored, and how often each (verdict, rule) came out."""

    checked: int
    written: int
    by_rule: Counter[tuple[str, str]]
    has_streets: bool
    data_version: int


def check_registry(
    conn: Connection,
    parameters: Parameters,
    *,
    source: str | None = None,
    adcode: str | None = None,
    everything: bool = False,
    progress: Progress = silent,
) -> CheckReport:
    """Compute and store the verdicts that are stale, or all of them.

    Parameters
    ----------
    conn
        A writer's connection; each tile is stored in a transaction of its own, so that a long check that is
        interrupted keeps what it finished.
    parameters
        Of the definition; stored with each verdict.
    source, adcode, everything
        Which stations; see ``data.stations.store.stale_verdicts``.

    Returns
    -------
    report
        With zero checked when nothing is stale.
    """
    wanted = verdicts.stale_verdicts(
        conn, parameters=asdict(parameters), source=source, adcode=adcode, everything=everything
    )
    stations = store.read_stations(conn)
    version = int(stations.attrs["data_version"])
    points = verdicts.located_points(stations)
    points = points[points.index.isin(wanted)]
    conn.rollback()
    by_rule: Counter[tuple[str, str]] = Counter()
    checked = written = 0
    has_streets = False
    for tile in _tiles(points):
        streets_version = verdicts.street_version(conn)
        layers = streetmap.read_layers(conn, _bounds(tile))
        conn.rollback()
        has_streets = has_streets or not layers["streets"].empty
        judged = tile_verdicts(tile, layers, parameters)
        with db.transaction(conn, actor=ACTOR):
            written += verdicts.write_verdicts(
                conn,
                judged,
                parameters=asdict(parameters),
                checked_version=version,
                streets_version=streets_version,
            )
        by_rule.update(zip(judged["verdict"], judged["rule"], strict=True))
        checked += len(tile)
        progress(texts.CHECKING, checked, len(points))
    now = store.data_version(conn)
    conn.rollback()
    return CheckReport(checked, written, by_rule, has_streets, now)


def tile_verdicts(
    points: gpd.GeoDataFrame, layers: dict[str, gpd.GeoDataFrame], parameters: Parameters
) -> gpd.GeoDataFrame:
    """Compute the verdicts of stations of one neighbourhood; input and output in WGS-84."""
    crs = metric.choose_crs(points.geometry.x.to_numpy(), points.geometry.y.to_numpy())
    as_of = streetmap.data_date(layers)
    streets = StreetMap.from_layers(layers, crs, as_of=as_of.isoformat() if as_of else None)
    return frontage.verdicts(points.to_crs(crs), streets, parameters).to_crs("EPSG:4326")


def _tiles(points: gpd.GeoDataFrame) -> Iterator[gpd.GeoDataFrame]:
    column = np.floor(points.geometry.x.to_numpy() / TILE_DEG).astype("int64")
    row = np.floor(points.geometry.y.to_numpy() / TILE_DEG).astype("int64")
    keys: Any = pd.MultiIndex.from_arrays([column, row]).factorize(sort=True)[0]
    for key in range(int(keys.max()) + 1 if len(keys) else 0):
        yield points[keys == key]


def _bounds(tile: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    west, south, east, north = tile.total_bounds
    return west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG
