"""A file as text: columns of cells, row numbers, points; what every reader makes and every check takes."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from data.stations import headers, texts
from geo.texts import Text

HEADER_SEARCH_ROWS: Final = 20
MOST_COLUMNS: Final = 16_384
"""As many as a sheet of Excel has; a list has tens."""
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True)
class Cells:
    """One column: ``texts[codes[i]]`` is the text of row i; the empty text is an empty cell."""

    codes: npt.NDArray[np.int64]
    texts: tuple[str, ...]

    def all(self) -> npt.NDArray[np.object_]:
        """Return the text of every row, shape (rows,)."""
        return np.array([*self.texts, None], dtype=object)[self.codes]


@dataclass(frozen=True)
class Points:
    """Geometry of a layer: x and y in degrees, NaN where absent; ``problems`` by position."""

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    problems: dict[int, Text]
    projected: str | None = None


@dataclass(frozen=True)
class Table:
    """A file as text.

    Attributes
    ----------
    path
        Where it came from.
    headers
        Header of each column; empty for columns beyond the header.
    columns
        The cells of each column, as many as headers.
    rows
        Number of each row as a person sees it in a spreadsheet (the first line of the file is 1), shape (rows,).
    points
        Geometry, for GeoJSON and GeoPackage.
    notes
        What the reader had to decide, for the report.
    """

    path: Path
    headers: tuple[str, ...]
    columns: tuple[Cells, ...]
    rows: npt.NDArray[np.int64]
    points: Points | None = None
    notes: list[Text] = field(default_factory=list)

    def row(self, position: int) -> list[str]:
        """Return the cells of one row as they were."""
        return [c.texts[c.codes[position]] for c in self.columns]


def unguard(text: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running text as a formula.

    Examples
    --------
    >>> unguard("'=SUM(A1)"), unguard("'s-Hertogenbosch")
    ('=SUM(A1)', "'s-Hertogenbosch")
    """
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text


def table_from_rows(path: Path, rows: Sequence[Sequence[str]], notes: list[Text]) -> Table:
    """Find the header among the first rows and make columns of the rest.

    Parameters
    ----------
    path
        File name for messages.
    rows
        Rows of texts; they may differ in length.
    notes
        What the reader had to decide so far; more may be added.

    Raises
    ------
    InputError
        No row, no known header, nothing below it, or a row with more cells than a spreadsheet has columns.
    """
    widest = max(range(len(rows)), key=lambda n: len(rows[n]), default=0)
    if rows and len(rows[widest]) > MOST_COLUMNS:
        said = {"row": widest + 1, "n": len(rows[widest]), "most": MOST_COLUMNS}
        raise InputError(texts.FILE_TOO_WIDE.format(path=path, **said))
    head = _header_position(rows, path)
    if any(any(row) for row in rows[:head]):
        notes.append(texts.FILE_TITLE_ROWS.format(row=head + 1))
    titles = [t.strip() for t in rows[head]]
    while titles and not titles[-1]:
        titles.pop()
    below = enumerate(rows[head + 1 :], start=head + 2)
    kept = [(n, row) for n, row in below if any(row) and (row[0].strip() or any(map(str.strip, row)))]
    if not kept:
        raise InputError(texts.FILE_NO_ROWS.format(path=path))
    numbers = np.array([n for n, _ in kept], dtype=np.int64)
    columns = [_cells(c) for c in itertools.zip_longest(*(row for _, row in kept), fillvalue="")]
    while len(columns) > len(titles) and not any(map(str.strip, columns[-1].texts)):
        columns.pop()
    empty = Cells(np.zeros(len(kept), dtype=np.int64), ("",))
    columns += [empty] * (len(titles) - len(columns))
    titles += [""] * (len(columns) - len(titles))
    return Table(path, tuple(titles), tuple(columns), numbers, notes=notes)


def _header_position(rows: Sequence[Sequence[str]], path: Path) -> int:
    counts = [headers.known_count(row) for row in rows[:HEADER_SEARCH_ROWS]]
    if not counts or not any(any(map(str.strip, row)) for row in rows):
        raise InputError(texts.FILE_EMPTY.format(path=path))
    if max(counts) == 0:
        seen = ", ".join(c[:40] for c in next(r for r in rows if any(r)) if c)
        raise InputError(texts.HEADER_NONE.format(path=path, seen=seen[:400]))
    return counts.index(max(counts))


def _cells(column: Iterable[str]) -> Cells:
    codes, distinct = pd.factorize(np.array(list(column), dtype=object))
    return Cells(codes.astype(np.int64), tuple(unguard(t) if t[:1] == "'" else t for t in distinct))


def column_of(values: Iterable[str | None]) -> Cells:
    """Make a column of texts; ``None`` is an empty cell."""
    return _cells("" if v is None else v for v in values)
