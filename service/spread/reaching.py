"""Lists of facilities within a limit, and weeks of coverage, part by part; equal to one run over everything."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo import lists as straight_lists
from geo import travel, week
from geo.coverage.hourly import Hourly
from geo.coverage.openings import Openings
from geo.lists import Lists
from geo.network import Network, Snaps
from service.spread import parts
from service.spread.runners import Runner

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_SLACK = 1.001
"""The halo is a little wider than the limit: it must hold a facility at exactly the limit."""


@dataclass(frozen=True, eq=False)
class _Rows:
    """Lists of some rows, facilities numbered as in the whole."""

    rows: Ints
    lists: Lists


def straight(demand_xy: npt.ArrayLike, facility_xy: npt.ArrayLike, limit_m: float, runner: Runner) -> Lists:
    """List the facilities within a straight line, as ``geo.lists.straight`` does, part by part.

    Parameters
    ----------
    demand_xy, facility_xy, limit_m
        As there.
    runner
        Where to work.

    Examples
    --------
    >>> from service.spread import Local
    >>> lists = straight([[0, 0], [900, 0]], [[30, 40], [940, 30]], 50.0, Local(parts=2))
    >>> lists.facility.tolist(), lists.cost.tolist()
    ([0, 1], [50.0, 50.0])
    """
    demand, facilities = _points(demand_xy), _points(facility_xy)
    straight_lists.refuse_limit(limit_m, "limit_m")
    tasks = []
    for part in parts.cut(demand, runner.parts, limit_m * _SLACK + 1.0):
        near = part.holds(facilities)
        tasks.append((demand[part.rows], facilities[near], limit_m, part.rows, near, len(facilities)))
    return _together(runner.map(_straight, tasks), len(demand), len(facilities))


def walking(network: Network, facilities: Snaps, demand: Snaps, limit_s: float, runner: Runner) -> Lists:
    """List the facilities within a time, as ``geo.travel.within`` does, part by part.

    The halo is as wide as the longest trip at the network's speed: a trip that short cannot leave it.

    Parameters
    ----------
    network, facilities, demand, limit_s
        As there.
    runner
        Where to work; each worker is sent the streets of its part only.
    """
    straight_lists.refuse_limit(limit_s, "limit_s")
    if runner.parts <= 1:
        return travel.within(network, facilities, demand, limit_s)
    halo_m = limit_s * network.speed_m_s * float(network.scale.max(initial=1.0)) * _SLACK + 1.0
    tasks = []
    for part in parts.cut(demand.xy, runner.parts, halo_m):
        near = part.holds(facilities.xy)
        small, number = parts.streets_of(network, part)
        here, there = (
            parts.placed(snaps, small, number) for snaps in (demand.take(part.rows), facilities.take(near))
        )
        tasks.append((small, there, here, limit_s, part.rows, near, len(facilities)))
    return _together(runner.map(_walking, tasks), len(demand), len(facilities))


def straight_weeks(
    demand_xy: npt.ArrayLike, facility_xy: npt.ArrayLike, limit_m: float, openings: Openings, runner: Runner
) -> Hourly:
    """Find in which half hours each place is covered, as ``Hourly.of`` on ``straight``, without joining lists.

    Only each part's distinct weeks (48 bytes) and 5 bytes per place come back from the workers.

    Parameters
    ----------
    demand_xy, facility_xy, limit_m, runner
        As in ``straight``.
    openings
        Of all facilities.
    """
    demand, facilities = _points(demand_xy), _points(facility_xy)
    straight_lists.refuse_limit(limit_m, "limit_m")
    tasks, rows_of = [], []
    for part in parts.cut(demand, runner.parts, limit_m * _SLACK + 1.0):
        near = part.holds(facilities)
        open_then = Openings(openings.open_week[near], openings.known[near], openings.is_24h[near])
        tasks.append((demand[part.rows], facilities[near], limit_m, open_then))
        rows_of.append(part.rows)
    found = runner.map(_weeks, tasks)
    nothing = Hourly.of(Lists.from_pairs([], [], [], n_demand=1, n_facilities=len(openings)), openings)
    united = np.repeat(nothing.words[nothing.row], len(demand), axis=0)
    unknown = np.zeros(len(demand), dtype=np.bool_)
    for rows, hours in zip(rows_of, found, strict=True):
        united[rows], unknown[rows] = hours.words[hours.row], hours.unknown
    words, row = week.distinct(united)
    return Hourly(words, row, unknown)


def _straight(
    demand: Floats, facilities: Floats, limit_m: float, rows: Ints, near: Ints, count: int
) -> _Rows:
    return _Rows(rows, _numbered(straight_lists.straight(demand, facilities, limit_m), near, count))


def _walking(
    network: Network, facilities: Snaps, demand: Snaps, limit_s: float, rows: Ints, near: Ints, count: int
) -> _Rows:
    return _Rows(rows, _numbered(travel.within(network, facilities, demand, limit_s), near, count))


def _weeks(demand: Floats, facilities: Floats, limit_m: float, openings: Openings) -> Hourly:
    found = Hourly.of(straight_lists.straight(demand, facilities, limit_m), openings)
    # Rows of distinct weeks travel narrow: a part has fewer than two thousand million places.
    return Hourly(found.words, found.row.astype(np.int32), found.unknown)


def _numbered(lists: Lists, near: Ints, count: int) -> Lists:
    """Give facilities their numbers of the whole; they keep their order, and so do ties of cost."""
    return Lists(lists.indptr, near[lists.facility].astype(np.int32), lists.cost, count)


def _together(found: list[_Rows], n_demand: int, n_facilities: int) -> Lists:
    """Put the rows of all parts in their places; rows of no part stay empty."""
    length = np.zeros(n_demand, dtype=np.int64)
    for part in found:
        length[part.rows] = np.diff(part.lists.indptr)
    indptr = np.r_[np.int64(0), np.cumsum(length)]
    facility = np.empty(int(indptr[-1]), dtype=np.int32)
    cost = np.empty(int(indptr[-1]), dtype=np.float32)
    for part in found:
        own = part.lists.indptr
        at = np.arange(own[-1]) + np.repeat(indptr[part.rows] - own[:-1], np.diff(own))
        facility[at], cost[at] = part.lists.facility, part.lists.cost
    return Lists(indptr, facility, cost, n_facilities)


def _points(xy: npt.ArrayLike) -> Floats:
    return np.asarray(xy, dtype=np.float64).reshape(-1, 2)
