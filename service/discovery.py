"""The discovery page of a registry: its hours become what a browser can evaluate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

import maps
from data.hours.holidays import HolidayTable
from data.hours.schedule import SHANGHAI, schedule
from data.postgres.db import Connection
from data.streets import streetmap
from geo import frames
from geo.texts import Text
from maps import BaseMap, DiscoveryOptions, Served, texts
from service import decoding, kinds
from service import texts as service_texts
from service.query import NO_FILTERS
from service.settings import Settings
from service.snapshot import Snapshot

PageBuilder = Callable[[Snapshot, str | None], str]
"""Makes the HTML of a page of a snapshot and an area; called at most once per data version, day and area."""

EXCEPTION_DAYS = 62
"""For how many days from its making a page knows holidays and make-up days."""


MARGIN_DEG = 0.01
"""How far around the stations streets are drawn: about a kilometre."""

OVERVIEW_STATIONS: Final = 20_000
"""A page of more than these fetches cells and tiles instead of one overview."""
KEPT_PAGES: Final = 64
KEPT_OVERVIEWS: Final = 8
"""How many are kept, by area."""


@dataclass(frozen=True)
class PageSource:
    """Stations (``geo.frames.STATIONS``), holiday table, the registry's version, streets to draw or None."""

    stations: pd.DataFrame
    holidays: HolidayTable
    data_version: int | None
    streets: gpd.GeoDataFrame | None = None


def page(source: PageSource, today: date, options: DiscoveryOptions | None = None) -> str:
    """Make the discovery page.

    Parameters
    ----------
    source
        No station gives a page that says so.
    today
        The first day of the dated exceptions; the same data on the same day are the same bytes.
    options
        Title, notice and base map; what the source knows (versions, dates, streets) is filled in here.

    Returns
    -------
    html
        One self-contained page.
    """
    asked = options or DiscoveryOptions()
    chosen = replace(
        asked,
        data_date=today,
        data_version=source.data_version,
        valid_until=_valid_until(today),
        streets=source.streets,
        streets_attribution=asked.streets_attribution or texts.OSM.zh,
    )
    stations = with_hours(source.stations, source.holidays, today)
    return maps.render(maps.discovery(stations, options=chosen))


def shell(snapshot: Snapshot, adcode: str | None, options: DiscoveryOptions | None = None) -> str:
    """Make the discovery page that fetches its stations from this service.

    Parameters
    ----------
    adcode
        As ``adcode_of`` reads it; only stations of this area. None = all.
    options
        As for ``page``.
    """
    rows, today = rows_of(snapshot, adcode), datetime.now(SHANGHAI).date()
    lon, lat = (snapshot.columns.arrays[axis][rows] for axis in ("lon", "lat"))
    chosen = replace(
        options or DiscoveryOptions(),
        data_date=today,
        data_version=snapshot.data_version,
        valid_until=_valid_until(today),
        served=Served(
            count=len(rows),
            extent=(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
            if len(rows)
            else None,
            adcode=adcode,
            has_cells=len(rows) > OVERVIEW_STATIONS,
        ),
    )
    return maps.render(maps.discovery(frames.empty(frames.STATIONS), options=chosen))


def overview(snapshot: Snapshot, adcode: str | None) -> bytes:
    """Make what list and map of a served page need of the stations of an area (None: all)."""
    rows, today = rows_of(snapshot, adcode), datetime.now(SHANGHAI).date()
    arrays = snapshot.columns.arrays
    stations = decoding.frame(snapshot.bodies[rows], arrays["lon"][rows], arrays["lat"][rows])
    return maps.overview(
        with_hours(stations, snapshot.schedules.holidays, today),
        data_date=today,
        data_version=snapshot.data_version,
        valid_until=_valid_until(today),
        unlocated=len(_chosen(snapshot, adcode)) - len(rows),
    )


def rows_of(snapshot: Snapshot, adcode: str | None) -> npt.NDArray[np.intp]:
    """Rows of the located stations of an area (None: all), by id."""
    rows = _chosen(snapshot, adcode)
    return rows[np.isfinite(snapshot.columns.arrays["lon"][rows])]


def adcode_of(values: Mapping[str, Any]) -> str | None:
    """Give the one code that stands for an area as read from a query: 110000 and 11 are the same.

    Examples
    --------
    >>> adcode_of({"adcode": (110100, 110200)}), adcode_of({})
    ('1101', None)
    """
    if "adcode" not in values:
        return None
    low, high = values["adcode"]
    return str(low)[: 7 - len(str(high - low))]


def _chosen(snapshot: Snapshot, adcode: str | None) -> npt.NDArray[np.intp]:
    if adcode is None:
        return np.arange(len(snapshot))
    return np.flatnonzero(snapshot.facts.mask(replace(NO_FILTERS, adcode=kinds.Adcode().read(adcode))))


def _valid_until(today: date) -> date:
    return today + timedelta(days=EXCEPTION_DAYS - 1)


def base_map(settings: Settings) -> BaseMap | None:
    """Make the base map that the settings ask for; None = a plain ground.

    Raises
    ------
    maps.errors.OptionError
        A key, an attribution or a part of the address is missing or wrong; the message names it.
    """
    approval = settings.base_map_approval
    match settings.base_map:
        case "none":
            return None
        case "tianditu":
            return maps.tianditu(settings.base_map_key, approval=approval)
        case "amap":
            return maps.amap(approval=approval)
        case address:
            source = settings.base_map_attribution
            return BaseMap((address,), settings.base_map_coordsys, source, approval)


def base_map_warning(settings: Settings) -> Text | None:
    """Say what a public page lacks of a reviewed base map with its number; None = nothing."""
    if settings.base_map == "none":
        return service_texts.NO_BASE_MAP
    return None if settings.base_map_approval.strip() else service_texts.NO_APPROVAL


def streets_around(conn: Connection, stations: pd.DataFrame) -> gpd.GeoDataFrame | None:
    """Read the imported streets of the area that the public stations span; None when there is none of them.

    The area is widened by ``MARGIN_DEG`` on every side.
    """
    shown, _ = maps.public(stations)
    if shown.empty:
        return None
    west, east = shown["lon"].min() - MARGIN_DEG, shown["lon"].max() + MARGIN_DEG
    south, north = shown["lat"].min() - MARGIN_DEG, shown["lat"].max() + MARGIN_DEG
    return streetmap.read_layers(conn, (west, south, east, north))["streets"]


def with_hours(stations: pd.DataFrame, holidays: HolidayTable, first: date) -> pd.DataFrame:
    """Add the columns ``week`` and ``exceptions`` that ``maps`` evaluates in the browser; the frame stays.

    Both are None where hours are unknown. ``exceptions`` covers ``EXCEPTION_DAYS`` from ``first``.
    """
    weeks: list[Any] = []
    exceptions: list[Any] = []
    known: dict[tuple[str, bool], tuple[Any, Any]] = {}
    for hours, makeup in zip(stations["opening_hours"], stations["makeup_days"], strict=True):
        if not isinstance(hours, str):
            weeks.append(None)
            exceptions.append(None)
            continue
        key = (hours, bool(makeup))
        if key not in known:
            known[key] = _for_browser(key, holidays, first)
        weeks.append(known[key][0])
        exceptions.append(known[key][1])
    return stations.assign(
        week=pd.Series(weeks, index=stations.index, dtype="object"),
        exceptions=pd.Series(exceptions, index=stations.index, dtype="object"),
    )


def _for_browser(key: tuple[str, bool], holidays: HolidayTable, first: date) -> tuple[Any, Any]:
    hours = schedule(*key, holidays)
    week = hours.week()
    dated = {day.isoformat(): spans for day, spans in hours.exceptions(first, EXCEPTION_DAYS).items()}
    return None if week is None else [list(span) for span in week], dated or None
