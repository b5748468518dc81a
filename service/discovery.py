"""The discovery page of a registry: its hours become what a browser can evaluate."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd

import maps
from data.hours.holidays import HolidayTable
from data.hours.schedule import schedule
from data.postgres.db import Connection
from data.streets import streetmap
from maps import BaseMap, DiscoveryOptions, texts
from service.settings import Settings

EXCEPTION_DAYS = 62
"""For how many days from its making a page knows holidays and make-up days."""


MARGIN_DEG = 0.01
"""How far around the stations streets are drawn: about a kilometre."""


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
        valid_until=today + timedelta(days=EXCEPTION_DAYS - 1),
        streets=source.streets,
        streets_attribution=asked.streets_attribution or texts.OSM.zh,
    )
    stations = with_hours(source.stations, source.holidays, today)
    return maps.render(maps.discovery(stations, options=chosen))


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
