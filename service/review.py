"""The review map of a registry: verdicts with their evidence, and the street map around each, tile by tile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import maps
from data.hours.schedule import SHANGHAI
from data.postgres.db import Connection
from data.sample import town
from data.stations import cases as records
from data.stations import store, verdicts
from data.streets import streetmap
from geo import frames, metric
from geo.frontage import Parameters, StreetMap
from geo.frontage.gates import STATE_NAMES, gate_states
from geo.frontage.streets import Ways, classify
from geo.progress import Progress, silent
from maps import ReviewOptions
from service import texts

TILE_DEG: Final = 0.1
MARGIN_DEG: Final = 0.002
"""How far around a tile's stations layers are read: 170 m and more in China, where 130 m are drawn."""

MOST_CASES: Final = 2000
"""The most stations of a page that nobody limited: it stays a few megabytes."""


@dataclass(frozen=True)
class Asked:
    """Which stations: whose adcode starts so; with this verdict (unknown: or never checked); at most so many."""

    adcode: str | None = None
    verdict: str | None = None
    limit: int | None = None


EVERYTHING: Final = Asked()


@dataclass(frozen=True)
class ReviewSource:
    """What a review page is made of.

    ``cases`` and ``layers`` as ``maps.review`` takes them; the registry's data version and the number of its street
    map; how many stations are missing for want of a position, or beyond the limit; whether the streets are the
    sample's, invented.
    """

    cases: gpd.GeoDataFrame
    layers: dict[str, gpd.GeoDataFrame]
    data_version: int
    street_version: int
    unlocated: int
    left_out: int
    invented: bool


def read(conn: Connection, asked: Asked) -> ReviewSource:
    """Read the cases, without what stands around them."""
    data_version, street_version = store.data_version(conn), verdicts.street_version(conn)
    counts = records.count_cases(conn, adcode=asked.adcode, verdict=asked.verdict)
    cases = records.read_cases(
        conn, adcode=asked.adcode, verdict=asked.verdict, limit=asked.limit or MOST_CASES
    )
    sources = {known.source for known in streetmap.sources(conn)}
    left_out = counts.located - len(cases)
    invented = sources == {town.SOURCE}
    return ReviewSource(cases, {}, data_version, street_version, counts.unlocated, left_out, invented)


def tiles(source: ReviewSource) -> Iterator[gpd.GeoDataFrame]:
    """Cases by squares of a tenth of a degree, so that only a neighbourhood of the street map is in memory."""
    cases = source.cases
    column = np.floor(cases["lon"].to_numpy(dtype=float) / TILE_DEG).astype("int64")
    row = np.floor(cases["lat"].to_numpy(dtype=float) / TILE_DEG).astype("int64")
    keys: Any = pd.MultiIndex.from_arrays([column, row]).factorize(sort=True)[0]
    for key in range(int(keys.max()) + 1 if len(keys) else 0):
        yield cases[keys == key]


def read_around(conn: Connection, tile: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Read the street map around the cases of one tile."""
    lon, lat = tile["lon"].to_numpy(dtype=float), tile["lat"].to_numpy(dtype=float)
    box = lon.min() - MARGIN_DEG, lat.min() - MARGIN_DEG, lon.max() + MARGIN_DEG, lat.max() + MARGIN_DEG
    return streetmap.read_layers(conn, box)


def with_layers(source: ReviewSource, parts: Sequence[dict[str, gpd.GeoDataFrame]]) -> ReviewSource:
    """Join the ``drawn_layers`` of all tiles to the cases."""
    if not parts:
        return source
    layers = {name: _once(_joined([part[name] for part in parts])) for name in parts[0]}
    return replace(source, layers=layers)


def gather(conn: Connection, asked: Asked = EVERYTHING, progress: Progress = silent) -> ReviewSource:
    """Read verdicts and what stands around their stations.

    Parameters
    ----------
    conn
        An open connection.
    asked
        Which; without a limit at most ``MOST_CASES``. What is left out is counted.
    progress
        Called with stations done and in all, tile by tile.

    Returns
    -------
    source
        Without a street map the layers are empty.
    """
    source = read(conn, asked)
    parts: list[dict[str, gpd.GeoDataFrame]] = []
    done = 0
    for tile in tiles(source):
        parts.append(drawn_layers(read_around(conn, tile), tile))
        done += len(tile)
        progress(texts.REVIEW_STEP, done, len(source.cases))
    return with_layers(source, parts)


def page(source: ReviewSource) -> str:
    """Make the review page: one self-contained document."""
    options = ReviewOptions(
        notice=texts.INVENTED.zh if source.invented else "",
        notice_en=texts.INVENTED.en if source.invented else "",
        data_version=source.data_version,
        made_on=datetime.now(SHANGHAI).date().isoformat(),
        unlocated=source.unlocated,
        left_out=source.left_out,
        streets_attribution=str(texts.INVENTED_STREETS) if source.invented else texts.OSM_ATTRIBUTION.zh,
    )
    return maps.render(maps.review(source.cases, source.layers, options=options))


def drawn_layers(layers: dict[str, gpd.GeoDataFrame], tile: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Say of streets and gates what the rule made of them, and cut all layers down to the stations.

    Parameters
    ----------
    layers
        As ``read_around`` gives them.
    tile
        The cases, at least one.

    Returns
    -------
    layers
        As ``maps.review`` draws them, EPSG:4326.
    """
    lon, lat = tile["lon"].to_numpy(dtype=float), tile["lat"].to_numpy(dtype=float)
    streets = StreetMap.from_layers(layers, metric.choose_crs(lon, lat))
    named = {name: getattr(streets, name) for name in frames.STREET_LAYERS}
    named["streets"] = _roles(streets)
    states = np.array(STATE_NAMES, dtype=object)[gate_states(streets.gates)]
    named["gates"] = streets.gates.assign(state=pd.Series(states, index=streets.gates.index, dtype=object))
    return maps.around({name: frame.to_crs("EPSG:4326") for name, frame in named.items()}, lon, lat)


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
