"""Files → raw text tables: CSV, XLSX, GeoJSON, GeoPackage.

A reader decides nothing about stations: it finds the header row, turns every cell into text and keeps the row
numbers by which a person finds the row again. Columns are held as codes into their distinct texts, because lists
of stations repeat themselves and every later step works once per distinct text.

==========  =====================================================================================================
CSV         UTF-8 (with or without byte-order mark), UTF-16 with one, GBK/GB18030; comma, semicolon or tab
XLSX        the first sheet with a known header; merged ranges filled; last calculated values of formulas
GeoJSON,    the first layer with a known header; points only, other geometries are told per row; a layer in a
GeoPackage  projected system is transformed to WGS-84
==========  =====================================================================================================

A leading apostrophe before ``= + - @`` is how exports keep a spreadsheet from running text as a formula; it is
taken off again here (``unguard``).
"""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import headers, texts
from data.errors import InputError
from geo.texts import Text

HEADER_SEARCH_ROWS: Final = 20
CELL_LIMIT: Final = 2**30
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")
_DELIMITERS: Final = (",", "\t", ";")


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


def read(path: Path) -> Table:
    """Read a file into a text table.

    Parameters
    ----------
    path
        A ``.csv``, ``.txt``, ``.tsv``, ``.xlsx``, ``.xlsm``, ``.geojson``, ``.json`` or ``.gpkg`` file.

    Returns
    -------
    table
        At least one row. Rows without any text are left out.

    Raises
    ------
    InputError
        No such file, another kind of file, damaged, empty, header only, no known header, unknown encoding.
    """
    if not path.is_file():
        raise InputError(texts.FILE_ABSENT.format(path=path))
    suffix = path.suffix.casefold()
    if path.stat().st_size == 0:
        raise InputError(texts.FILE_EMPTY.format(path=path))
    if suffix in {".csv", ".txt", ".tsv"}:
        return _read_csv(path)
    if suffix in {".xlsx", ".xlsm"}:
        from data import workbook  # noqa: PLC0415 (openpyxl is slow to load and most imports are CSV)

        rows, notes = workbook.read(path)
        return table_from_rows(path, rows, notes)
    if suffix in {".geojson", ".json", ".gpkg"}:
        from data import layers  # noqa: PLC0415 (GDAL is slow to load)

        return layers.read(path)
    raise InputError(texts.FILE_KIND.format(suffix=suffix or path.name))


def unguard(text: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running text as a formula.

    Examples
    --------
    >>> unguard("'=SUM(A1)"), unguard("'s-Hertogenbosch")
    ('=SUM(A1)', "'s-Hertogenbosch")
    """
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text


def decode(raw: bytes, path: Path) -> tuple[str, list[Text]]:
    """Decode the bytes of a text file; the second value says so when it was GBK.

    Raises
    ------
    InputError
        Neither UTF-8 nor GB18030. Bytes that start as sound UTF-8 with Chinese in it are damaged UTF-8, not GBK.

    Examples
    --------
    >>> decode("驿站".encode("gbk"), Path("a.csv"))[0]
    '驿站'
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return _decode_as(raw, encoding, path), []
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError as error:
        sound = raw[: error.start].decode("utf-8")
        if sum(ord(c) > 0x7F for c in sound) >= 8:
            raise InputError(_bad_encoding(raw, error.start, path)) from error
    return _decode_as(raw, "gb18030", path), [texts.FILE_GBK_NOTE]


def _decode_as(raw: bytes, encoding: str, path: Path) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(_bad_encoding(raw, error.start, path)) from error


def _bad_encoding(raw: bytes, at: int, path: Path) -> Text:
    return texts.FILE_ENCODING.format(path=path, line=raw.count(b"\n", 0, at) + 1)


def _read_csv(path: Path) -> Table:
    text, notes = decode(path.read_bytes(), path)
    if not text.strip():
        raise InputError(texts.FILE_EMPTY.format(path=path))
    rows = _csv_rows(text, _delimiter(text), path)
    del text
    return table_from_rows(path, rows, notes)


def _delimiter(text: str) -> str:
    head = text[:20_000].splitlines()[:HEADER_SEARCH_ROWS]
    return max(
        _DELIMITERS, key=lambda d: max((headers.known_count(line.split(d)) for line in head), default=0)
    )


def _csv_rows(text: str, delimiter: str, path: Path) -> list[list[str]]:
    limit = csv.field_size_limit(CELL_LIMIT)
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise InputError(texts.FILE_QUOTE.format(path=path, row=len(rows) + 1)) from error
        rows = _lenient_rows(text, delimiter, path)
    finally:
        csv.field_size_limit(limit)
    return rows


def _lenient_rows(text: str, delimiter: str, path: Path) -> list[list[str]]:
    """Read rows whose quotation marks are not doubled; one that swallows the end of the file is an error."""
    lines = io.StringIO(text, newline="")
    rows: list[list[str]] = []
    reader = csv.reader(lines, delimiter=delimiter)
    last_start = 0
    while True:
        start = reader.line_num
        row = next(reader, None)
        if row is None:
            break
        last_start = start
        rows.append(row)
    tail = list(itertools.islice(io.StringIO(text, newline=""), last_start, None))
    if len(tail) > 1 and sum(line.count('"') for line in tail) % 2:
        raise InputError(texts.FILE_QUOTE.format(path=path, row=len(rows)))
    return rows


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
        No row, no known header, or nothing below it.
    """
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


def positions_with_text(table: Table, column: int) -> npt.NDArray[np.bool_]:
    """Mark the rows whose cell in a column holds text, shape (rows,)."""
    cells = table.columns[column]
    filled = np.array([bool(t.strip()) for t in cells.texts], dtype=bool)
    return filled[cells.codes] if len(filled) else np.zeros(len(table.rows), dtype=bool)


def rows_of(table: Table, positions: Iterable[int]) -> Iterator[list[str]]:
    """Yield the given rows as they were."""
    return (table.row(p) for p in positions)
