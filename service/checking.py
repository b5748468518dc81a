"""The street-facing check of a registry: stations and street map out of PostGIS, verdicts back in.

Stations are taken in tiles of a quarter degree, so that each tile has a metric CRS of its own and only the
streets around it in memory, however large the registry is.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data.errors import InputError
from data.postgres import db
from data.stations import store, verdicts
from data.streets import streetmap
from geo import frontage, metric
from geo.frontage import Parameters, StreetMap, guard
from geo.progress import Progress, silent
from service import guarding
from service.commands import texts
from service.guarding import Doubt

TILE_DEG = 0.25
MARGIN_DEG = 0.006
"""How far around a tile streets are read: 500 m and more in China, where the definition needs 200 m."""

ACTOR = "yizhan check"


@dataclass(frozen=True)
class CheckReport:
    """What a check did: stations looked at, verdicts stored, and how often each (verdict, rule) came out.

    ``doubts``: batches whose coordinate system is in doubt; their verdicts are withheld.
    """

    checked: int
    written: int
    by_rule: Counter[tuple[str, str]]
    has_streets: bool
    data_version: int
    doubts: tuple[Doubt, ...] = ()


def stored(parameters: Parameters) -> dict[str, Any]:
    """Name the parameters as they are kept beside a verdict and compared."""
    return asdict(parameters)


def reach_m(parameters: Parameters) -> float:
    """How far around a station, beyond the uncertainty of its position, the street map matters, metres.

    An approach line and the longest walk that is not yet bad, or the distance within which streets must be mapped.

    Examples
    --------
    >>> reach_m(Parameters())
    210.0
    """
    return max(parameters.reach_m + parameters.way_in_bad_m, parameters.data_m)


def check_registry(
    conn: Connection,
    parameters: Parameters,
    *,
    source: str | None = None,
    adcode: str | None = None,
    everything: bool = False,
    only: Collection[str] | None = None,
    trust_coordsys: bool = False,
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
        Which stations; see ``data.stations.verdicts.stale_verdicts``.
    only
        Of these, the ones with these ids; None = all.
    trust_coordsys
        Believe every batch's coordinate system; see ``service.guarding``.

    Returns
    -------
    report
        With zero checked when nothing is stale.

    Raises
    ------
    InputError
        No station is of that source or area.
    """
    stations = store.read_stations(conn)
    _some(stations, source=source, adcode=adcode)
    wanted = verdicts.stale_verdicts(
        conn,
        parameters=stored(parameters),
        source=source,
        adcode=adcode,
        everything=everything,
        within_m=reach_m(parameters),
    )
    version = int(stations.attrs["data_version"])
    points = verdicts.located_points(stations)
    chosen = points.index.isin([i for i in wanted if only is None or i in only])
    doubts = [] if trust_coordsys else guarding.doubts(conn, _concerned(points, chosen))
    doubtful = {str(i): doubt for doubt in doubts for i in doubt.stations}
    # A batch is withheld whole, and set free whole.
    withheld = (points["street_facing_rule"] == guard.COORDSYS_DOUBTFUL).to_numpy()
    chosen |= points.index.isin(list(doubtful)) != withheld
    points = points[chosen]
    conn.rollback()
    report = CheckReport(0, 0, Counter(), has_streets=False, data_version=version, doubts=tuple(doubts))
    for tile in tiles(points):
        report = _check_tile(conn, tile, parameters, version, doubtful, report)
        progress(texts.CHECKING, report.checked, len(points))
    now = store.data_version(conn)
    conn.rollback()
    return replace(report, data_version=now)


def recheck(
    conn: Connection,
    station_ids: Collection[str],
    used: Sequence[tuple[dict[str, Any], Collection[str]]],
    *,
    progress: Progress = silent,
) -> list[CheckReport]:
    """Check stations again with the numbers that each had been checked with.

    Parameters
    ----------
    conn
        A writer's connection.
    station_ids
        Which stations; those that are not stale stay as they are.
    used
        ``data.stations.verdicts.used_parameters``, read before their verdicts were dropped. A station that had
        none gets the numbers used last. Numbers of another version of the rule give way to this one's.

    Returns
    -------
    reports
        One for each set of numbers; none when there are no stations.
    """
    told = {station_id: known(numbers) for numbers, ids in used for station_id in ids}
    last = known(used[0][0]) if used else Parameters()
    groups: dict[Parameters, set[str]] = {}
    for station_id in station_ids:
        groups.setdefault(told.get(station_id, last), set()).add(station_id)
    return [
        check_registry(conn, parameters, only=only, progress=progress) for parameters, only in groups.items()
    ]


def known(numbers: dict[str, Any]) -> Parameters:
    """Read parameters as ``stored`` keeps them; the defaults for those of another version of the rule.

    Examples
    --------
    >>> known(stored(Parameters(yes_m=20.0))).yes_m
    20.0
    >>> known({"yes_m": 20.0, "version": "frontage-0"}) == Parameters()
    True
    """
    plain = Parameters()
    same_rule = str(numbers.get("version", "")).split("+")[0] == plain.version
    return Parameters(**numbers) if same_rule and numbers.keys() == stored(plain).keys() else plain


def chosen(stations: pd.DataFrame, *, source: str | None = None, adcode: str | None = None) -> pd.DataFrame:
    """Take the stations of one source, or whose adcode starts so; all when neither is given."""
    kept = np.ones(len(stations), dtype=bool)
    if source is not None:
        kept &= (stations["source"] == source).to_numpy()
    if adcode is not None:
        kept &= np.array([(code or "").startswith(adcode) for code in stations["adcode"]], dtype=bool)
    return stations[kept]


def _some(stations: pd.DataFrame, *, source: str | None, adcode: str | None) -> None:
    """Refuse a source or an area that no station is of: a slip of the pen would look like a finished check."""
    if (source is None and adcode is None) or len(chosen(stations, source=source, adcode=adcode)):
        return
    sources = sorted({str(name) for name in stations["source"] if pd.notna(name)})
    asked = " ".join(
        [*([f"--source {source}"] if source else []), *([f"--adcode {adcode}"] if adcode else [])]
    )
    uncoded = int(stations["adcode"].isna().sum())
    raise InputError(
        texts.CHECK_NO_STATION.format(asked=asked, sources=", ".join(sources) or "-", uncoded=uncoded)
    )


def sensitivity(
    conn: Connection,
    parameters: Parameters,
    *,
    source: str | None = None,
    adcode: str | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Count over a registry the verdicts that change when one limit moves; nothing is stored.

    Returns
    -------
    changes
        As ``geo.frontage.sensitivity``, summed over all tiles.
    """
    stations = chosen(store.read_stations(conn), source=source, adcode=adcode)
    points = verdicts.located_points(stations)
    parts = [frontage.sensitivity(points.iloc[:0].to_crs(4548), _no_streets(), parameters)]
    done = 0
    for tile in tiles(points):
        layers = streetmap.read_layers(conn, bounds(tile))
        conn.rollback()
        crs = metric.choose_crs(tile.geometry.x.to_numpy(), tile.geometry.y.to_numpy())
        parts.append(frontage.sensitivity(tile.to_crs(crs), StreetMap.from_layers(layers, crs), parameters))
        done += len(tile)
        progress(texts.SENSITIVITY_RUNNING, done, len(points))
    return _added(parts)


def _no_streets() -> StreetMap:
    return StreetMap.from_layers({}, 4548)


def _added(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Add up the changes of tiles; a value that changes nothing anywhere keeps its one row of zero."""
    keys = ["limit", "value", "from", "to"]
    every = pd.concat(parts, ignore_index=True)
    order = {pair: i for i, pair in enumerate(zip(parts[0]["limit"], parts[0]["value"], strict=True))}
    summed = every.groupby(keys, dropna=False, sort=True)["count"].sum().reset_index()
    moving = set(zip(*(summed.loc[summed["count"] > 0, k] for k in keys[:2]), strict=True))
    pairs = list(zip(summed["limit"], summed["value"], strict=True))
    kept = [n > 0 or pair not in moving for n, pair in zip(summed["count"], pairs, strict=True)]
    place = pd.Series([order[pair] for pair in pairs])
    summed = summed.iloc[np.argsort(place, kind="stable")]
    return summed[np.array(kept)[summed.index]].reset_index(drop=True)


def tile_verdicts(
    points: gpd.GeoDataFrame, layers: dict[str, gpd.GeoDataFrame], parameters: Parameters
) -> gpd.GeoDataFrame:
    """Compute the verdicts of stations of one neighbourhood; input and output in WGS-84."""
    crs = metric.choose_crs(points.geometry.x.to_numpy(), points.geometry.y.to_numpy())
    as_of = streetmap.data_date(layers)
    streets = StreetMap.from_layers(layers, crs, as_of=as_of.isoformat() if as_of else None)
    return frontage.verdicts(points.to_crs(crs), streets, parameters).to_crs("EPSG:4326")


def tiles(points: gpd.GeoDataFrame) -> Iterator[gpd.GeoDataFrame]:
    """Part points into tiles of a quarter degree, west to east."""
    column = np.floor(points.geometry.x.to_numpy() / TILE_DEG).astype("int64")
    row = np.floor(points.geometry.y.to_numpy() / TILE_DEG).astype("int64")
    keys: Any = pd.MultiIndex.from_arrays([column, row]).factorize(sort=True)[0]
    for key in range(int(keys.max()) + 1 if len(keys) else 0):
        yield points[keys == key]


def bounds(tile: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """West, south, east, north of what the verdicts of a tile depend on, degrees."""
    west, south, east, north = tile.total_bounds
    return west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG


def _concerned(points: gpd.GeoDataFrame, chosen: Any) -> gpd.GeoDataFrame:
    """Whole lists of which something is checked or withheld: a part of a batch may be too small to tell."""
    withheld = points["street_facing_rule"] == guard.COORDSYS_DOUBTFUL
    return points[points["source"].isin(points.loc[chosen | withheld.to_numpy(), "source"].unique())]


def _check_tile(
    conn: Connection,
    tile: gpd.GeoDataFrame,
    parameters: Parameters,
    version: int,
    doubtful: dict[str, Doubt],
    so_far: CheckReport,
) -> CheckReport:
    streets_version = verdicts.street_version(conn)
    layers = streetmap.read_layers(conn, bounds(tile))
    conn.rollback()
    judged = guarding.withhold(tile_verdicts(tile, layers, parameters), doubtful)
    with db.transaction(conn, actor=ACTOR):
        written = verdicts.write_verdicts(
            conn,
            judged,
            parameters=stored(parameters),
            checked_version=version,
            streets_version=streets_version,
        )
    by_rule = so_far.by_rule + Counter(zip(judged["verdict"], judged["rule"], strict=True))
    return replace(
        so_far,
        checked=so_far.checked + len(tile),
        written=so_far.written + written,
        by_rule=by_rule,
        has_streets=so_far.has_streets or not layers["streets"].empty,
    )
