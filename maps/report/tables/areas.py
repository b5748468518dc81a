"""Tables by area and by standard."""

from typing import Any, Final

import pandas as pd

from geo import vocabulary
from geo.study import Study
from geo.texts import Text
from maps.report import reading
from maps.report.numbers import limit as limit_words
from maps.report.numbers import minutes
from maps.report.tables import table as cells
from maps.report.tables import texts
from maps.report.tables.table import Cell, Column, table

_AREA_COLUMNS: Final = (
    Column("name"),
    Column("demand"),
    Column("stations", "stock"),
    Column("stations_24h", "stock"),
    Column("stations_unknown", "stock"),
    Column("demand_per_station", "stock"),
    Column("any_share", "walk"),
    Column("day_share", "walk"),
    Column("0200_share", "walk"),
    Column("24h_share", "walk"),
    Column("mean", "walk"),
    Column("p90", "walk"),
    Column("any_share", "straight"),
    Column("day_share", "straight"),
    Column("0200_share", "straight"),
    Column("24h_share", "straight"),
    Column("0200_gap", "night"),
    Column("0200_gap_share", "night"),
)


def districts(study: Study) -> str:
    """List all districts and the whole area."""
    rows = reading.level(study, "district")
    every = study.areas[study.areas["level"] == "all"]
    return _areas(study, "district-table", texts.CAPTIONS["districts"], pd.concat([every, rows]))


def townships(study: Study) -> str:
    """List all townships, the largest gap at night first."""
    rows = reading.level(study, "township")
    order = [f"{reading.leading(study)}_0200_gap", "code"]
    rows = rows.sort_values(order, ascending=[False, True], kind="stable")
    return _areas(study, "township-table", texts.CAPTIONS["townships"], rows)


def standards(study: Study) -> str:
    """List every limit of both standards, the ones of the study marked."""
    columns = [Column(key) for key in ("limit", "any_share", "0200_share", "24h_share")]
    rows = [
        [
            cells.words(_limit(study, row)),
            *(cells.percent(row[f"{moment}_share"], with_bar=True) for moment in ("any", "0200", "24h")),
        ]
        for row in reading.records(study.limits)
    ]
    return table("standard-table", texts.CAPTIONS["standards"], columns, rows)


def _limit(study: Study, row: dict[str, Any]) -> Text:
    standard = row["standard"]
    key = {"walk": "walk_s", "straight": "straight_m"}[standard]
    words = limit_words(standard, {key: row["limit"]})
    if standard == "walk" and row["speed_kmh"] != study.parameters["walk_kmh"]:
        speed = f"{row['speed_kmh']:g}"
        words = Text(f"{words.zh} ({speed} km/h)", f"{words.en} ({speed} km/h)")
    if not row["is_norm"]:
        return words
    return Text(words.zh + texts.NORM.zh, f"{words.en} {texts.NORM.en}")


def _areas(study: Study, key: str, caption: Text, rows: pd.DataFrame) -> str:
    names = reading.area_names(study)
    unit = study.parameters["demand_unit"]
    lines = [_line(row, names, unit, reading.leading(study)) for row in reading.records(rows)]
    return table(key, caption, _AREA_COLUMNS, lines, sorts=True)


def _line(row: dict[str, Any], names: dict[str, Text], unit: str, leading: str) -> list[Cell]:
    is_all = row["level"] == "all"
    name = vocabulary.AREA_LEVEL["all"] if is_all else names.get(row["code"])
    told = (
        cells.name(name.zh) if name is not None and name.zh == name.en else cells.words(name or Text("", ""))
    )
    line = [told, cells.demand(row["demand"], unit)]
    line += [
        cells.number(row[c]) for c in ("stations", "stations_24h", "stations_unknown", "demand_per_station")
    ]
    line += [_share(row, "walk", moment) for moment in ("any", "day", "0200", "24h")]
    line += [cells.measured(minutes(row[c]), row[c]) for c in ("walk_mean_s", "walk_p90_s")]
    line += [_share(row, "straight", moment) for moment in ("any", "day", "0200", "24h")]
    part = row[f"{leading}_0200_gap_share"]
    return [
        *line,
        cells.demand(row[f"{leading}_0200_gap"], unit),
        cells.percent(part, kind="gap", with_bar=True),
    ]


def _share(row: dict[str, Any], standard: str, moment: str) -> Cell:
    return cells.percent(row[f"{standard}_{moment}_share"])
