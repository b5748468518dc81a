"""The findings in words: who is left out at night, why, where, what the next sites would close, how sure that is."""

from typing import Any, Final

import numpy as np
import pandas as pd

from geo import vocabulary
from geo.study import Study
from geo.texts import Text
from maps.report import reading, texts
from maps.report.markup import both, bullets
from maps.report.numbers import amount, count, filled, joined, limit, points, share

NEXT_SITES: Final = 10
"""How many new sites the findings speak of, where as many are proposed."""
_NAMED_TOWNS: Final = 3


def findings(study: Study) -> list[Text]:
    """Write the findings, the most important first.

    Returns
    -------
    sentences
        Only what the study has figures for; an area without demand or stations says so and nothing more.
    """
    row, standard = reading.whole(study), reading.leading(study)
    if not row["demand"] > 0:
        return [texts.NO_DEMAND]
    if study.stations["not_counted"].notna().all():
        return [texts.NO_STATION]
    told = [] if standard == "walk" else [texts.NO_STREETS]
    told += [*_night(study, row, standard), *_why(study, row, standard), *_day(row, standard)]
    told += [*_towns(study, standard), *_sites(study), *_least(study), *_extend(study)]
    return [*told, *_unknown(study, row, standard), *_around_the_clock(row), *_other(study, row, standard)]


def tiles(study: Study) -> str:
    """Write the four figures that stand above the findings."""
    row, standard = reading.whole(study), reading.leading(study)
    if not row["demand"] > 0:
        return ""
    second = reading.other(standard)
    made = [
        _tile(
            moment, share(row[f"{standard}_{moment}_share"]), second, share(row[f"{second}_{moment}_share"])
        )
        for moment in ("day", "0200", "24h")
    ]
    left = [amount(row[f"{one}_0200_gap"], study.parameters["demand_unit"]) for one in (standard, second)]
    made.append(_tile("left", left[0], second, left[1]))
    heading = both(limit(standard, study.parameters))
    return f'<p class="tiles-of">{heading}</p><dl class="tiles">{"".join(made)}</dl>'


def summary(study: Study) -> str:
    """Write tiles and findings."""
    return tiles(study) + bullets(findings(study))


def _tile(kind: str, value: Text, second: str, second_value: Text) -> str:
    small = filled(texts.TILE_OTHER, standard=vocabulary.STANDARD[second], n=second_value)
    return (
        f'<div class="tile tile-{kind}"><dt>{both(texts.TILES[kind])}</dt>'
        f"<dd>{both(value)}<small>{both(small)}</small></dd></div>"
    )


def _night(study: Study, row: pd.Series, standard: str) -> list[Text]:
    unit = study.parameters["demand_unit"]
    left, all_demand = row[f"{standard}_0200_gap"], reading.demand_at(study, "0200")
    words = {"demand": amount(all_demand, unit), "limit": limit(standard, study.parameters)}
    if not all_demand > 0:
        told = texts.NIGHT_NOBODY
    elif left <= 0 or left >= all_demand:
        told = filled(texts.NIGHT_ALL if left <= 0 else texts.NIGHT_NONE, **words)
    else:
        told = filled(
            texts.NIGHT,
            **words,
            share=share(1 - left / all_demand),
            covered=amount(all_demand - left, unit),
            left=amount(left, unit),
            left_share=share(left / all_demand),
        )
    if not reading.varies(study):
        return [told]
    return [told, filled(texts.VARIES, night=words["demand"], mean=amount(row["demand"], unit))]


def _why(study: Study, row: pd.Series, standard: str) -> list[Text]:
    unit = study.parameters["demand_unit"]
    left, none = row[f"{standard}_0200_gap"], row[f"{standard}_any_gap"]
    if not left > 0:
        return []
    shut, without = amount(left - none, unit), amount(none, unit)
    if reading.varies(study):
        # What nobody is near to is told of mean demand, which is another amount: only parts can be compared.
        uncovered = study.cells.loc[~study.cells[f"{standard}_0200"], "weight"].sum()
        shut, without = share(1 - none / uncovered), share(none / uncovered)
    return [filled(texts.WHY_NIGHT, left=amount(left, unit), shut=shut, none=without)]


def _day(row: pd.Series, standard: str) -> list[Text]:
    return [
        filled(texts.DAY, day=share(row[f"{standard}_day_share"]), any=share(row[f"{standard}_any_share"]))
    ]


def _towns(study: Study, standard: str) -> list[Text]:
    rows = reading.level(study, "township")
    column = f"{standard}_0200_gap"
    rows = rows[rows[column] > 0].sort_values([column, "code"], ascending=[False, True], kind="stable")
    if len(rows) < _NAMED_TOWNS:
        return []
    names, gap = reading.area_names(study), rows[column].to_numpy(dtype=float)
    said = [
        filled(texts.TOWN_SHARE, name=names[code], share=share(part / gap.sum()))
        for code, part in zip(rows["code"][:_NAMED_TOWNS], gap, strict=False)
    ]
    half = int(np.searchsorted(np.cumsum(gap), gap.sum() / 2)) + 1
    return [filled(texts.TOWNS, names=joined(said), all=len(reading.level(study, "township")), half=half)]


def _sites(study: Study) -> list[Text]:
    told: list[Text] = []
    for group in reading.groups(study.curve):
        curve = reading.of_group(study.curve, group).sort_values("n")
        if len(curve) < 2 or curve["n"].iloc[0] != 0:
            continue
        chosen = curve[curve["n"] <= NEXT_SITES].iloc[-1]
        if chosen["n"] == 0:
            chosen = curve.iloc[1]
        gain = _gain(study, group, curve.iloc[0], chosen)
        sure = certainty(chosen, reading.demand_at(study, group[1]))
        told.append(Text(gain.zh + sure.zh, f"{gain.en} {sure.en}"))
    return told


def _least(study: Study) -> list[Text]:
    return [
        filled(
            texts.LEAST if row["reachable"] else texts.LEAST_NEVER,
            target=share(row["target"]),
            group=reading.group_name((row["standard"], row["moment"])),
            n=count(row["n"]),
            least=count(row["at_least"]),
            share=share(row["share"]),
        )
        for row in reading.records(study.least)
    ]


def _gain(study: Study, group: tuple[str, str], before: Any, after: Any) -> Text:
    return filled(
        texts.SITES_GAIN,
        group=reading.group_name(group),
        n=int(after["n"]),
        before=share(before["share"]),
        after=share(after["share"]),
        gain=amount(after["covered"] - before["covered"], study.parameters["demand_unit"]),
    )


def certainty(point: Any, demand: float) -> Text:
    """Say how sure it is that no other set of as many sites covers more.

    Parameters
    ----------
    point
        A row of ``geo.study.CURVE``.
    demand
        All demand at the moment of the plan.
    """
    n = int(point["n"])
    if point["proved"]:
        return texts.PROVED.format(n=n)
    if not np.isfinite(point["bound"]) or demand <= 0:
        return texts.NO_BOUND
    words = {
        "bound": share(point["bound"] / demand),
        "gap": points((point["bound"] - point["covered"]) / demand),
    }
    return filled(texts.BOUND, n=n, **words)


def _extend(study: Study) -> list[Text]:
    told = []
    for group in reading.groups(study.extend):
        rows = reading.of_group(study.extend, group).sort_values("rank")
        last = rows[rows["rank"] <= NEXT_SITES].iloc[-1]
        words = {
            "moment": vocabulary.MOMENT[group[1]],
            "standard": vocabulary.STANDARD[group[0]],
            "before": share(reading.whole(study)[f"{group[0]}_{group[1]}_share"]),
            "after": share(last["share"]),
        }
        told.append(filled(texts.EXTEND_GAIN, n=int(last["rank"]), **words))
    return told


def _unknown(study: Study, row: pd.Series, standard: str) -> list[Text]:
    stations = study.stations[study.stations["not_counted"].isna()]
    unknown = int((~stations["hours_known"].astype(bool)).sum())
    if not unknown:
        return []
    best = row[f"{standard}_0200_maybe_share"]
    said = texts.UNKNOWN_HOURS if best >= 0 else texts.UNKNOWN_HOURS_ONLY
    return [filled(said, n=count(unknown), share=share(best))]


def _around_the_clock(row: pd.Series) -> list[Text]:
    if not row["stations"] > 0:
        return [texts.NONE_OF_ITS_OWN]
    part = share(row["stations_24h"] / row["stations"])
    return [filled(texts.ALL_HOURS, all=count(row["stations"]), n=count(row["stations_24h"]), share=part)]


def _other(study: Study, row: pd.Series, standard: str) -> list[Text]:
    second = reading.other(standard)
    if second == "walk":
        return []
    night, day = (share(row[f"{second}_{moment}_share"]) for moment in ("0200", "day"))
    return [filled(texts.OTHER_STANDARD, limit=limit(second, study.parameters), night=night, day=day)]
