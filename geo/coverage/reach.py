"""What one standard reaches: the stations within its limit of each place, and the nearest at each instant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo import lists as straight_lists
from geo import travel
from geo.coverage import texts
from geo.coverage.hourly import reached
from geo.coverage.openings import Openings
from geo.errors import ParameterError
from geo.lists import NONE, Lists
from geo.network import Network, Snaps
from geo.study import INSTANTS, STANDARDS
from geo.week import Flags

FloatArray = npt.NDArray[np.float64]
Facilities = npt.NDArray[np.int64]
ListStraight = Callable[[FloatArray, FloatArray, float], Lists]
ListWalking = Callable[[Network, Snaps, Snaps, float], Lists]
FindNearest = Callable[[Flags], "Nearest"]
"""Finds for each place the nearest of the stations that are marked, shape (stations,)."""


@dataclass(frozen=True, eq=False)
class Nearest:
    """Cost (metres or seconds, ``inf`` = none) and station (position, -1 = none) of each place, shapes (n,)."""

    cost: FloatArray
    facility: Facilities


@dataclass(frozen=True, eq=False)
class Reach:
    """One standard over n places and all stations of a study.

    Attributes
    ----------
    standard
        ``straight`` (costs in metres) or ``walk`` (seconds).
    limit
        Of the standard; a trip of exactly the limit counts.
    lists
        Stations within the limit; those that do not count appear in no row.
    nearest
        By instant (``geo.study.INSTANTS``) the nearest station that counts then, however far.
    """

    standard: str
    limit: float
    lists: Lists
    nearest: Mapping[str, Nearest]

    @classmethod
    def of(
        cls,
        standard: str,
        limit: float,
        lists: Lists,
        find: FindNearest,
        openings: Openings,
        counting: npt.ArrayLike,
    ) -> Self:
        """Drop the stations that do not count and find the nearest at each instant.

        Parameters
        ----------
        standard, limit, lists
            As the attributes; pairs of stations that do not count are dropped.
        find
            Called once per instant with the stations that count then; not called when none does.
        openings, counting
            Of all stations, shape (stations,).

        Raises
        ------
        ParameterError
            There is no such standard, or the numbers of stations differ.
        """
        counts = np.asarray(counting, dtype=np.bool_)
        if standard not in STANDARDS:
            raise ParameterError(texts.REACH_STANDARD.format(name=standard))
        for name, found in (("openings", len(openings)), ("counting", len(counts))):
            if found != lists.n_facilities:
                raise ParameterError(texts.LENGTHS.format(name=name, found=found, wanted=lists.n_facilities))
        nearest = {
            moment: find(counts & openings.at(moment))
            if bool((counts & openings.at(moment)).any())
            else _nowhere(lists.n_demand)
            for moment in INSTANTS
        }
        return cls(standard, limit, lists.keep(counts), nearest)

    def covered(self, openings: Openings, moment: str) -> Flags:
        """Mark the places with a station within the limit that counts at an instant, shape (n,)."""
        return reached(self.lists, openings.at(moment))


def straight(
    demand_xy: npt.ArrayLike,
    station_xy: npt.ArrayLike,
    limit_m: float,
    openings: Openings,
    counting: npt.ArrayLike,
    *,
    within: ListStraight = straight_lists.straight,
) -> Reach:
    """Reach by straight line, in the metres of one metric CRS.

    Parameters
    ----------
    demand_xy, station_xy
        Metres, shapes (n, 2) and (stations, 2); a missing coordinate reaches nothing.
    limit_m
        Metres.
    openings, counting
        Of all stations.
    within
        Lists who is near; another one may do the same on many machines.

    Examples
    --------
    >>> always = Openings.of(np.ones((2, 336), dtype=bool), [True, True], [False, True])
    >>> made = straight([[0, 0]], [[30, 40], [60, 80]], 50.0, always, [True, True])
    >>> made.lists.facility.tolist(), made.nearest["any"].cost.tolist(), made.nearest["24h"].cost.tolist()
    ([0], [50.0], [100.0])
    """
    places = np.asarray(demand_xy, dtype=np.float64).reshape(-1, 2)
    stations = np.asarray(station_xy, dtype=np.float64).reshape(-1, 2)
    counts = np.asarray(counting, dtype=np.bool_) & np.isfinite(stations).all(axis=1)
    near = within(places, np.where(counts[:, None], stations, np.nan), limit_m)

    def find(marked: Flags) -> Nearest:
        return _nearest_straight(places, stations, marked)

    return Reach.of("straight", limit_m, near, find, openings, counts)


def walking(
    network: Network,
    demand: Snaps,
    stations: Snaps,
    limit_s: float,
    openings: Openings,
    counting: npt.ArrayLike,
    *,
    within: ListWalking = travel.within,
) -> tuple[Reach, npt.NDArray[np.object_]]:
    """Reach on foot by the street network.

    Parameters
    ----------
    network
        For walking; its speed is that of the standard.
    demand, stations
        Snapped to it; refused places are reached by nobody and reach nothing.
    limit_s
        Seconds.
    openings, counting
        Of all stations.
    within
        Lists who is near; another one may do the same on many machines.

    Returns
    -------
    reach
        Costs in seconds.
    unreached
        Code of ``geo.vocabulary.UNREACHED`` for each place without a way to any station that counts, None for the
        others, shape (n,).
    """
    counts = np.asarray(counting, dtype=np.bool_) & stations.ok
    chosen = np.flatnonzero(counts)
    near = within(network, stations.take(chosen), demand, limit_s)
    lists = Lists(near.indptr, chosen[near.facility].astype(np.int32), near.cost, len(stations))

    def find(marked: Flags) -> Nearest:
        positions = np.flatnonzero(marked)
        time_s, at = travel.nearest(network, stations.take(positions), demand)
        return Nearest(time_s, np.where(at >= 0, positions[at], NONE))

    reach = Reach.of("walk", limit_s, lists, find, openings, counts)
    why = np.full(len(demand), None, dtype=object)
    lost = ~np.isfinite(reach.nearest["any"].cost)
    why[lost] = "no_way" if len(chosen) else "no_station"
    why[lost & ~demand.ok] = "no_street"
    return reach, why


def _nearest_straight(places: FloatArray, stations: FloatArray, marked: Flags) -> Nearest:
    chosen = np.flatnonzero(marked)
    found = _nowhere(len(places))
    whole = np.flatnonzero(np.isfinite(places).all(axis=1))
    if len(whole):
        found.cost[whole], at = cKDTree(stations[chosen]).query(places[whole])
        found.facility[whole] = chosen[at]
    return found


def _nowhere(n: int) -> Nearest:
    return Nearest(np.full(n, np.inf), np.full(n, NONE, dtype=np.int64))
