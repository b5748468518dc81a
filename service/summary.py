"""Verdicts by area: how many stations face a street, do not, or are open, and for which reasons."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
import pandas as pd
from rich.table import Table

from data.errors import InputError
from geo import vocabulary
from geo.texts import Text
from service.commands import texts

Area = Literal["district", "township", "adcode"]
AREAS: Final[tuple[str, ...]] = get_args(Area)
VERDICTS: Final = ("yes", "no", "unknown")
_PARTS: Final = {
    "district": ("city", "district"),
    "township": ("city", "district", "township"),
    "adcode": ("adcode",),
}


def summarise(stations: pd.DataFrame, by: str = "district") -> pd.DataFrame:
    """Count stations by area, verdict and the rule that decided.

    Parameters
    ----------
    stations
        Contract ``geo.frames.STATIONS``.
    by
        One of ``AREAS``.

    Returns
    -------
    counts
        Columns ``area`` (empty where not stated), ``verdict``, ``rule`` (``unlocated`` and ``unchecked`` where no
        verdict can be or is stored), ``stations``; ordered by area, verdict (yes, no, unknown), then the most
        frequent rule. The counts add up to the number of stations; none give no rows.

    Raises
    ------
    InputError
        ``by`` is none of ``AREAS``.

    Examples
    --------
    >>> row = {"city": "甲市", "district": "乙区", "lon": 116.3, "street_facing": "yes", "street_facing_rule": "x"}
    >>> open_one = row | {"lon": np.nan, "street_facing_rule": None, "street_facing": "unknown"}
    >>> summarise(pd.DataFrame([row, open_one])).to_numpy().tolist()
    [['甲市 乙区', 'yes', 'x', 1], ['甲市 乙区', 'unknown', 'unlocated', 1]]
    """
    if by not in AREAS:
        raise InputError(texts.BAD_BY.format(given=by))
    parts = [stations[part] for part in _PARTS[by]]
    areas = [" ".join(str(p) for p in row if pd.notna(p)) for row in zip(*parts, strict=True)]
    none = np.where(stations["lon"].isna(), "unlocated", texts.RULE_UNCHECKED)
    rules = stations["street_facing_rule"].astype(object).where(stations["street_facing_rule"].notna(), none)
    counted = Counter(zip(areas, stations["street_facing"], rules, strict=True))
    ordered = sorted(
        counted.items(), key=lambda i: (i[0][0] == "", i[0][0], VERDICTS.index(i[0][1]), -i[1], i[0][2])
    )
    rows = [(*key, n) for key, n in ordered]
    return pd.DataFrame(rows, columns=["area", "verdict", "rule", "stations"])


def rule_name(rule: str) -> Text:
    """Short name of a rule; the id itself for one without a name."""
    return texts.RULE_NAMES.get(rule, Text(rule, rule))


def wide(counts: pd.DataFrame) -> list[list[Any]]:
    """Lay counts out for a spreadsheet: a row per area and one for all, a column per verdict and open reason.

    Returns
    -------
    rows
        The header first. ``yes + no + unknown`` is the number of stations; the reasons add up to ``unknown``.
    """
    opened = counts[counts["verdict"] == "unknown"]
    by_size = opened.groupby("rule")["stations"].sum().sort_values(ascending=False, kind="stable")
    rules = [str(rule) for rule in by_size.index]
    head = [str(texts.SUMMARY_AREA), str(texts.SUMMARY_STATIONS)]
    head += [str(vocabulary.STREET_FACING[v]) for v in VERDICTS]
    unknown = vocabulary.STREET_FACING["unknown"].zh
    head += [f"{unknown}: {rule_name(rule).zh} ({rule})" for rule in rules]
    rows = [_wide_row(area or texts.SUMMARY_NO_AREA.zh, part, rules) for area, part in _areas(counts)]
    return [head, *rows, _wide_row(str(texts.SUMMARY_ALL), counts, rules)]


def table(counts: pd.DataFrame) -> Table:
    """Lay counts out for a terminal: per area its verdicts, each with its reasons."""
    shown = Table(title=str(texts.SUMMARY_TITLE), title_justify="left")
    for head in (texts.SUMMARY_AREA, texts.SUMMARY_REASON, texts.SUMMARY_STATIONS):
        shown.add_column(
            str(head), justify="right" if head is texts.SUMMARY_STATIONS else "left", overflow="fold"
        )
    parts = [(area or str(texts.SUMMARY_NO_AREA), part) for area, part in _areas(counts)]
    for area, part in [*parts, (str(texts.SUMMARY_ALL), counts)]:
        shown.add_section()
        shown.add_row(area, "", str(int(part["stations"].sum())))
        for verdict in VERDICTS:
            of_verdict = part[part["verdict"] == verdict].groupby("rule")["stations"].sum()
            if of_verdict.empty:
                continue
            shown.add_row("", str(vocabulary.STREET_FACING[verdict]), str(int(of_verdict.sum())))
            for rule, n in of_verdict.sort_values(ascending=False, kind="stable").items():
                shown.add_row("", f"  {rule_name(str(rule))}", str(int(n)))
    return shown


def sensitivity_rows(changes: pd.DataFrame) -> list[list[Any]]:
    """Lay the result of ``geo.frontage.sensitivity`` out for a spreadsheet, the header first."""
    rows = changes.astype(object).where(changes.notna(), "").to_numpy().tolist()
    return [[str(head) for head in texts.SENSITIVITY_HEAD], *rows]


def sensitivity_table(changes: pd.DataFrame) -> Table:
    """Lay the result of ``geo.frontage.sensitivity`` out for a terminal."""
    shown = Table(title=str(texts.SENSITIVITY_TITLE), title_justify="left")
    head, *rows = sensitivity_rows(changes)
    for name in head:
        shown.add_column(name, overflow="fold")
    for limit, value, before, after, n in rows:
        verdicts = [str(vocabulary.STREET_FACING[v]) if v else "" for v in (before, after)]
        shown.add_row(str(limit), f"{value:g}", *verdicts, str(n))
    return shown


def write_csv(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows as CSV that Excel opens in Chinese (UTF-8 with byte-order mark).

    Raises
    ------
    InputError
        The name does not end in ``.csv``.
    """
    if path.suffix.casefold() != ".csv":
        raise InputError(texts.BAD_TABLE_FILE.format(file=path))
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    path.write_text(buffer.getvalue(), encoding="utf-8-sig", newline="")


def _areas(counts: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(area), part) for area, part in counts.groupby("area", sort=False)]


def _wide_row(area: str, part: pd.DataFrame, rules: Sequence[str]) -> list[Any]:
    by_verdict = part.groupby("verdict")["stations"].sum()
    reasons = part[part["verdict"] == "unknown"].groupby("rule")["stations"].sum()
    numbers = [int(part["stations"].sum()), *(int(by_verdict.get(v, 0)) for v in VERDICTS)]
    return [area, *numbers, *(int(reasons.get(rule, 0)) for rule in rules)]
