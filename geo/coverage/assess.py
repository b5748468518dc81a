"""From who reaches whom to every figure of a study that is not about new sites.

``assess`` makes the frames ``cells``, ``stations``, ``areas``, ``week``, ``limits``, ``gaps``, ``lorenz`` and the
arrays ``masks`` and ``gap_week`` of ``geo.study.Study``. It is arithmetic on arrays: no search happens here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import week
from geo.coverage import figures, gaps, texts
from geo.coverage.hourly import Hourly, Sums, sums
from geo.coverage.openings import Openings
from geo.coverage.reach import Reach
from geo.coverage.zones import Zones
from geo.demand import AREA_NAMES, refuse_weights
from geo.errors import ParameterError
from geo.frames import DEMAND, build, check
from geo.profiles import Profiles
from geo.study import CELLS, INSTANTS, STANDARDS, STATIONS, WEEK
from geo.texts import Text
from geo.vocabulary import MOMENT, STANDARD
from geo.week import NIGHT_SLOT, SLOTS, Flags, Words

FloatArray = npt.NDArray[np.float64]
Strings = npt.NDArray[np.object_]

UNIT: Final[Mapping[str, str]] = {"straight": "m", "walk": "s"}
PRESETS: Final[Mapping[str, tuple[float, ...]]] = {
    "straight": (300.0, 500.0, 800.0, 1000.0),
    "walk": (300.0, 600.0, 900.0),
}
SLOW_KMH: Final = 4.0


@dataclass(frozen=True, eq=False)
class Assessed:
    """The part of a ``geo.study.Study`` that coverage makes; attributes as there."""

    masks: Words
    gap_week: npt.NDArray[np.float32]
    cells: pd.DataFrame
    stations: pd.DataFrame
    areas: pd.DataFrame
    week: pd.DataFrame
    limits: pd.DataFrame
    gaps: gpd.GeoDataFrame
    lorenz: pd.DataFrame
    notes: tuple[Text, ...]


def assess(
    demand: pd.DataFrame,
    stations: pd.DataFrame,
    openings: Openings,
    straight: Reach,
    walk: Reach,
    *,
    unreached: Strings,
    profiles: Profiles,
    beyond: Flags | None = None,
    monday: date | None = None,
    walk_kmh: float = 5.0,
    slow_kmh: float = SLOW_KMH,
    presets: Mapping[str, tuple[float, ...]] = PRESETS,
    specks_share: float = gaps.SPECKS_SHARE,
) -> Assessed:
    """Work out coverage by both standards.

    Parameters
    ----------
    demand
        Contract ``DEMAND`` on h3 cells, n rows; also none.
    stations
        Public stations: ``station_id``, ``name``, ``lon``, ``lat``, the area names, ``snap_m`` and ``not_counted``
        as ``geo.study.STATIONS`` has them (``address`` if there is one). Also none.
    openings
        Of these stations, in their order.
    straight, walk
        What both standards reach.
    unreached
        Of each row of demand, why it has no way on foot (``vocabulary.UNREACHED``), shape (n,); read only where
        ``walk`` found none.
    profiles
        Those that demand names.
    beyond
        Stations outside the area in question, shape (stations,): they serve demand as the others do, and are none of
        the area's own, so no figure of how many it has counts them. None: there is none.
    monday
        First day of the week in question, for the dates in ``week``.
    walk_kmh
        Speed at which ``walk`` was computed.
    slow_kmh
        Speed of a slow walker, whose figures in ``limits`` follow from the other's times.
    presets
        Further limits to report, by standard: metres and seconds.
    specks_share
        The smallest gaps, which together hold at most this part of a gap, are counted and not drawn.

    Returns
    -------
    assessed
        Figures of areas weigh demand at 02:00 by what it is then where it has a profile; ``any`` and ``24h`` weigh
        the mean of the week.

    Raises
    ------
    FrameError, ParameterError
        A frame breaks its contract; arrays differ in length; a list holds a station that doesn't count.
    """
    refuse_weights(check(demand, DEMAND))
    reaches = {"straight": straight, "walk": walk}
    _refuse(demand, stations, openings, reaches)
    hours = {standard: Hourly.of(reach.lists, openings) for standard, reach in reaches.items()}
    masks, rows, station_rows = _common_masks(hours, openings)
    cells = _cells(demand, stations, openings, reaches, hours, rows, unreached)
    weights = _weights(demand, profiles)
    zones = Zones.of([demand, stations])
    added = _added(demand, hours, profiles, zones)
    table = _stations(stations, openings, reaches, demand, station_rows)
    own = table["not_counted"].isna().to_numpy()
    if beyond is not None:
        own = own & ~beyond
    drawn, notes = _gaps(cells, stations, reaches, weights, specks_share)
    lorenz = figures.lorenz(cells, zones, {s: np.diff(r.lists.indptr) for s, r in reaches.items()})
    return Assessed(
        masks,
        np.stack([added[s].demand - added[s].covered for s in STANDARDS], axis=1).clip(0).astype(np.float32),
        cells,
        table,
        figures.areas(cells, table, zones, added, weights, reaches, own),
        _week(openings, added, own, monday),
        figures.limits(reaches, weights, presets, walk_kmh, slow_kmh),
        drawn,
        lorenz,
        notes,
    )


def _refuse(
    demand: pd.DataFrame, stations: pd.DataFrame, openings: Openings, reaches: Mapping[str, Reach]
) -> None:
    silent = stations["not_counted"].notna().to_numpy()
    wanted = [("openings", len(openings), len(stations))]
    for name, reach in reaches.items():
        wanted += [(f"{name}.lists", reach.lists.n_demand, len(demand))]
        wanted += [(f"{name}.lists stations", reach.lists.n_facilities, len(stations))]
    for name, found, rows in wanted:
        if found != rows:
            raise ParameterError(texts.LENGTHS.format(name=name, found=found, wanted=rows))
    for name, reach in reaches.items():
        wrong = reach.lists.facility[silent[reach.lists.facility]]
        if len(wrong):
            station = stations["station_id"].iloc[int(wrong[0])]
            raise ParameterError(texts.REACH_UNCOUNTED.format(standard=name, station=station))


def _weights(demand: pd.DataFrame, profiles: Profiles) -> dict[str, FloatArray]:
    """Demand at each instant: the mean of the week, at 02:00 what it is then."""
    mean = demand["weight"].to_numpy(np.float64)
    then = mean * profiles.factors(profiles.rows(demand["profile"]))[:, NIGHT_SLOT] if profiles.keys else mean
    return {"any": mean, "0200": then, "24h": mean}


def _common_masks(
    hours: Mapping[str, Hourly], openings: Openings
) -> tuple[Words, dict[str, npt.NDArray[np.int64]], npt.NDArray[np.int64]]:
    """One table of distinct weeks for both standards and the stations; its row 0 is the empty week."""
    parts = [hours[s].words for s in STANDARDS] + [openings.words()]
    whole, at = week.distinct(np.vstack(parts))
    pieces = np.split(at, np.cumsum([len(part) for part in parts])[:-1])
    rows = {s: pieces[i][hours[s].row] for i, s in enumerate(STANDARDS)}
    return whole, rows, pieces[-1]


def _cells(
    demand: pd.DataFrame,
    stations: pd.DataFrame,
    openings: Openings,
    reaches: Mapping[str, Reach],
    hours: Mapping[str, Hourly],
    rows: Mapping[str, npt.NDArray[np.int64]],
    unreached: Strings,
) -> pd.DataFrame:
    columns: dict[str, Any] = {name: demand[name].to_numpy() for name in DEMAND.columns}
    for standard, reach in reaches.items():
        nearest = reach.nearest["any"]
        columns[f"{standard}_{UNIT[standard]}"] = np.where(np.isfinite(nearest.cost), nearest.cost, np.nan)
        columns[f"{standard}_station"] = _ids(stations, nearest.facility)
        for moment in INSTANTS:
            columns[f"{standard}_{moment}"] = reach.covered(openings, moment)
        columns[f"{standard}_0200_maybe"] = columns[f"{standard}_0200"] | hours[standard].unknown
        columns[f"{standard}_day"] = hours[standard].share_of(week.between(*week.DAY_HOURS))
        columns[f"{standard}_night"] = hours[standard].share_of(week.between(*week.NIGHT_HOURS))
        columns[f"{standard}_mask"] = rows[standard]
    why = np.array(unreached, dtype=object)
    why[np.isfinite(reaches["walk"].nearest["any"].cost)] = None
    return build(columns | {"unreached": why}, CELLS)


def _stations(
    stations: pd.DataFrame,
    openings: Openings,
    reaches: Mapping[str, Reach],
    demand: pd.DataFrame,
    week_rows: npt.NDArray[np.int64],
) -> pd.DataFrame:
    given = ("station_id", "name", "address", *AREA_NAMES, "lon", "lat", "snap_m", "not_counted")
    columns: dict[str, Any] = {name: stations[name].to_numpy() for name in given if name in stations}
    columns |= {
        "is_24h": openings.is_24h,
        "hours_known": openings.known,
        "open_hours": np.where(openings.known, openings.open_week.sum(axis=1) / 2.0, np.nan),
        "week_mask": week_rows,
    }
    weight = demand["weight"].to_numpy(np.float64)
    for standard, reach in reaches.items():
        nearest = reach.nearest["any"].facility
        to = nearest >= 0
        columns[f"{standard}_demand"] = np.bincount(nearest[to], weight[to], minlength=len(stations))
        alone = np.flatnonzero(np.diff(reach.lists.indptr) == 1)
        only = reach.lists.facility[reach.lists.indptr[:-1][alone]]
        columns[f"{standard}_alone"] = np.bincount(only, weight[alone], minlength=len(stations))
    return build(columns, STATIONS)


def _added(
    demand: pd.DataFrame, hours: Mapping[str, Hourly], profiles: Profiles, zones: Zones
) -> dict[str, Sums]:
    """Demand by zone and half hour, townships added up to districts and the whole."""
    weight = demand["weight"].to_numpy(np.float64)
    profile = profiles.rows(demand["profile"])
    found = {
        standard: sums(hourly, weight, profile, profiles, zones.township_of[0], len(zones))
        for standard, hourly in hours.items()
    }
    return {
        standard: Sums(zones.summed(s.demand), zones.summed(s.covered), zones.summed(s.maybe))
        for standard, s in found.items()
    }


def _week(openings: Openings, added: Mapping[str, Sums], own: Flags, monday: date | None) -> pd.DataFrame:
    slots = np.arange(SLOTS)
    days = [None if monday is None else (monday + timedelta(days=i)).isoformat() for i in range(7)]
    columns: dict[str, Any] = {
        "slot": slots,
        "weekday": slots // week.SLOTS_PER_DAY,
        "time": [week.clock(s) for s in range(SLOTS)],
        "date": np.repeat(np.array(days, dtype=object), week.SLOTS_PER_DAY),
        "demand": added["straight"].demand[0],
        "stations_open": openings.open_week[own].sum(axis=0),
    }
    for standard, whole in added.items():
        columns[f"{standard}_share"] = figures.divided(whole.covered[0], whole.demand[0])
        columns[f"{standard}_maybe_share"] = figures.divided(whole.maybe[0], whole.demand[0])
    return build(columns, WEEK)


def _gaps(
    cells: pd.DataFrame,
    stations: pd.DataFrame,
    reaches: Mapping[str, Reach],
    weights: Mapping[str, FloatArray],
    specks: float,
) -> tuple[gpd.GeoDataFrame, tuple[Text, ...]]:
    found, notes = [], []
    ground = gaps.Ground.of(cells)
    for standard in STANDARDS:
        for moment in INSTANTS:
            uncovered: Flags = ~cells[f"{standard}_{moment}"].to_numpy(np.bool_)
            made = gaps.dissolve(
                ground, uncovered, weights[moment], standard=standard, moment=moment,
                straight_m=reaches["straight"].nearest[moment].cost, walk_s=reaches["walk"].nearest[moment].cost,
                station=_ids(stations, reaches[standard].nearest[moment].facility), specks_share=specks,
            )  # fmt: skip
            found.append(made.frame)
            if made.specks:
                notes.append(_specks(standard, moment, made, float(weights[moment][uncovered].sum())))
    whole = pd.concat([f for f in found if len(f)], ignore_index=True) if any(map(len, found)) else found[0]
    return whole, tuple(notes)


def _specks(standard: str, moment: str, made: gaps.Gaps, gap: float) -> Text:
    s, m = STANDARD[standard], MOMENT[moment]
    return texts.SPECKS.format(
        n=made.specks, demand=_amount(made.specks_demand), share=made.specks_demand / gap,
        standard_zh=s.zh, standard_en=s.en, moment_zh=m.zh, moment_en=m.en,
    )  # fmt: skip


def _amount(demand: float) -> str:
    """Write demand with as many digits as say something.

    Examples
    --------
    >>> _amount(2730.4), _amount(0.36)
    ('2,730', '0.36')
    """
    return f"{demand:,.0f}" if demand >= 10 else f"{demand:.2g}"


def _ids(stations: pd.DataFrame, facility: npt.NDArray[np.int64]) -> Strings:
    """Ids of stations by position, None for -1."""
    ids = np.array([*stations["station_id"], None], dtype=object)
    return np.asarray(ids[facility], dtype=object)
