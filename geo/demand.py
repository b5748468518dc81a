"""Demand on h3 cells: population spread over the ground or along streets, points gathered, areas named.

Every function keeps the sum of weights: what cannot be placed is placed where it does least harm and counted.
"""

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import cells, metric, texts
from geo.cells import Cells
from geo.errors import ParameterError
from geo.frames import DEMAND, POPULATION, build, check
from geo.profiles import Profiles

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

AREA_NAMES: Final = ("adcode", "township_code", "district", "township")
NO_DWELLINGS: Final = frozenset(
    {"motorway", "motorway_link", "trunk", "trunk_link", "construction", "proposed", "raceway", "busway"}
)
"""Classes of streets along which nobody lives."""
PIECE_M: Final = 20.0


@dataclass(frozen=True, eq=False)
class Spread:
    """Demand on cells, and what had to be decided on the way.

    Attributes
    ----------
    demand
        Contract ``DEMAND``, one row per cell, by cell.
    tiny
        Areas so small that no cell has its centre in them: their weight went to the cell at a point inside.
    streetless
        Areas without a street, spread evenly over the ground instead; 0 when asked for no streets.
    shared
        Cells that got weight from more than one area; they bear the names of the one that gave most.
    """

    demand: pd.DataFrame
    tiny: int
    streetless: int
    shared: int


def by_area(population: gpd.GeoDataFrame, resolution: int) -> Spread:
    """Spread each area's weight evenly over its ground.

    A cell belongs to the area that holds its centre and gets weight in proportion to its own ground, so that the
    sum over the cells of an area is the area's weight, and areas that do not overlap share no cell.

    Parameters
    ----------
    population
        Contract ``POPULATION``, EPSG:4326, any number of rows.
    resolution
        Of h3, 6 to 11.

    Returns
    -------
    spread
        Cells of areas of weight 0 are kept, with weight 0.

    Raises
    ------
    FrameError, ParameterError
        The frame breaks its contract; a weight is negative or missing; the resolution cannot be used.

    Examples
    --------
    >>> town = gpd.GeoDataFrame(
    ...     {"weight": [1200.0], "adcode": None, "township_code": None, "district": None, "township": None},
    ...     geometry=[shapely.box(116.40, 39.91, 116.41, 39.92)], crs="EPSG:4326")
    >>> demand = by_area(town, 9).demand
    >>> len(demand), float(demand["weight"].sum().round(6))
    (12, 1200.0)
    """
    _refuse_population(population)
    area, cell, tiny = _cells_of(population, resolution)
    return _spread(population, area, cell, cells.areas_m2(cell), tiny=tiny, streetless=0)


def by_streets(population: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, resolution: int) -> Spread:
    """Spread each area's weight along its streets, as dasymetric maps do: people live where streets are.

    A cell gets weight in proportion to the length of streets in it; cells without a street get none and are left
    out. An area without any street is spread evenly over its ground. Streets must be known for all of an area:
    where they end inside it, all its weight goes to the part that has some. Method: streets are cut into pieces
    of at most 20 m, each counts where its middle lies; ways of the classes ``NO_DWELLINGS`` do not count.

    Parameters
    ----------
    population
        As for ``by_area``.
    streets
        Contract ``STREETS`` (``highway`` is read), LineStrings in EPSG:4326; no row: everything is spread evenly.
    resolution
        Of h3, 6 to 11.

    Returns
    -------
    spread
        Cells of positive weight, and cells of areas without streets.

    Raises
    ------
    FrameError, ParameterError
        As ``by_area``.
    """
    _refuse_population(population)
    area, cell, tiny = _cells_of(population, resolution)
    length = _street_metres(streets, cell, resolution)
    has_street = np.bincount(area, weights=length, minlength=len(population)) > 0
    share = np.where(has_street[area], length, cells.areas_m2(cell))
    some = share > 0
    return _spread(
        population, area[some], cell[some], share[some], tiny=tiny, streetless=int((~has_street).sum())
    )


def gather(points: pd.DataFrame, resolution: int, profiles: Profiles) -> tuple[pd.DataFrame, Profiles]:
    """Gather weighted points into cells.

    Parameters
    ----------
    points
        Contract ``DEMAND``; positions must be there.
    resolution
        Of h3, 6 to 11.
    profiles
        Those that the points name.

    Returns
    -------
    demand
        One row per cell that holds a point, by cell: weights summed, area names of the points of most weight.
    profiles
        Cells whose points differ in profile get one of their own, the weighted mean, keyed by the cell.

    Raises
    ------
    FrameError, ParameterError
        The frame breaks its contract; a weight is negative or missing; there is no such profile.

    Examples
    --------
    >>> point = {"demand_id": ["a", "b"], "lon": [116.404, 116.4041], "lat": [39.915, 39.915], "weight": [1, 2]}
    >>> demand, _ = gather(build(point, DEMAND), 9, Profiles.none())
    >>> demand["demand_id"].tolist(), demand["weight"].tolist()
    (['8931aa428b3ffff'], [3.0])
    """
    refuse_weights(check(points, DEMAND))
    cell = cells.at(points["lon"], points["lat"], resolution)
    if bool((cell == cells.NOWHERE).any()):
        row = int(np.flatnonzero(cell == cells.NOWHERE)[0])
        raise ParameterError(texts.DEMAND_PLACE.format(row=points.index[row]))
    distinct, at = np.unique(cell, return_inverse=True)
    weight = points["weight"].to_numpy(np.float64)
    demand = _on_cells(distinct, np.bincount(at, weights=weight, minlength=len(distinct)))
    first = _first_by_weight(at, weight)
    for name in AREA_NAMES:
        demand[name] = points[name].to_numpy(object)[first]
    keys, merged = _merged_profiles(points, profiles, at, demand)
    demand["profile"] = pd.Series(keys, index=demand.index, dtype=object)
    return check(demand, DEMAND), merged


def named(points: pd.DataFrame, population: gpd.GeoDataFrame, *, by_place: bool = False) -> pd.DataFrame:
    """Fill in the area of rows that lack it, by the polygon that holds their position.

    Parameters
    ----------
    points
        Any frame with ``lon``, ``lat`` (WGS-84 degrees, NaN allowed) and the columns of ``AREA_NAMES`` or some of
        them: demand, stations, candidates.
    population
        Contract ``POPULATION``, EPSG:4326. Of polygons that overlap the first counts.
    by_place
        Whatever a row says, the polygon that holds it counts: lists write codes in their own way (nine digits or
        twelve), and rows of one place have to agree.

    Returns
    -------
    points
        A copy on the same index with all of ``AREA_NAMES``. A row whose township code is given stays as it is, unless
        ``by_place``; of the others all four are taken from the polygon, and stay as given where none holds them.
    """
    filled = points.copy()
    for name in AREA_NAMES:
        if name not in filled:
            filled[name] = pd.Series([None] * len(filled), index=filled.index, dtype=object)
    area = holding(points["lon"], points["lat"], population)
    take = (area >= 0) & (by_place | filled["township_code"].isna().to_numpy())
    for name in AREA_NAMES:
        values = filled[name].to_numpy(dtype=object, copy=True)
        values[take] = population[name].to_numpy(object)[area[take]]
        filled[name] = pd.Series(values, index=filled.index, dtype=object)
    return filled


def holding(lon: npt.ArrayLike, lat: npt.ArrayLike, population: gpd.GeoDataFrame) -> IntArray:
    """Find the first polygon that holds each place, its border included; -1 where none does, shape (n,)."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    valid = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    found = np.full(len(x), -1, dtype=np.int64)
    if len(population) and len(valid):
        tree = shapely.STRtree(population.geometry.to_numpy())
        point, area = tree.query(shapely.points(x[valid], y[valid]), predicate="intersects")
        order = np.lexsort((area, point))[::-1]
        found[valid[point[order]]] = area[order]
    return found


def area_codes(rows: pd.DataFrame) -> pd.DataFrame:
    """Tell areas apart: by their codes, and where one has none by its name.

    Parameters
    ----------
    rows
        With the columns ``AREA_NAMES``, None where not known; also no row.

    Returns
    -------
    codes
        ``district`` and ``township`` on the same index: the code, else the name, "" where neither is known. The name
        of a township stands behind its district, because many districts have a township of one name.

    Examples
    --------
    >>> rows = pd.DataFrame({"adcode": ["110101", None], "township_code": ["110101001", None],
    ...                      "district": [None, "East"], "township": [None, "Hill"]}, dtype=object)
    >>> area_codes(rows).to_numpy().tolist()
    [['110101', '110101001'], ['East', 'East Hill']]
    """
    said = {name: rows[name].astype(object).fillna("").to_numpy(dtype=object) for name in AREA_NAMES}
    district = np.where(said["adcode"] != "", said["adcode"], said["district"])
    behind = np.where(district != "", district + " ", "")
    name = np.where(said["township"] != "", behind + said["township"], "")
    township = np.where(said["township_code"] != "", said["township_code"], name)
    return pd.DataFrame({"district": district, "township": township}, index=rows.index, dtype=object)


def refuse_weights(frame: pd.DataFrame) -> None:
    """Raise ``ParameterError`` unless all weights are finite and at least 0."""
    weight = frame["weight"].to_numpy(np.float64)
    wrong = ~(np.isfinite(weight) & (weight >= 0))
    if bool(wrong.any()):
        row = int(np.flatnonzero(wrong)[0])
        raise ParameterError(texts.DEMAND_WEIGHT.format(row=frame.index[row], value=weight[row]))


def _refuse_population(population: gpd.GeoDataFrame) -> None:
    refuse_weights(check(population, POPULATION))


def _cells_of(population: gpd.GeoDataFrame, resolution: int) -> tuple[IntArray, Cells, int]:
    """Pairs of area and cell, and how many areas hold no centre."""
    lists = [cells.inside(shape, resolution) for shape in population.geometry]
    tiny = [i for i, found in enumerate(lists) if not len(found)]
    inner = shapely.point_on_surface(population.geometry.to_numpy()[tiny]) if tiny else np.empty(0, object)
    for i, point in zip(tiny, inner, strict=True):
        lists[i] = cells.at([point.x], [point.y], resolution)
    area = np.repeat(np.arange(len(lists)), [len(found) for found in lists]).astype(np.int64)
    return area, np.concatenate([np.empty(0, np.uint64), *lists]), len(tiny)


def _spread(
    population: gpd.GeoDataFrame,
    area: IntArray,
    cell: Cells,
    share: FloatArray,
    *,
    tiny: int,
    streetless: int,
) -> Spread:
    """Give each pair its part of the area's weight; sum over cells."""
    whole = np.bincount(area, weights=share, minlength=len(population))
    weight = population["weight"].to_numpy(np.float64)[area] * share / whole[area]
    distinct, at = np.unique(cell, return_inverse=True)
    demand = _on_cells(distinct, np.bincount(at, weights=weight, minlength=len(distinct)))
    first = _first_by_weight(at, weight)
    for name in AREA_NAMES:
        demand[name] = population[name].to_numpy(object)[area[first]]
    shared = int((np.bincount(at, minlength=len(distinct)) > 1).sum())
    return Spread(check(demand, DEMAND), tiny, streetless, shared)


def _on_cells(distinct: Cells, weight: npt.ArrayLike) -> pd.DataFrame:
    lon, lat = cells.centres(distinct)
    columns = {
        "demand_id": cells.names(distinct),
        "lon": lon,
        "lat": lat,
        "weight": weight,
        "area_m2": cells.areas_m2(distinct),
    }
    return build(columns, DEMAND)


def _first_by_weight(group: IntArray, weight: FloatArray) -> IntArray:
    """Of each group 0, 1, … the position of its greatest weight, the first of equals."""
    order = np.lexsort((np.arange(len(group)), -weight, group))
    return np.asarray(order[np.unique(group[order], return_index=True)[1]], dtype=np.int64)


def _street_metres(streets: gpd.GeoDataFrame, cell: Cells, resolution: int) -> FloatArray:
    """Metres of streets in each of the cells."""
    lines = streets.geometry[~streets["highway"].isin(NO_DWELLINGS)].to_numpy()
    if not len(lines) or not len(cell):
        return np.zeros(len(cell))
    lon, lat, metres = _pieces(lines)
    of_piece = cells.at(lon, lat, resolution)
    if not len(of_piece):
        return np.zeros(len(cell))
    distinct, at = np.unique(of_piece, return_inverse=True)
    total = np.bincount(at, weights=metres)
    place = np.minimum(np.searchsorted(distinct, cell), len(distinct) - 1)
    return np.where(distinct[place] == cell, total[place], 0.0)


def _pieces(lines: npt.NDArray[Any]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Middles and lengths of pieces of at most ``PIECE_M``; by geodesic, so at any longitude."""
    corner, line = shapely.get_coordinates(lines, return_index=True)
    follows = line[1:] == line[:-1]
    a, b = corner[:-1][follows], corner[1:][follows]
    metres = metric.geodesic_m(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
    count = np.maximum(np.ceil(metres / PIECE_M), 1).astype(np.int64)
    segment = np.repeat(np.arange(len(a)), count)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    at = ((number + 0.5) / count[segment])[:, None]
    middle = a[segment] + (b - a)[segment] * at
    return middle[:, 0], middle[:, 1], (metres / count)[segment]


def _merged_profiles(
    points: pd.DataFrame, profiles: Profiles, at: IntArray, demand: pd.DataFrame
) -> tuple[list[str | None], Profiles]:
    """Profile key of each cell: that of its points where they agree, else a weighted mean of its own."""
    row = profiles.rows(points["profile"])
    weight = points["weight"].to_numpy(np.float64)
    low = np.full(len(demand), np.iinfo(np.int64).max)
    high = np.full(len(demand), -1)
    np.minimum.at(low, at, row)
    np.maximum.at(high, at, row)
    keys: list[str | None] = [profiles.keys[r] if r >= 0 else None for r in high]
    mixed = np.flatnonzero((low != high) & (demand["weight"].to_numpy() > 0))
    if not len(mixed):
        return keys, profiles
    number = np.full(len(demand), -1)
    number[mixed] = np.arange(len(mixed))
    chosen = np.flatnonzero(number[at] >= 0)
    added = np.zeros((len(mixed), profiles.factors([-1]).shape[1]))
    np.add.at(added, number[at[chosen]], profiles.factors(row[chosen]) * weight[chosen, None])
    added /= demand["weight"].to_numpy()[mixed, None]
    own = [str(name) for name in demand["demand_id"].iloc[mixed]]
    for cell, key in zip(mixed, own, strict=True):
        keys[cell] = key
    return keys, Profiles((*profiles.keys, *own), np.vstack([profiles.factor, added]))
