"""The demand of a plan: read from a file, cut to the districts asked for, gathered on h3 cells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.demand import files
from data.errors import InputError
from geo import demand as spreading
from geo.demand import area_codes
from geo.profiles import Profiles
from geo.progress import Progress, silent
from geo.texts import Text
from service.planning import texts
from service.planning.asked import Asked
from service.planning.streetfiles import Streets

_DISTRICT: Final = 6
"""Digits of the code of a district."""
_MOST_TOLD: Final = 20
ALL: Final = "all"
"""Key of the profile that a file of presence gives to demand of another file."""


@dataclass(frozen=True, eq=False)
class Read:
    """Demand as read and cut, not yet on cells.

    ``areas`` or ``points`` is set, by what the file holds; ``named_by`` are the polygons that name areas, if any;
    ``rejected`` rows by their reason.
    """

    kind: str
    areas: gpd.GeoDataFrame | None
    points: pd.DataFrame | None
    profiles: Profiles
    named_by: gpd.GeoDataFrame | None
    counts: dict[str, int]
    rejected: tuple[tuple[int, Text], ...]
    notes: tuple[Text, ...]

    def places(self) -> tuple[pd.Series, pd.Series]:
        """Longitudes and latitudes that hold all demand between them: corners of areas, or the points."""
        if self.points is not None:
            return self.points["lon"], self.points["lat"]
        assert self.areas is not None
        west, south, east, north = self.areas.total_bounds
        return pd.Series([west, east]), pd.Series([south, north])


@dataclass(frozen=True, eq=False)
class Needs:
    """Demand on cells.

    Attributes
    ----------
    demand
        Contract ``geo.frames.DEMAND``.
    profiles
        Those that demand names.
    population
        Polygons that name areas, contract ``geo.frames.POPULATION``; None where there are none.
    source, unit
        For the reader.
    counts, notes
        What was read, cut off and decided.
    """

    demand: pd.DataFrame
    profiles: Profiles
    population: gpd.GeoDataFrame | None
    source: str
    unit: str
    counts: dict[str, int] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()


def read(asked: Asked, progress: Progress = silent) -> Read:
    """Read demand and cut it to the districts asked for.

    Raises
    ------
    InputError
        A file cannot be used, a coordinate system is not stated, no demand lies in the districts, or all of it is 0.
    """
    progress(texts.STEP_DEMAND, 0, 1)
    found = _file(
        asked.demand, asked.demand_coordsys, "--demand-coordsys", asked.demand_kind, asked.demand_weight
    )
    named_by = _areas(asked) if asked.areas is not None else found.areas
    points = found.points
    if points is not None and named_by is not None:
        points = spreading.named(points, named_by)
    areas, points = _cut(asked, found.areas), _cut(asked, points)
    kept = points if areas is None else areas
    assert kept is not None
    if not float(kept["weight"].sum()):
        raise InputError(texts.DEMAND_ZERO.format(file=asked.demand))
    counts = {
        "demand_rows": found.report.rows_read,
        "demand_rejected": len(found.report.rejects),
        "demand_outside": found.report.rows_kept - len(kept),
    }
    return Read(
        found.kind, areas, points, _profiles(asked, found), named_by, counts,
        tuple((reject.row, reject.reason) for reject in found.report.rejects), tuple(found.report.notes),
    )  # fmt: skip


def on_cells(asked: Asked, given: Read, streets: Streets) -> Needs:
    """Bring demand onto h3 cells: people over their area's ground or along its streets, points where they are."""
    notes = list(given.notes)
    if given.areas is not None:
        spread = (
            spreading.by_streets(given.areas, streets.streets, asked.resolution)
            if asked.along_streets
            else spreading.by_area(given.areas, asked.resolution)
        )
        demand, profiles = spread.demand, given.profiles
        notes.append(texts.NOTE_ALONG if asked.along_streets else texts.NOTE_EVENLY)
        if spread.streetless:
            notes.append(texts.NOTE_STREETLESS.format(n=spread.streetless))
    else:
        assert given.points is not None
        demand, profiles = spreading.gather(given.points, asked.resolution, given.profiles)
        if given.kind == "presence":
            notes.append(texts.NOTE_PRESENT)
    if ALL in profiles.keys:
        demand = demand.assign(profile=pd.Series([ALL] * len(demand), index=demand.index, dtype=object))
        notes.append(texts.NOTE_PROFILE.format(file=asked.profile.name if asked.profile else ""))
    rejected = given.counts["demand_rejected"]
    if rejected:
        notes.append(texts.NOTE_UNPLACED.format(n=rejected))
    kind = texts.KIND[given.kind]
    return Needs(
        demand, profiles, given.named_by, f"{asked.demand.name} ({kind.zh})", asked.unit or texts.UNIT[given.kind].zh,
        given.counts, tuple(notes),
    )  # fmt: skip


def _file(
    path: Path, coordsys: str | None, option: str, kind: str | None = None, weight: str | None = None
) -> files.DemandFile:
    if coordsys is None:
        raise coordsys_wanted(option, path)
    return files.read(path, coordsys, kind, weight)


def coordsys_wanted(option: str, path: Path) -> InputError:
    """Make the error of a file whose coordinate system is not stated."""
    return InputError(texts.COORDSYS_WANTED.format(option=option, file=path))


def _areas(asked: Asked) -> gpd.GeoDataFrame:
    """Read the polygons that name areas."""
    assert asked.areas is not None
    if asked.areas_coordsys is None:
        raise coordsys_wanted("--areas-coordsys", asked.areas)
    return files.read_areas(asked.areas, asked.areas_coordsys)


def _profiles(asked: Asked, found: files.DemandFile) -> Profiles:
    """Take the profiles of the file, or one for all demand from a file of presence."""
    if asked.profile is None:
        return found.profiles
    presence = _file(asked.profile, asked.profile_coordsys, "--profile-coordsys", "presence")
    assert presence.points is not None
    rows = presence.profiles.rows(presence.points["profile"])
    weight = presence.points["weight"].to_numpy(np.float64)
    return Profiles.of({ALL: weight @ presence.profiles.factors(rows)})


def _cut(asked: Asked, rows: Any) -> Any:
    """Keep the rows of the districts asked for."""
    if rows is None or not asked.adcodes:
        return rows
    codes = [rows[name].astype(object) for name in ("township_code", "adcode")]
    if all(bool(code.isna().all()) for code in codes):
        raise InputError(texts.DEMAND_NO_CODES.format(file=asked.demand))
    inside = np.zeros(len(rows), dtype=bool)
    for code in codes:
        inside |= np.array([_within(value, asked.adcodes) for value in code], dtype=bool)
    if not inside.any():
        there = _there(codes, asked.adcodes)
        raise InputError(
            texts.DEMAND_NONE_HERE.format(codes=", ".join(asked.adcodes), file=asked.demand, there=there)
        )
    return rows[inside].reset_index(drop=True)


def _there(codes: Sequence[pd.Series], wanted: Sequence[str]) -> str:
    """List codes of the demand as long as those asked for, those of the same district first."""
    known = sorted({str(c) for code in codes for c in code.dropna()})
    size = max(map(len, wanted))
    if size > _DISTRICT:
        near = [c for c in known if len(c) > _DISTRICT and c[:_DISTRICT] in {w[:_DISTRICT] for w in wanted}]
        known = near or known
    cut = sorted({c[: size if size > _DISTRICT and len(c) > _DISTRICT else _DISTRICT] for c in known})
    return ", ".join(cut[:_MOST_TOLD]) + (" …" if len(cut) > _MOST_TOLD else "")


def beyond(asked: Asked, needs: Needs, stations: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Mark the stations outside the area of a plan: near enough to serve its demand, and none of its own.

    Parameters
    ----------
    stations
        With the names of their areas. One whose area is not known is outside where polygons name areas, for none
        holds it; without polygons nobody can tell, and it is taken as one of the area's own.
    """
    known = area_codes(stations)["township"].ne("").to_numpy() | (needs.population is not None)
    if asked.adcodes:
        codes = stations["township_code"], stations["adcode"]
        own = np.array([any(_within(c, asked.adcodes) for c in pair) for pair in zip(*codes, strict=True)])
    else:
        own = area_codes(stations)["district"].isin(area_codes(needs.demand)["district"]).to_numpy()
    return np.asarray(known & ~own.astype(np.bool_))


def _within(code: object, wanted: Sequence[str]) -> bool:
    return isinstance(code, str) and code.startswith(tuple(wanted))
