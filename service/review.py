"""The review map of a registry: verdicts with their evidence, and the street map around each, tile by tile."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import maps
from data.hours.schedule import SHANGHAI
from data.postgres.db import Connection
from data.stations import cases as records
from data.stations import store
from data.streets import streetmap
from geo import frames, metric
from geo.frontage import Parameters, StreetMap
from geo.frontage.gates import STATE_NAMES, gate_states
from geo.frontage.streets import Ways, classify
from maps import ReviewOptions
from service import texts

TILE_DEG: Final = 0.1
MARGIN_DEG: Final = 0.002
"""How far around a tile's stations layers are read: 170 m and more in China, where 130 m are drawn."""

MOST_CASES: Final = 2000
"""The most stations of a page that nobody limited: it stays a few megabytes."""


@dataclass(frozen=True)
class ReviewSource:
    """What a review page is made of: cases and layers as ``maps.review`` takes them, and what is missing."""

    cases: gpd.GeoDataFrame
    layers: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    data_version: int | None = None
    unlocated: int = 0
    left_out: int = 0


def gather(
    conn: Connection,
    *,
    adcode: str | None = None,
    verdict: str | None = None,
    limit: int | None = None,
) -> ReviewSource:
    """Read verdicts and what stands around their stations.

    Parameters
    ----------
    conn
        An open connection.
    adcode, verdict
        Only stations whose adcode starts so; only this verdict (``unknown`` with those never checked).
    limit
        At most so many; ``MOST_CASES`` when None. The rest is counted in ``left_out``.

    Returns
    -------
    source
        Without a street map the layers are empty.
    """
    version = store.data_version(conn)
    counts = records.count_cases(conn, adcode=adcode, verdict=verdict)
    cases = records.read_cases(conn, adcode=adcode, verdict=verdict, limit=limit or MOST_CASES)
    parts = [_around(conn, tile) for tile in _tiles(cases)]
    layers = {name: _once(_joined([part[name] for part in parts])) for name in parts[0]} if parts else {}
    return ReviewSource(cases, layers, version, counts.unlocated, counts.located - len(cases))


def page(source: ReviewSource, *, notice: tuple[str, str] = ("", ""), streets: str | None = None) -> str:
    """Make the review page.

    Parameters
    ----------
    source
        As gathered.
    notice
        A further remark above everything, Chinese and English; for instance that the town is invented.
    streets
        Source of the streets, when it is not OpenStreetMap.

    Returns
    -------
    html
        One self-contained page.
    """
    options = ReviewOptions(
        notice=notice[0],
        notice_en=notice[1],
        data_version=source.data_version,
        made_on=datetime.now(SHANGHAI).date().isoformat(),
        unlocated=source.unlocated,
        left_out=source.left_out,
        streets_attribution=streets or texts.OSM_ATTRIBUTION.zh,
    )
    return maps.render(maps.review(source.cases, source.layers, options=options))


def drawn_layers(layers: dict[str, gpd.GeoDataFrame], lon: Any, lat: Any) -> dict[str, gpd.GeoDataFrame]:
    """Say of streets and gates what the rule made of them, and cut all layers down to the stations.

    Parameters
    ----------
    layers
        As ``data.streets.streetmap.read_layers`` gives them, of one neighbourhood.
    lon, lat
        The stations, WGS-84 degrees, shape (stations,); at least one.

    Returns
    -------
    layers
        As ``maps.review`` draws them, EPSG:4326.
    """
    streets = StreetMap.from_layers(layers, metric.choose_crs(lon, lat))
    named = {name: getattr(streets, name) for name in frames.STREET_LAYERS}
    named["streets"] = _roles(streets)
    states = np.array(STATE_NAMES, dtype=object)[gate_states(streets.gates)]
    named["gates"] = streets.gates.assign(state=pd.Series(states, index=streets.gates.index, dtype=object))
    return maps.around({name: frame.to_crs("EPSG:4326") for name, frame in named.items()}, lon, lat)


def _around(conn: Connection, tile: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    lon, lat = tile["lon"].to_numpy(dtype=float), tile["lat"].to_numpy(dtype=float)
    box = lon.min() - MARGIN_DEG, lat.min() - MARGIN_DEG, lon.max() + MARGIN_DEG, lat.max() + MARGIN_DEG
    return drawn_layers(streetmap.read_layers(conn, box), lon, lat)


def _roles(streets: StreetMap) -> gpd.GeoDataFrame:
    """Parts of ways by what they are good for: public streets, weak ways, and all others."""
    ways = classify(streets, Parameters())
    frame = streets.streets
    parts = [_part(frame, ways.public, "public"), _part(frame, ways.weak, "weak")]
    rest = ~np.isin(np.arange(len(frame)), np.concatenate([ways.public.rows, ways.weak.rows]))
    other = frame[rest][["osm_id", "name", "highway", "geometry"]]
    parts.append(other.assign(role="other", half_width_m=np.nan))
    return _joined(parts)


def _part(frame: gpd.GeoDataFrame, ways: Ways, role: str) -> gpd.GeoDataFrame:
    rows = frame.iloc[ways.rows][["osm_id", "highway"]].reset_index(drop=True)
    told = rows.assign(
        name=pd.Series(ways.name, dtype=object), role=role, half_width_m=np.round(ways.half_width_m, 2)
    )
    return gpd.GeoDataFrame(told, geometry=gpd.GeoSeries(ways.geometry, crs=frame.crs), crs=frame.crs)


def _joined(parts: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    some = [part for part in parts if len(part)]
    if not some:
        return parts[0]
    return gpd.GeoDataFrame(pd.concat(some, ignore_index=True), crs=some[0].crs)


def _once(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put together the areas that lie in several tiles, and drop the second copy of points."""
    if not len(frame) or (shapely.get_dimensions(frame.geometry.to_numpy()) == 1).any():
        return frame
    again = frame["osm_id"].duplicated(keep=False)
    whole = frame[again].dissolve("osm_id", as_index=False, sort=False)
    return _joined([frame[~again], whole[frame.columns]])


def _tiles(cases: gpd.GeoDataFrame) -> Iterator[gpd.GeoDataFrame]:
    """Cases by squares of a tenth of a degree, so that only a neighbourhood of the street map is in memory."""
    column = np.floor(cases["lon"].to_numpy(dtype=float) / TILE_DEG).astype("int64")
    row = np.floor(cases["lat"].to_numpy(dtype=float) / TILE_DEG).astype("int64")
    keys: Any = pd.MultiIndex.from_arrays([column, row]).factorize(sort=True)[0]
    for key in range(int(keys.max()) + 1 if len(keys) else 0):
        yield cases[keys == key]
