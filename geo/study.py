"""A study of coverage: everything that report, workbook and GeoPackage say, in one frozen value.

``service.planning`` makes one, ``data.plans`` writes it to files, ``maps`` draws it. This module states what
each frame holds; codes (``standard``, ``moment`` …) have their names in ``geo.vocabulary``.

Two words run through all column names, joined by ``_``:

* the **standard**: ``straight`` (metres as the crow flies) or ``walk`` (seconds on foot by the street network);
* the **moment**: ``any`` (hours ignored), ``day``, ``night``, ``0200``, ``24h``, as ``geo.vocabulary.MOMENT``.

Only public stations count. A station of unknown hours counts for ``any`` alone; what would be covered if all
of them were open stands apart in columns that end in ``_maybe``. A place without a way is uncovered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import texts
from geo.errors import FrameError
from geo.frames import DEMAND, Column, Contract, Kind, check, empty
from geo.texts import Text
from geo.week import SLOTS, WORDS, Words

STANDARDS: Final = ("straight", "walk")
INSTANTS: Final = ("any", "0200", "24h")
"""Moments at which a place is covered or not: flags."""
PERIODS: Final = ("day", "night")
"""Moments that last: the share of the time in which a place is covered."""
MOMENTS: Final = ("any", "day", "night", "0200", "24h")
LEVELS: Final = ("all", "district", "township")


def _columns(kind: Kind, moments: tuple[str, ...], suffix: str, meaning: str) -> dict[str, Column]:
    """One column for each standard and moment."""
    return {
        f"{standard}_{moment}{suffix}": Column(
            kind, meaning.format(standard, moment), required=kind == "flag"
        )
        for standard in STANDARDS
        for moment in moments
    }


_AREA: Final = {name: DEMAND.columns[name] for name in ("adcode", "township_code", "district", "township")}

CELLS: Final = Contract(
    "cells",
    DEMAND.columns
    | {
        "straight_m": Column("number", "metres to the nearest public station; NaN = there is none"),
        "straight_station": Column("text", "station_id of that one; None = there is none"),
        "walk_s": Column("number", "seconds on foot to the nearest public station; NaN = no way to any"),
        "walk_station": Column("text", "station_id of that one; None = no way to any"),
        "unreached": Column(
            "text", "why there is no walking time (vocabulary.UNREACHED); None = there is one"
        ),
    }
    | _columns("flag", INSTANTS, "", "covered by standard {0} at moment {1}")
    | _columns("number", PERIODS, "", "share of the {1} half hours in which it is covered by {0}, 0 to 1")
    | _columns("flag", ("0200",), "_maybe", "covered by {0} at 02:00 or would be, were unknown hours open")
    | {
        f"{standard}_mask": Column("number", f"row of ``masks``: the half hours covered by {standard}", True)
        for standard in STANDARDS
    },
)
"""One row per row of demand, in its order."""

STATIONS: Final = Contract(
    "stations",
    {
        "station_id": Column("text", "stable id, unique", required=True),
        "name": Column("text", "name as stated", required=True),
        "address": Column("text", "address as stated"),
        **_AREA,
        "lon": Column("number", "WGS-84 degrees; NaN = unlocated"),
        "lat": Column("number", "WGS-84 degrees; NaN = unlocated"),
        "is_24h": Column("flag", "door open or unattended entry at any hour (goods alone don't count)", True),
        "hours_known": Column("flag", "its hours are known for the whole week", required=True),
        "open_hours": Column("number", "hours it is open in the week, 0 to 168; NaN = not known"),
        "week_mask": Column(
            "number", "row of ``masks``: the half hours it is known to be open", required=True
        ),
        "snap_m": Column("number", "metres from the station to the street network; NaN = not on it"),
        "not_counted": Column("text", "why it counts for nothing (vocabulary.NOT_COUNTED); None = it counts"),
        "straight_demand": Column("number", "demand to which it is the nearest by straight line", True),
        "walk_demand": Column("number", "demand to which it is the nearest on foot", required=True),
        "straight_alone": Column("number", "demand that it alone covers (any): lost if it closed", True),
        "walk_alone": Column("number", "demand that it alone covers (any): lost if it closed", True),
    },
)
"""The public stations, those that cannot count included (with the reason)."""

AREAS: Final = Contract(
    "areas",
    {
        "level": Column("text", "vocabulary.AREA_LEVEL: all, district or township", required=True),
        "code": Column("text", "'all', the area's code, else its name; '' = area not known", required=True),
        "name": Column("text", "name of the area; '' where it has none", required=True),
        "parent": Column("text", "code of the district of a township; None for other levels"),
        "cells": Column("number", "rows of demand", required=True),
        "area_m2": Column("number", "ground of its rows; 0 for bare points", required=True),
        "demand": Column("number", "sum of weights", required=True),
        "stations": Column("number", "public stations that count, standing in it", required=True),
        "stations_24h": Column("number", "of these, open 24 hours", required=True),
        "stations_unknown": Column("number", "of these, of unknown hours", required=True),
        "demand_per_station": Column("number", "demand / stations; NaN without stations"),
    }
    | _columns(
        "number", MOMENTS, "_share", "share of demand covered by {0} at moment {1}; NaN without demand"
    )
    | _columns("number", ("0200",), "_maybe_share", "the same at 02:00, were all unknown hours open")
    | {
        "straight_mean_m": Column("number", "mean over demand, metres to the nearest; NaN = no station"),
        "straight_p90_m": Column("number", "90 % of demand are not further than this; NaN = no station"),
        "walk_mean_s": Column("number", "mean over the demand that has a way, seconds; NaN = none has"),
        "walk_p90_s": Column("number", "90 % of the demand that has a way need at most this; NaN = none has"),
        "unreached_demand": Column("number", "demand without a way to any station", required=True),
    }
    | _columns("number", INSTANTS, "_gap", "uncovered demand by {0} at moment {1}")
    | _columns("number", INSTANTS, "_gap_share", "part of the whole gap that lies here, 0 to 1; NaN = no gap")
    | {
        "straight_gini": Column(
            "number", "Gini of stations in reach over demand; NaN = none in reach of any"
        ),
        "walk_gini": Column("number", "the same by walking time"),
    },
)
"""One row for all, one per district, one per township, in this order and by code."""

WEEK: Final = Contract(
    "week",
    {
        "slot": Column("number", "half hour of the week, 0 = Monday 00:00", required=True),
        "weekday": Column("number", "0 = Monday to 6 = Sunday", required=True),
        "time": Column("text", "'HH:MM' at which it starts", required=True),
        "date": Column("text", "ISO 8601; None when the week is not named"),
        "demand": Column("number", "demand at that half hour (weights times profiles)", required=True),
        "stations_open": Column("number", "public stations known to be open then", required=True),
    }
    | {
        f"{s}_share": Column("number", f"share of that demand covered by {s}; NaN = no demand")
        for s in STANDARDS
    }
    | {f"{s}_maybe_share": Column("number", "the same, were all unknown hours open") for s in STANDARDS},
)
"""336 rows, by slot."""

LIMITS: Final = Contract(
    "limits",
    {
        "standard": Column("text", "vocabulary.STANDARD", required=True),
        "limit": Column("number", "metres for straight, seconds for walk", required=True),
        "speed_kmh": Column("number", "walking speed; NaN for straight"),
        "is_norm": Column("flag", "the limit and speed of the study itself", required=True),
    }
    | {
        f"{moment}_share": Column("number", f"share of demand covered at {moment}; NaN")
        for moment in INSTANTS
    },
)
"""One row per preset: how the answer changes with the standard."""

GAPS: Final = Contract(
    "gaps",
    {
        "gap_id": Column("text", "'walk-any-1': standard, moment, rank", required=True),
        "standard": Column("text", "vocabulary.STANDARD", required=True),
        "moment": Column("text", "vocabulary.MOMENT: any, 0200 or 24h", required=True),
        "rank": Column("number", "1 = most demand, within standard and moment", required=True),
        "demand": Column("number", "uncovered demand inside", required=True),
        "gap_share": Column("number", "part of all uncovered demand of that standard and moment", True),
        "demand_share": Column("number", "part of all demand", required=True),
        "cells": Column("number", "uncovered rows of demand inside", required=True),
        "area_m2": Column("number", "ground of the polygon", required=True),
        "straight_m": Column("number", "mean over its demand to the nearest counting station; NaN = none"),
        "walk_s": Column("number", "mean over its demand that has a way; NaN = none has"),
        "unreached_demand": Column("number", "of its demand, without a way to any station", required=True),
        "station": Column("text", "station_id nearest to most of its demand by the standard; None = none"),
        **_AREA,
        "lon": Column("number", "WGS-84, a point inside for a label", required=True),
        "lat": Column("number", "WGS-84, a point inside for a label", required=True),
    },
    frozenset({"Polygon", "MultiPolygon"}),
)
"""Uncovered ground, dissolved, in EPSG:4326; ordered by standard, moment, rank. Area names: where most demand is."""

SITES: Final = Contract(
    "sites",
    {
        "site_id": Column("text", "id of the candidate", required=True),
        "name": Column("text", "what stands there; '' = nothing named", required=True),
        "kind": Column("text", "door, host, grid or station: where the candidate comes from", required=True),
        "standard": Column("text", "vocabulary.STANDARD", required=True),
        "moment": Column(
            "text", "vocabulary.MOMENT: what it is to improve (any, 0200 or 24h)", required=True
        ),
        "rank": Column("number", "1 = first to build, within standard and moment", required=True),
        "lon": Column("number", "WGS-84 degrees", required=True),
        "lat": Column("number", "WGS-84 degrees", required=True),
        **_AREA,
        "street_facing": Column("text", "verdict: yes, no, unknown", required=True),
        "gain": Column("number", "demand newly covered when built in this order", required=True),
        "covered": Column("number", "demand covered after it, existing stations included", required=True),
        "share": Column("number", "that as a share of all demand", required=True),
        "served": Column(
            "number", "newly covered demand to which it is the nearest chosen site", required=True
        ),
        "mean_cost": Column("number", "mean over that demand, metres or seconds by the standard; NaN = none"),
    },
)
"""Proposed sites, ranked by marginal gain."""

CURVE: Final = Contract(
    "curve",
    {
        "standard": Column("text", "vocabulary.STANDARD", required=True),
        "moment": Column("text", "vocabulary.MOMENT", required=True),
        "n": Column("number", "new sites; 0 = existing stations alone", required=True),
        "covered": Column("number", "demand covered by the best found set of n", required=True),
        "share": Column("number", "that as a share of all demand", required=True),
        "bound": Column("number", "no set of n covers more (upper bound); NaN = not computed"),
        "proved": Column("flag", "the bound proves that no set is better", required=True),
    },
)

EXTEND: Final = Contract(
    "extend",
    {
        "station_id": Column("text", "existing station to open 24 hours", required=True),
        "standard": Column("text", "vocabulary.STANDARD", required=True),
        "moment": Column("text", "vocabulary.MOMENT: 0200 or 24h", required=True),
        "rank": Column("number", "1 = first, within standard and moment", required=True),
        "gain": Column("number", "demand newly covered then, in this order", required=True),
        "covered": Column("number", "demand covered after it", required=True),
        "share": Column("number", "that as a share of all demand", required=True),
        "bound": Column("number", "no set of as many stations covers more; NaN = not computed"),
    },
)
"""Which existing stations to open 24 hours, ranked by marginal gain."""

SERVED: Final = Contract(
    "served",
    {
        "demand_id": Column("text", "row of ``cells``", required=True),
        "standard": Column("text", "vocabulary.STANDARD", required=True),
        "moment": Column("text", "vocabulary.MOMENT", required=True),
        "site_id": Column("text", "the proposed site that takes it", required=True),
        "cost": Column("number", "metres or seconds to it, by the standard", required=True),
    },
)
"""Newly covered rows of demand and who takes them; rows that stay as they are do not appear."""

LORENZ: Final = Contract(
    "lorenz",
    {
        "standard": Column("text", "vocabulary.STANDARD", required=True),
        "level": Column("text", "all or district", required=True),
        "code": Column("text", "code of the area, as in ``areas``", required=True),
        "demand_share": Column(
            "number", "cumulated demand, those with the fewest stations in reach first", True
        ),
        "station_share": Column("number", "cumulated stations in reach, 0 to 1", required=True),
    },
)
"""Points of the Lorenz curves from (0, 0) to (1, 1), in order; an area without a station in reach has none."""

LEAST: Final = Contract(
    "least",
    {
        "standard": Column("text", "vocabulary.STANDARD", required=True),
        "moment": Column("text", "vocabulary.MOMENT", required=True),
        "target": Column("number", "share of all demand that is to be covered, 0 to 1", required=True),
        "n": Column(
            "number", "new sites found to be enough; all that add something if none are", required=True
        ),
        "at_least": Column("number", "fewer new sites cannot be enough; NaN = no number is enough"),
        "reachable": Column("flag", "all candidates together are enough", required=True),
        "proved": Column("flag", "fewer than n cannot be enough", required=True),
        "covered": Column("number", "demand covered with them, existing stations included", required=True),
        "share": Column("number", "that as a share of all demand", required=True),
    },
)
"""The least number of new sites for a share of the demand, one row per standard and moment."""

LEAST_SITES: Final = Contract("least_sites", SITES.columns)
"""The sites of ``least``, ranked by marginal gain."""

CONTRACTS: Final[Mapping[str, Contract]] = {
    "cells": CELLS,
    "stations": STATIONS,
    "areas": AREAS,
    "week": WEEK,
    "limits": LIMITS,
    "gaps": GAPS,
    "sites": SITES,
    "curve": CURVE,
    "extend": EXTEND,
    "served": SERVED,
    "lorenz": LORENZ,
    "least": LEAST,
    "least_sites": LEAST_SITES,
}

PARAMETERS: Final[Mapping[str, str]] = {
    "title": "name of the study, in Chinese, as the user gave it",
    "made_at": "RFC 3339",
    "program": "name and version of the program",
    "straight_m": "limit of the straight standard, metres (1000)",
    "walk_s": "limit of the walking standard, seconds (900)",
    "walk_kmh": "walking speed (5.0)",
    "snap_m": "a place further than this from the network is not on it (150)",
    "week": "ISO date of the Monday",
    "night_slot": "half hour that stands for the night (100 = Wednesday 02:00)",
    "seed": "of everything drawn at random",
    "stand_in": "what the stations are a stand-in for and what they are; '' = real stations",
    "stations_source": "file name or registry with its data version",
    "demand_source": "file name, kind and unit of demand",
    "demand_unit": "what a weight counts, in Chinese, for instance persons",
    "streets_source": "name and day of the street data",
    "attribution": "whom the data must name",
    "adcodes": "list of districts asked for; empty = all",
    "counts": "dict of name to number: stations hidden, unlocated, refused, of unknown hours; cells …",
}
"""Keys of ``parameters`` that every study has; more may follow. Values are JSON-ready."""


@dataclass(frozen=True, eq=False)
class Study:
    """One study of coverage. Frames follow ``CONTRACTS``; those that were not asked for have no rows.

    ``masks`` has shape (k, 6): distinct sets of half hours as ``geo.week.pack`` makes them, row 0 the empty set;
    ``cells.walk_mask`` and ``cells.straight_mask`` name rows of it, and
    ``stations.week_mask``. ``gap_week`` has shape (rows of ``areas``, 2, 336): uncovered demand of each area by
    standard (straight, walk) and half hour. ``notes`` are sentences for the reader:
    what was refused, left out or assumed.
    """

    parameters: Mapping[str, Any]
    notes: tuple[Text, ...]
    masks: Words
    gap_week: npt.NDArray[np.float32]
    cells: pd.DataFrame
    stations: pd.DataFrame
    areas: pd.DataFrame
    week: pd.DataFrame
    limits: pd.DataFrame
    gaps: pd.DataFrame
    sites: pd.DataFrame
    curve: pd.DataFrame
    extend: pd.DataFrame
    served: pd.DataFrame
    lorenz: pd.DataFrame
    least: pd.DataFrame = field(default_factory=lambda: empty(LEAST))
    least_sites: pd.DataFrame = field(default_factory=lambda: empty(LEAST_SITES))

    def __post_init__(self) -> None:
        missing = [key for key in PARAMETERS if key not in self.parameters]
        if missing:
            raise FrameError(texts.STUDY_PARAMETERS.format(names=", ".join(missing)))
        for name, contract in CONTRACTS.items():
            check(getattr(self, name), contract)
        self._check_arrays()

    def _check_arrays(self) -> None:
        if self.gap_week.shape != (len(self.areas), len(STANDARDS), SLOTS):
            raise FrameError(texts.STUDY_GAP_WEEK.format(found=self.gap_week.shape, n=len(self.areas)))
        if self.masks.ndim != 2 or self.masks.shape[1:] != (WORDS,) or self.masks.dtype != np.uint64:
            raise FrameError(texts.STUDY_MASKS.format(found=self.masks.shape, dtype=self.masks.dtype))
        named = [("cells", f"{standard}_mask") for standard in STANDARDS] + [("stations", "week_mask")]
        for frame, column in named:
            rows = getattr(self, frame)[column].to_numpy()
            if len(rows) and (rows.min() < 0 or rows.max() >= len(self.masks)):
                raise FrameError(texts.STUDY_MASK_ROW.format(column=f"{frame}.{column}", n=len(self.masks)))


FRAMES: Final = tuple(f.name for f in fields(Study) if f.name in CONTRACTS)
