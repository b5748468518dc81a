"""Which stations a plan counts: the public ones, with the reason where one of them cannot count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.hours.holiday_table import HolidayTable

PUBLIC_AUDIENCE: Final = "outdoor_workers"
STANDING: Final = ("open", "temporarily_closed", "planned")
NOT_IN_SERVICE: Final = ("temporarily_closed", "planned")


@dataclass(frozen=True, eq=False)
class Registered:
    """Stations as read, and what they were read from.

    ``stations`` follow ``geo.frames.STATIONS``; ``holidays`` decide about make-up days; ``rejected`` rows of a file.
    """

    stations: pd.DataFrame
    holidays: HolidayTable
    source: str
    rejected: int = 0


@dataclass(frozen=True, eq=False)
class Public:
    """The public stations of a study.

    Attributes
    ----------
    stations
        Contract ``geo.frames.STATIONS``, indexed from 0, ordered by id.
    not_counted
        Why a station counts for nothing (``vocabulary.NOT_COUNTED``); None where it counts. Object array.
    counts
        Numbers for the report: ``stations``, ``public``, ``hidden``, ``unlocated``, ``not_in_service``, ``outside``.
    """

    stations: pd.DataFrame
    not_counted: npt.NDArray[np.object_]
    counts: dict[str, int]


def public(stations: pd.DataFrame, box: tuple[float, float, float, float]) -> Public:
    """Take the stations that outdoor workers may use, near enough to matter.

    A station that no longer exists is left out; one that is planned or closed for a while is listed and does not
    count. Those outside the rectangle are too far away from all demand to serve any of it.

    Parameters
    ----------
    stations
        Contract ``geo.frames.STATIONS``.
    box
        West, south, east, north of demand and what lies within reach of it, degrees.
    """
    audience = (stations["audience"] == PUBLIC_AUDIENCE).to_numpy()
    standing = stations["status"].isin(STANDING).to_numpy()
    lon, lat = (stations[axis].to_numpy(dtype=np.float64) for axis in ("lon", "lat"))
    located = np.isfinite(lon) & np.isfinite(lat)
    west, south, east, north = box
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    kept = audience & standing & (inside | ~located)
    chosen = stations[kept].sort_values("station_id", ignore_index=True)
    reason = np.full(len(chosen), None, dtype=object)
    reason[chosen["status"].isin(NOT_IN_SERVICE).to_numpy()] = "not_in_service"
    reason[chosen["lon"].isna().to_numpy() | chosen["lat"].isna().to_numpy()] = "unlocated"
    counts = {
        "stations": len(stations),
        "public": int((audience & standing).sum()),
        "hidden": int((~audience & standing).sum()),
        "unlocated": int((reason == "unlocated").sum()),
        "not_in_service": int((reason == "not_in_service").sum()),
        "outside": int((audience & standing & located & ~inside).sum()),
    }
    return Public(chosen, reason, counts)


def without_timetable(chosen: Public, hours_known: npt.NDArray[np.bool_]) -> Public:
    """Leave out vehicles whose hours nobody knows: one cannot say where they stand, either."""
    moving = (chosen.stations["kind"] == "vehicle").to_numpy() & ~hours_known
    reason = chosen.not_counted.copy()
    reason[moving & np.array([told is None for told in reason], dtype=bool)] = "no_timetable"
    return replace(
        chosen,
        not_counted=reason,
        counts=chosen.counts | {"no_timetable": int((reason == "no_timetable").sum())},
    )


def around(
    lon: Sequence[float] | pd.Series, lat: Sequence[float] | pd.Series, reach_m: float
) -> tuple[float, float, float, float]:
    """Draw the rectangle that holds places and everything within a distance of them.

    Examples
    --------
    >>> west, south, east, north = around([116.4], [39.9], 1000)
    >>> east - 116.4 > 1000 / 85_395, north - 39.9 > 1000 / 111_035
    (True, True)
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    north_deg = reach_m / 110_000.0
    east_deg = north_deg / max(float(np.cos(np.radians(np.abs(y).max()))), 0.01)
    return (
        float(x.min() - east_deg), float(y.min() - north_deg), float(x.max() + east_deg), float(y.max() + north_deg)
    )  # fmt: skip


def reach_m(straight_m: float, walk_s: float, walk_kmh: float) -> float:
    """How far a station can serve: the longer of both standards, walked in a straight line, metres.

    Examples
    --------
    >>> reach_m(1000, 900, 5.0)
    1250.0
    """
    return max(straight_m, walk_s * walk_kmh / 3.6)
