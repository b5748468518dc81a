"""The inputs of a plan from files and the registry: demand first, because it says where to look for the rest."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pandas as pd

from data.hours import holidays
from data.hours.holiday_table import HolidayTable
from data.postgres.db import Connection
from data.stations import imports, store
from data.stations.imports import ImportOptions, ImportReport
from geo.progress import Progress, silent
from service.planning import candidates, needs, streetfiles, texts
from service.planning.asked import Asked
from service.planning.inputs import Inputs, digest
from service.planning.needs import Read
from service.planning.public import Registered, around, reach_m
from service.planning.weeks import monday_of

Connect = Callable[[], AbstractContextManager[Connection]]
"""Opens the registry for reading; called only where something is read from it, and closed at once."""


def gather(
    asked: Asked,
    given: Read,
    connect: Connect,
    today: date,
    tell: Callable[[ImportReport], None],
    progress: Progress = silent,
) -> Inputs:
    """Read stations, streets and candidates for a demand that was read before.

    Parameters
    ----------
    given
        Of ``needs.read``.
    tell
        Called with the report of a file of stations.

    Raises
    ------
    InputError
        A file cannot be used, or the registry has no streets here.
    """
    monday = monday_of(asked.week, today)
    progress(texts.STEP_STATIONS, 0, 3)
    doors = [candidates.of_list(path, asked.candidates_coordsys) for path in _lists(asked)]
    registered: Registered | None = None
    if asked.stations is not None:
        registered = _of_file(asked, tell)
    elif not asked.sample:
        with connect() as conn:
            registered = _of_registry(conn)
        if not asked.candidates or "doors" in asked.candidates:
            doors.append(candidates.of_registry(registered.stations))
    progress(texts.STEP_STREETS, 1, 3)
    streets = _streets(asked, given, connect)
    progress(texts.STEP_DEMAND, 2, 3)
    files = {"demand": asked.demand, "areas": asked.areas, "profile": asked.profile, "streets": asked.streets}
    files["stations"] = asked.stations
    digests = {name: digest(path) for name, path in files.items() if path is not None}
    found = needs.on_cells(asked, given, streets)
    return Inputs(found, streets, registered, candidates.joined(doors), monday, digests)


def _lists(asked: Asked) -> list[Path]:
    return [Path(word) for word in asked.candidates if word not in candidates.SOURCES]


def _of_file(asked: Asked, tell: Callable[[ImportReport], None]) -> Registered:
    """Read a file of stations; rows that are rejected are told and left out."""
    assert asked.stations is not None
    if asked.coordsys is None:
        raise needs.coordsys_wanted("--coordsys", asked.stations)
    options = ImportOptions(coordsys=asked.coordsys, audience=asked.audience)
    stations, report = imports.read_stations(asked.stations, options)
    tell(report)
    source = asked.stations.name
    return Registered(stations, HolidayTable.from_library(), source, report.counts.rejected)


def _of_registry(conn: Connection) -> Registered:
    stations = store.read_stations(conn)
    table = HolidayTable.from_library().merged(holidays.read(conn))
    conn.rollback()
    version = stations.attrs["data_version"]
    living = pd.DataFrame(stations[~stations["deleted"]]).reset_index(drop=True)
    return Registered(living, table, texts.OF_REGISTRY.format(version=version).zh)


def _streets(asked: Asked, given: Read, connect: Connect) -> streetfiles.Streets:
    if asked.streets is not None:
        return streetfiles.of_file(asked.streets)
    box = around(*given.places(), reach_m(asked.straight_m, asked.walk_s, asked.walk_kmh))
    with connect() as conn:
        return streetfiles.of_registry(conn, box)
