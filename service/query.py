"""What a client asks, as frozen values made of what was read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from geo import texts as geo_texts
from geo.coordsys import CoordSys
from service import texts
from service.errors import FieldProblem, ParameterError
from service.parameters import BATCH_PARAMETERS, FILTER_PARAMETERS, NEAREST_PARAMETERS, missing
from service.roads import texts as roads_texts


@dataclass(frozen=True, slots=True)
class Filters:
    """What a station must be, apart from near; None and empty ask for nothing.

    ``facilities``: all of these, none broken. ``adcode``: half-open range of six-digit codes. Time is not
    here: which stations are open changes by the minute, these facts only with the data.
    """

    is_24h: bool = False
    facilities: tuple[str, ...] = ()
    street_facing: str | None = None
    access: str | None = None
    adcode: tuple[int, int] | None = None


NO_FILTERS: Final = Filters()


class NearestQuery(NamedTuple):
    """A question for the nearest stations, as understood.

    ``x``, ``y`` are in ``coordsys``; ``open_at`` None asks for any hours, ``open_now`` True for those of now.
    """

    x: float
    y: float
    coordsys: CoordSys
    ret_coordsys: CoordSys
    k: int = 5
    radius_m: float | None = None
    open_at: datetime | None = None
    open_now: bool = False
    filters: Filters = NO_FILTERS
    by: str = "distance"
    path: bool = False
    said: Mapping[str, Any] = MappingProxyType({})
    """The parameters as read, to be repeated in the answer."""

    @property
    def wants_open(self) -> bool:
        """Whether only stations known to be open are asked for."""
        return self.open_now or self.open_at is not None


@dataclass(frozen=True, slots=True)
class BatchQuery:
    """A question for the nearest stations of many points, less the points; as ``NearestQuery``.

    ``ret_coordsys`` None asks for no positions.
    """

    coordsys: CoordSys
    ret_coordsys: CoordSys | None
    k: int
    radius_m: float | None
    open_at: datetime | None
    open_now: bool
    filters: Filters
    said: Mapping[str, Any]

    @property
    def wants_open(self) -> bool:
        """Whether only stations known to be open are asked for."""
        return self.open_now or self.open_at is not None


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A question for a page of stations in order of id."""

    limit: int
    after: str | None
    ret_coordsys: CoordSys
    open_at: datetime | None
    open_now: bool
    filters: Filters

    @property
    def wants_open(self) -> bool:
        """Whether only stations known to be open are asked for."""
        return self.open_now or self.open_at is not None


def nearest_query(values: Mapping[str, Any]) -> NearestQuery:
    """Make a nearest query of read values.

    Raises
    ------
    ParameterError
        A position or its coordinate system is missing, a position is outside its system, or two parameters
        contradict each other.

    Examples
    --------
    >>> nearest_query({"location": (116.4, 39.9), "coordsys": "bd09mc"}).ret_coordsys
    'bd09'
    """
    problems: list[FieldProblem] = []
    x, y = _position(values, problems)
    coordsys = values.get("coordsys")
    if coordsys is None:
        problems.append(FieldProblem("coordsys", geo_texts.COORDSYS_MISSING))
    elif coordsys != "bd09mc":
        _check_degrees(values, x, y, problems)
    _check_times(values, problems)
    by = values.get("by", "distance")
    if values.get("path") and by == "distance":
        problems.append(FieldProblem("path", roads_texts.PATH_NEEDS_NETWORK))
    if problems or coordsys is None:
        raise ParameterError(problems)
    return NearestQuery(
        x=x,
        y=y,
        coordsys=coordsys,
        ret_coordsys=values.get("ret_coordsys") or ("bd09" if coordsys == "bd09mc" else coordsys),
        k=values.get("k", 5),
        radius_m=values.get("radius_m"),
        open_at=values.get("open_at"),
        open_now=values.get("open_now", False),
        filters=_filters(values),
        by=by,
        path=values.get("path", False),
        said=values,
    )


def batch_query(values: Mapping[str, Any]) -> BatchQuery:
    """Make a batch query of read values, less the points.

    Raises
    ------
    ParameterError
        The coordinate system or the points are missing, or both times are given.
    """
    problems: list[FieldProblem] = []
    if "coordsys" not in values:
        problems.append(FieldProblem("coordsys", geo_texts.COORDSYS_MISSING))
    if "points" not in values:
        problems.append(missing(BATCH_PARAMETERS["points"]))
    _check_times(values, problems)
    if problems:
        raise ParameterError(problems)
    return BatchQuery(
        coordsys=values["coordsys"],
        ret_coordsys=values.get("ret_coordsys"),
        k=values.get("k", 5),
        radius_m=values.get("radius_m"),
        open_at=values.get("open_at"),
        open_now=values.get("open_now", False),
        filters=_filters(values),
        said=values,
    )


def list_query(values: Mapping[str, Any]) -> ListQuery:
    """Make a list query of read values; ``ParameterError`` when both times are given."""
    problems: list[FieldProblem] = []
    _check_times(values, problems)
    if problems:
        raise ParameterError(problems)
    return ListQuery(
        limit=values.get("limit", 100),
        after=values.get("after"),
        ret_coordsys=values.get("ret_coordsys", "wgs84"),
        open_at=values.get("open_at"),
        open_now=values.get("open_now", False),
        filters=_filters(values),
    )


def _position(values: Mapping[str, Any], problems: list[FieldProblem]) -> tuple[float, float]:
    location = values.get("location")
    if location is not None:
        if "lon" in values or "lat" in values:
            problems.append(FieldProblem("location", texts.LOCATION_TWICE))
        return location[0], location[1]
    for name in ("lon", "lat"):
        if name not in values:
            problems.append(missing(NEAREST_PARAMETERS[name]))
    return values.get("lon", math.nan), values.get("lat", math.nan)


def _check_degrees(values: Mapping[str, Any], x: float, y: float, problems: list[FieldProblem]) -> None:
    for name, value, limit in (("lon", x, 180), ("lat", y, 90)):
        if abs(value) > limit:
            field = "location" if "location" in values else name
            problems.append(FieldProblem(field, texts.OUT_OF_RANGE.format(low=-limit, high=limit)))


def _check_times(values: Mapping[str, Any], problems: list[FieldProblem]) -> None:
    if "open_at" in values and values.get("open_now"):
        problems.append(FieldProblem("open_at", texts.OPEN_TWICE))


def _filters(values: Mapping[str, Any]) -> Filters:
    if not values.keys() & FILTER_PARAMETERS.keys():
        return NO_FILTERS
    return Filters(
        is_24h=values.get("is_24h", False),
        facilities=values.get("facilities", ()),
        street_facing=values.get("street_facing"),
        access=values.get("access"),
        adcode=values.get("adcode"),
    )
