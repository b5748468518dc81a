"""Tables of gaps and of what would close them."""

from typing import Any, Final

import numpy as np

from geo import vocabulary
from geo.study import Study
from geo.texts import Text
from maps.report import reading
from maps.report import texts as report_texts
from maps.report.markup import both, foreign
from maps.report.numbers import cost, count, distance, filled
from maps.report.tables import table as cells
from maps.report.tables import texts
from maps.report.tables.table import Cell, Column, more, none, table

_SITE_COLUMNS: Final = (
    "rank", "site", "township", "kind", "street_facing", "gain", "share", "served", "mean_cost", "position",
)  # fmt: skip
_MOST_GAPS: Final = 15
_MOST_SITES: Final = 100
_MOST_POINTS: Final = 40


def gaps(study: Study, group: tuple[str, str]) -> str:
    """List the largest gaps of a group."""
    rows = reading.of_group(study.gaps, group).sort_values("rank")
    if rows.empty:
        return none("gaps")
    unit = study.parameters["demand_unit"]
    stations = dict(zip(study.stations["station_id"], study.stations["name"], strict=True))
    columns = [
        Column(key)
        for key in ("rank", "township", "gap_demand", "gap_share", "area", "distance", "station", "unreached")
    ]
    lines = [
        [
            cells.number(row["rank"]),
            _place(row),
            cells.demand(row["demand"], unit),
            cells.percent(row["gap_share"], kind="gap", with_bar=True),
            cells.measured(texts.SQUARE_KM.format(n=_square_km(row["area_m2"])), row["area_m2"]),
            _trip(row, group[0]),
            cells.name(stations.get(row["station"], row["station"]) or report_texts.DASH),
            cells.number(row["unreached_demand"]),
        ]
        for row in reading.records(rows.head(_MOST_GAPS))
    ]
    caption = filled(texts.CAPTIONS["gaps"], n=str(len(lines)), group=reading.group_name(group))
    return table(f"gaps-{'-'.join(group)}", caption, columns, lines) + more(len(lines), len(rows))


def least(study: Study) -> str:
    """Tell how many new sites are enough for the share wanted, and how few cannot be."""
    lines = [
        [
            cells.words(reading.group_name((row["standard"], row["moment"]))),
            cells.percent(row["target"]),
            cells.number(row["n"]) if row["reachable"] else cells.words(texts.NEVER_ENOUGH),
            cells.number(row["at_least"]),
            cells.demand(row["covered"], study.parameters["demand_unit"]),
            cells.percent(row["share"], with_bar=True),
        ]
        for row in reading.records(study.least)
    ]
    columns = [Column(key) for key in ("standard", "target", "enough", "at_least", "covered", "reached")]
    return table("least", texts.CAPTIONS["least"], columns, lines)


def sites(study: Study, group: tuple[str, str], *, of: str = "sites") -> str:
    """List the proposed sites of a group in order of building; ``of`` is ``sites`` or ``least_sites``."""
    rows = reading.of_group(getattr(study, of), group).sort_values("rank")
    unit = study.parameters["demand_unit"]
    columns = [Column(key) for key in _SITE_COLUMNS]
    lines = [
        [
            cells.number(row["rank"]),
            _site(row),
            _place(row),
            cells.words(vocabulary.CANDIDATE_KIND.get(row["kind"], Text(row["kind"], row["kind"]))),
            cells.words(vocabulary.STREET_FACING[row["street_facing"]]),
            cells.demand(row["gain"], unit),
            cells.percent(row["share"], with_bar=True),
            cells.demand(row["served"], unit),
            cells.measured(cost(group[0], row["mean_cost"]), row["mean_cost"]),
            Cell(f'<span class="position">{row["lon"]:.5f}, {row["lat"]:.5f}</span>'),
        ]
        for row in reading.records(rows.head(_MOST_SITES))
    ]
    caption = filled(texts.CAPTIONS[of], group=reading.group_name(group))
    return table(f"{of}-{'-'.join(group)}", caption, columns, lines) + more(len(lines), len(rows))


def curve(study: Study, group: tuple[str, str]) -> str:
    """List shares and bounds by number of new sites."""
    rows = reading.of_group(study.curve, group).sort_values("n")
    demand = reading.demand_at(study, group[1])
    unit = study.parameters["demand_unit"]
    some = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _MOST_POINTS)).astype(int))]
    lines = [
        [
            cells.number(row["n"]),
            cells.demand(row["covered"], unit),
            cells.percent(row["share"]),
            cells.percent(row["bound"] / demand if demand > 0 else np.nan),
            cells.words(texts.YES if row["proved"] else texts.NO),
        ]
        for row in reading.records(some)
    ]
    columns = [Column(key) for key in ("count", "covered", "share", "bound", "proved")]
    caption = filled(texts.CAPTIONS["curve"], group=reading.group_name(group))
    return table(f"curve-table-{'-'.join(group)}", caption, columns, lines) + more(len(lines), len(rows))


def extend(study: Study, group: tuple[str, str]) -> str:
    """List the stations to open 24 hours, the largest gain first."""
    rows = reading.of_group(study.extend, group).sort_values("rank")
    unit, demand = study.parameters["demand_unit"], reading.demand_at(study, group[1])
    stations = study.stations.set_index("station_id")
    lines = []
    for row in reading.records(rows.head(_MOST_SITES)):
        known = row["station_id"] in stations.index
        station: dict[str, Any] = stations.loc[row["station_id"]].to_dict() if known else {}
        lines.append(
            [
                cells.number(row["rank"]),
                cells.name(station.get("name") or row["station_id"]),
                _place(station),
                cells.demand(row["gain"], unit),
                cells.percent(row["share"], with_bar=True),
                cells.percent(row["bound"] / demand if demand > 0 else np.nan),
            ]
        )
    columns = [Column(key) for key in ("rank", "to_extend", "township", "gain", "share", "bound")]
    caption = filled(texts.CAPTIONS["extend"], group=reading.group_name(group))
    return table(f"extend-{'-'.join(group)}", caption, columns, lines) + more(len(lines), len(rows))


def _site(row: dict[str, Any]) -> Cell:
    if row["name"]:
        return cells.name(row["name"])
    return Cell(f'{both(texts.UNNAMED_SITE)} <small class="screen">{foreign(row["site_id"])}</small>')


def _place(row: dict[str, Any]) -> Cell:
    named = reading.place(row)
    return cells.name(named.zh) if named.zh == named.en else cells.words(named)


def _trip(row: dict[str, Any], standard: str) -> Cell:
    value = row["walk_s"] if standard == "walk" else row["straight_m"]
    return cells.measured(cost(standard, value) if standard == "walk" else distance(value), value)


def _square_km(area_m2: float) -> str:
    """Write square kilometres with two digits that count.

    Examples
    --------
    >>> _square_km(123_456_789.0), _square_km(123_456.0)
    ('123', '0.12')
    """
    square_km = area_m2 / 1e6
    return count(square_km) if square_km >= 10 else f"{square_km:.2f}"
