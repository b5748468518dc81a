"""One table: what a cell says, what it is sorted by, and the markup that a reader of screens can walk through."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.texts import Text
from maps.report.charts import bar
from maps.report.markup import both, foreign
from maps.report.numbers import amount, count, share
from maps.report.tables import texts


@dataclass(frozen=True)
class Cell:
    """A cell: markup as it stands, and the number it is sorted by (None = by its words)."""

    markup: str
    value: float | None = None


@dataclass(frozen=True)
class Column:
    """A column: key of its header, and the group above it (``""`` = none)."""

    key: str
    group: str = ""


NUMBERS_FROM: Final = 1
"""The first column names the row; the others are set to the right."""


def words(text: Text) -> Cell:
    """Say something of our own."""
    return Cell(both(text))


def name(text: str | None) -> Cell:
    """Say something of a stranger's."""
    return Cell(foreign(text or ""))


def number(value: float) -> Cell:
    """Say a plain number."""
    return Cell(count(value), value)


def demand(value: float, unit: str) -> Cell:
    """Say an amount of demand."""
    return Cell(both(amount(value, unit)), value)


def percent(value: float, *, kind: str = "", with_bar: bool = False) -> Cell:
    """Say a share, with a small bar where asked."""
    return Cell((bar(value, kind=kind) if with_bar else "") + both(share(value)), value)


def measured(text: Text, value: float) -> Cell:
    """Say a distance or a time."""
    return Cell(both(text), value)


def table(
    key: str, caption: Text, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, sorts: bool = False
) -> str:
    """Write a table.

    Parameters
    ----------
    key
        Its id in the page.
    caption
        What it holds; also names the box that scrolls sideways on narrow screens.
    columns
        From left to right; the first one names the rows.
    rows
        As many cells as columns in each.
    sorts
        Whether its headers are buttons by which the page's script sorts.
    """
    body = "".join(_row(cells) for cells in rows)
    box = f'<div class="wide" tabindex="0" role="group" aria-labelledby="{key}-caption">'
    return (
        f'{box}<table id="{key}"{" data-sorts" if sorts else ""}><caption id="{key}-caption">{both(caption)}</caption>'
        f"<thead>{_groups(columns)}{_headers(columns, rows, sorts)}</thead><tbody>{body}</tbody></table></div>"
    )


def more(shown: int, every: int) -> str:
    """Say how many rows are left out; nothing when none is."""
    said = texts.MORE.format(shown=count(shown), all=count(every))
    return f'<p class="small">{both(said)}</p>' if shown < every else ""


def none(key: str) -> str:
    """Say that there is nothing to list."""
    return f'<p class="none">{both(texts.NONE[key])}</p>'


def _groups(columns: Sequence[Column]) -> str:
    if not any(column.group for column in columns):
        return ""
    edges = [k for k, c in enumerate(columns) if k == 0 or c.group != columns[k - 1].group]
    spans = np.diff([*edges, len(columns)]).tolist()
    made = [
        f'<th colspan="{span}" scope="colgroup" class="over">{both(texts.GROUPS[columns[k].group])}</th>'
        if columns[k].group
        else f'<td colspan="{span}"></td>'
        for k, span in zip(edges, spans, strict=True)
    ]
    return f"<tr>{''.join(made)}</tr>"


def _headers(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], sorts: bool) -> str:
    made = []
    for k, column in enumerate(columns):
        said = both(texts.HEADERS[column.key])
        inner = (
            f'<button type="button">{said}<span class="arrow" aria-hidden="true"></span></button>'
            if sorts
            else said
        )
        is_number = any(row[k].value is not None for row in rows)
        made.append(f'<th scope="col"{_set(k) if is_number else ""}>{inner}</th>')
    return f"<tr>{''.join(made)}</tr>"


def _row(cells: Sequence[Cell]) -> str:
    made = []
    for k, cell in enumerate(cells):
        tag, scope = ("th", ' scope="row"') if k == 0 else ("td", "")
        value = (
            "" if cell.value is None else f' data-v="{"" if np.isnan(cell.value) else f"{cell.value:.6g}"}"'
        )
        made.append(f"<{tag}{scope}{_set(k) if cell.value is not None else ''}{value}>{cell.markup}</{tag}>")
    return f"<tr>{''.join(made)}</tr>"


def _set(k: int) -> str:
    return ' class="n"' if k >= NUMBERS_FROM else ""
