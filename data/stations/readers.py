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
from pathlib import Path
from typing import Final

from data.errors import InputError
from data.stations import headers, texts
from data.stations.tables import HEADER_SEARCH_ROWS, Table, table_from_rows
from geo.texts import Text

CELL_LIMIT: Final = 2**30
_DELIMITERS: Final = (",", "\t", ";")


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
        from data.stations import workbook  # noqa: PLC0415 (openpyxl is slow to load and most imports are CSV)

        rows, notes = workbook.read(path)
        return table_from_rows(path, rows, notes)
    if suffix in {".geojson", ".json", ".gpkg"}:
        from data.stations import layers  # noqa: PLC0415 (GDAL is slow to load)

        return layers.read(path)
    raise InputError(texts.FILE_KIND.format(suffix=suffix or path.name))


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
