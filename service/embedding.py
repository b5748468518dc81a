"""What other people's sites take in: the areas to choose from, the plain table, the one-file map."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

import maps
from data.hours.schedule import SHANGHAI
from maps import Area, DiscoveryOptions, TableOptions
from service import decoding, discovery, texts
from service.discovery import PageSource
from service.errors import FieldProblem, ParameterError
from service.snapshot import Snapshot

MOST_STATIONS: Final = 5_000
"""A table or a file of more is asked for district by district."""
_SAMPLE: Final = 9
"""How many stations of a district are asked for its name."""


class TableAsked(NamedTuple):
    """Which stations stand in a table: of an area (None: all), only 24-hour ones or all."""

    adcode: str | None
    only_24h: bool


def areas(snapshot: Snapshot) -> list[Area]:
    """List the cities and districts that the located stations lie in, by code.

    A city stands before its districts, and only where it has several. Names are what most of a few stations say.
    """
    rows = discovery.rows_of(snapshot, None)
    codes, is_24h = snapshot.facts.adcode[rows], snapshot.facts.is_24h[rows]
    found: list[Area] = []
    for city in np.unique(codes[codes > 0] // 100):
        districts = np.unique(codes[codes // 100 == city])
        made = []
        for code in districts:
            inside = codes == code
            names = _names(snapshot, rows[inside])
            made.append(
                (
                    Area(f"{code}", names[1] or f"{code}", int(inside.sum()), int(is_24h[inside].sum())),
                    names[0],
                )
            )
        if len(made) > 1:
            name = Counter(name for _, name in made if name).most_common(1)
            inside = codes // 100 == city
            found.append(
                Area(
                    f"{city}", name[0][0] if name else f"{city}", int(inside.sum()), int(is_24h[inside].sum())
                )
            )
        found += [area for area, _ in made]
    return found


def builder(snapshot: Snapshot, _asked: None = None) -> bytes:
    """Make the page on which an editor composes what to put on a site."""
    rows = discovery.rows_of(snapshot, None)
    n24 = int(snapshot.facts.is_24h[rows].sum())
    return maps.builder(areas(snapshot), count=len(rows), count_24h=n24, most=MOST_STATIONS).encode()


def table(snapshot: Snapshot, asked: TableAsked, options: DiscoveryOptions) -> bytes:
    """Make the plain table of an area.

    Raises
    ------
    ParameterError
        There are more than ``MOST_STATIONS``.
    """
    rows = discovery.rows_of(snapshot, asked.adcode)
    if asked.only_24h:
        rows = rows[snapshot.facts.is_24h[rows]]
    today = datetime.now(SHANGHAI).date()
    chosen = TableOptions(notice=options.notice, data_date=today, only_24h=asked.only_24h)
    stations = discovery.with_hours(_stations(snapshot, rows), snapshot.schedules.holidays, today)
    return maps.table(stations, options=chosen).encode("utf-8")


def one_file(snapshot: Snapshot, adcode: str | None, options: DiscoveryOptions) -> bytes:
    """Make the map of an area as one file.

    Raises
    ------
    ParameterError
        There are more than ``MOST_STATIONS``.
    """
    stations = _stations(snapshot, discovery.rows_of(snapshot, adcode))
    source = PageSource(stations, snapshot.schedules.holidays, snapshot.data_version)
    return discovery.page(source, datetime.now(SHANGHAI).date(), replace(options, streets=None)).encode()


def _stations(snapshot: Snapshot, rows: npt.NDArray[np.intp]) -> pd.DataFrame:
    if len(rows) > MOST_STATIONS:
        told = texts.TOO_MANY_FOR_ONE_FILE.format(n=len(rows), most=MOST_STATIONS)
        raise ParameterError([FieldProblem("adcode", told)])
    arrays = snapshot.columns.arrays
    return decoding.frame(snapshot.bodies[rows], arrays["lon"][rows], arrays["lat"][rows])


def _names(snapshot: Snapshot, rows: npt.NDArray[np.intp]) -> tuple[str | None, str | None]:
    """Read city and district as most of a few stations state them."""
    arrays, few = snapshot.columns.arrays, rows[:_SAMPLE]
    stated = decoding.frame(snapshot.bodies[few], arrays["lon"][few], arrays["lat"][few])
    city, district = (
        Counter(name for name in stated[column] if isinstance(name, str)).most_common(1)
        for column in ("city", "district")
    )
    return (city[0][0] if city else None), (district[0][0] if district else None)
