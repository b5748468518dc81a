"""The stations that are reached soonest from one place, exactly.

Method: a trip through the streets is never shorter than the straight line. So stations are taken in the order of
their straight distance, a search from the place, as far as its limit, gives the time to each; and when the k-th best
time is T, no station further than T x speed in a straight line can do better. Stations up to there are measured, all
others cannot win. The limit of the search starts low and doubles as long as k stations are not reached.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geo import travel
from geo.coordsys import LonLat
from geo.nearest import Found, NearestIndex
from geo.network import Network, Snaps, snap
from geo.network.snapping import REASONS, SNAP_LIMIT_M
from service.errors import FieldProblem, ParameterError
from service.roads import texts
from service.selection import Mask, Selection

Floats = npt.NDArray[np.float64]

MOST_S: Final = 3600.0
"""The longest trip that is answered."""
_FIRST_S: Final = 240.0
_DETOUR: Final = 1.5
_ROUNDING: Final = 1 + 1e-5
_ROUNDING_M: Final = 0.5


@dataclass(frozen=True)
class Arrival:
    """One station: as found in a straight line, seconds and metres of the trip, and its line where asked for."""

    found: Found
    travel_s: float
    travel_m: float
    path: Floats | None = None


@dataclass(frozen=True)
class Travelled:
    """The answer: stations, soonest first; metres from the place to its street; who could not be placed.

    ``unplaced``: stations near enough to have won, by why they have no trip.
    """

    arrivals: list[Arrival]
    access_m: float
    unplaced: dict[str, int]


@dataclass(frozen=True)
class Asked:
    """Where from, how many, how far in a straight line (None: any), among which, and whether lines are wanted."""

    place: LonLat
    k: int
    radius_m: float | None
    selection: Selection
    path: bool = False


def soonest(network: Network, lon: Floats, lat: Floats, asked: Asked) -> Travelled:
    """Find the k stations that are reached soonest, within ``MOST_S``.

    Parameters
    ----------
    network
        Of the mode that is asked for.
    lon, lat
        WGS-84 degrees of all stations, by position.
    asked
        The question.

    Raises
    ------
    ParameterError
        The place is further than 150 m from every usable street.
    """
    origin = snap(network, network.project([asked.place.lon], [asked.place.lat]))
    if not bool(origin.ok[0]):
        raise ParameterError([FieldProblem("by", texts.OFF_STREETS.format(limit=SNAP_LIMIT_M))])
    speed = network.speed_m_s
    reach_m = MOST_S * speed * _ROUNDING + _ROUNDING_M
    reach_m = reach_m if asked.radius_m is None else min(reach_m, asked.radius_m)
    found, targets, all_there = _candidates(network, lon, lat, asked, origin, reach_m)
    search, trips = _searched(network, origin, targets, asked.k, all_there)
    worst_s = _kth(trips.time_s, asked.k, MOST_S)
    if not all_there:
        # whoever is within this straight distance could win
        near_m = min(reach_m, worst_s * speed * _ROUNDING + _ROUNDING_M)
        found = _straight(asked, len(lon), near_m)
        targets = _snapped(network, lon, lat, found)
        trips = search.to(targets)
    order = np.lexsort((np.arange(len(found)), trips.time_s))[: asked.k]
    order = order[np.isfinite(trips.time_s[order])]
    arrivals = [
        Arrival(
            found[i],
            float(trips.time_s[i]),
            float(trips.length_m[i]),
            network.unproject(trips.path(int(i))) if asked.path else None,
        )
        for i in order.tolist()
    ]
    return Travelled(arrivals, float(origin.access_m[0]), _unplaced(found, targets, origin, worst_s * speed))


def _straight(asked: Asked, k: int, radius_m: float) -> list[Found]:
    index: NearestIndex = asked.selection.index
    accept: Mask | None = asked.selection.accept
    return index.find(asked.place.lon, asked.place.lat, max(k, 1), radius_m=radius_m, accept=accept)


def _snapped(network: Network, lon: Floats, lat: Floats, found: list[Found]) -> Snaps:
    rows = [position for position, _, _ in found]
    return snap(network, network.project(lon[rows], lat[rows]))


def _candidates(
    network: Network, lon: Floats, lat: Floats, asked: Asked, origin: Snaps, reach_m: float
) -> tuple[list[Found], Snaps, bool]:
    """Nearest stations in a straight line, k of them connected with the place, or all there are in reach."""
    count = 2 * asked.k + 6
    while True:
        found = _straight(asked, count, reach_m)
        targets = _snapped(network, lon, lat, found)
        all_there = len(found) < count
        connected = np.count_nonzero(targets.component == origin.component[0])
        if all_there or connected >= asked.k:
            return found, targets, all_there
        count *= 4


def _searched(
    network: Network, origin: Snaps, targets: Snaps, k: int, all_there: bool
) -> tuple[travel.Search, travel.Trips]:
    """Search, ever further, until k are reached, or all that can be."""
    connected = np.flatnonzero(targets.component == origin.component[0])
    enough = min(k, len(connected))
    straight = np.sort(np.hypot(*(targets.xy[connected] - origin.xy).T))
    guess_m = float(straight[enough - 1]) if enough else 0.0
    limit_s = min(max(_FIRST_S, _DETOUR * guess_m / network.speed_m_s), MOST_S)
    while True:
        search = travel.search(network, origin, limit_s)
        trips = search.to(targets)
        reached = np.count_nonzero(np.isfinite(trips.time_s))
        if reached >= k or limit_s >= MOST_S or (all_there and reached >= enough):
            return search, trips
        limit_s = min(2 * limit_s, MOST_S)


def _kth(time_s: Floats, k: int, otherwise: float) -> float:
    """Give the k-th best time, or ``otherwise`` where fewer are reached."""
    ordered = np.sort(time_s)
    return float(ordered[k - 1]) if len(ordered) >= k and np.isfinite(ordered[k - 1]) else otherwise


def _unplaced(found: list[Found], targets: Snaps, origin: Snaps, near_m: float) -> dict[str, int]:
    straight_m = np.array([distance_m for _, distance_m, _ in found])
    near = straight_m <= near_m
    far = near & (targets.reason == REASONS.index("too_far"))
    apart = near & targets.ok & (targets.component != origin.component[0])
    return {"too_far": int(np.count_nonzero(far)), "not_connected": int(np.count_nonzero(apart))}
