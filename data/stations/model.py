"""What a station is: text tables → columns of stations, with the findings of every row.

Everything runs by column and once per distinct text. A column that a file does not have is absent from the frame;
a cell that states nothing is ``None`` or ``NaN``: both mean "not stated" and never overwrite, as
``data.stations.imports`` says.

Columns of the frame: the stored columns of ``yizhan.station`` that the file states, ``lon`` and ``lat`` in WGS-84
beside the numbers as given, ``external_ids``, ``facilities`` and ``provenance`` as JSON text, and

``hours_stated``    flag: posted hours or OSM hours are stated; the three hours columns then go together
``version``         of an exported row: the station's version at the time of the export; NaN otherwise
``data_version``    of an exported row: the registry's version at the time of the export; NaN otherwise
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd

from data.stations import fields, positions, texts
from data.stations.arrays import Mask, Objects, choose, is_stated, nothing
from data.stations.fields import FIELDS, Field, Reading
from data.stations.findings import Defaults, Findings
from data.stations.headers import Headers
from data.stations.tables import Cells, Table

NUMBERS: Final = ("floor", "capacity", "area_m2", "accuracy_m", "version", "data_version")
FACTS: Final = ("door_24h", "unattended_24h", "goods_24h")
PLATFORMS: Final = ("amap", "baidu", "osm")


@dataclass(frozen=True)
class Parsed:
    """The stations of a file: one row per row of the table, rejected ones included (see ``findings``)."""

    frame: pd.DataFrame
    findings: Findings
    examples: Mask

    @property
    def stated(self) -> tuple[str, ...]:
        """Names of the columns that the file states."""
        return tuple(self.frame.columns)


def parse(table: Table, found: Headers, defaults: Defaults) -> Parsed:
    """Read and validate every cell of a table.

    Parameters
    ----------
    table
        From ``data.stations.readers.read``.
    found
        From ``data.stations.headers.match``.
    defaults
        Coordinate system, audience and source for the rows that state none.

    Returns
    -------
    parsed
        As many rows as the table has, on a range index. Rows of the template that are marked as examples are
        masked in ``examples`` and have no findings.

    Raises
    ------
    InputError
        Positions without any coordinate system, or contradicting ones.
    """
    count = len(table.rows)
    findings = Findings()
    read = {code: Column(table.columns[at], FIELDS[code]) for code, at in found.fields.items()}
    examples = _examples(read.get("name"), count)
    exact = read["version"].numbers() > 0 if "version" in read else np.zeros(count, dtype=bool)
    for column in read.values():
        column.report(findings, exact)
    columns: dict[str, Any] = {}
    for code, column in read.items():
        if column.field.column is not None:
            columns[column.field.column] = column.numbers() if code in NUMBERS else column.values()
    for code in ("version", "data_version"):
        columns[code] = read[code].numbers() if code in read else np.full(count, np.nan)
    provenance = _Provenance(count)
    columns |= _hours(read, provenance, exact, findings)
    columns |= _facilities(read, provenance, exact)
    columns |= _external_ids(read, count)
    _facts(columns, read, provenance, exact)
    columns |= _audience(columns, provenance, defaults, exact)
    columns |= _source(columns, provenance, defaults, exact, count)
    columns |= positions.read(
        table, found, {k: read[k] for k in positions.CODES if k in read}, columns, defaults, findings
    )
    _require_names(columns, findings, exact, named="name" in read)
    _refuse_overflow(table, findings)
    columns["provenance"] = provenance.texts()
    for position in np.flatnonzero(examples):
        findings.reasons.pop(int(position), None)
    return Parsed(_frame(columns), findings, examples)


def _frame(columns: dict[str, Any]) -> pd.DataFrame:
    """Make a frame that keeps ``None`` as it is (pandas would turn texts into its own string type)."""
    series = {n: pd.Series(v, dtype=v.dtype, copy=False) for n, v in columns.items()}
    return pd.DataFrame(series, copy=False)


class Column:
    """One column, read once per distinct text.

    ``distinct`` holds the value of each distinct text (None = not stated), ``noted`` the readings that say more.
    """

    def __init__(self, cells: Cells, spec: Field) -> None:
        self.field = spec
        self.codes = cells.codes
        self.distinct: list[Any] = []
        self.noted: dict[int, Reading] = {}
        plain = fields.PLAIN.get(spec.read)
        for position, text in enumerate(cells.texts):
            value = plain(text) if plain is not None else None
            if value is None:
                reading = _read(text, spec)
                value = reading.value
                if reading.note is not None:
                    self.noted[position] = reading
            self.distinct.append(value)

    def values(self) -> Objects:
        """Return the value of every row; None where not stated."""
        distinct = np.empty(len(self.distinct) + 1, dtype=object)
        distinct[:-1] = self.distinct
        taken: Objects = distinct[self.codes]
        return taken

    def numbers(self) -> npt.NDArray[np.float64]:
        """Return the value of every row as a number; NaN where not stated."""
        distinct = np.array([np.nan if v is None else v for v in self.distinct], dtype=np.float64)
        taken: npt.NDArray[np.float64] = distinct[self.codes]
        return taken

    def report(self, findings: Findings, exact: Mask) -> None:
        """Turn the notes of distinct texts into findings of rows; a bad text of an exported row rejects it."""
        for (_, reading), rows in zip(
            self.noted.items(), rows_by_code(self.codes, list(self.noted)), strict=True
        ):
            assert reading.note is not None
            rejecting = np.full(len(rows), not reading.good and self.field.rejects)
            if not reading.good:
                rejecting |= exact[rows]
            findings.reject(rows[rejecting], self.field.code, reading.note)
            if not rejecting.all():
                findings.warn(rows[~rejecting], self.field.code, reading.note)


def _read(text: str, spec: Field) -> Reading:
    line, note = (text, None) if len(text) > _HUGE else fields.clean(text)
    if not line:
        return Reading(None, note)
    reading = spec.read(line)
    return reading if note is None or reading.note is not None else Reading(reading.value, note, reading.good)


_HUGE: Final = 100_000
"""Characters beyond which a cell is refused for its length without looking closer."""


def rows_by_code(codes: npt.NDArray[np.int64], wanted: list[int]) -> Iterator[npt.NDArray[np.int64]]:
    """Yield the rows that hold each wanted code; one sort for all of them."""
    if not wanted:
        return
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.searchsorted(ordered, wanted, side="left")
    ends = np.searchsorted(ordered, wanted, side="right")
    for start, end in zip(starts, ends, strict=True):
        yield order[start:end]


class _Provenance:
    """JSON of every row: what the import itself knows about where values come from. ``null`` removes a key."""

    def __init__(self, count: int) -> None:
        self.parts: list[Objects] = []
        self.count = count

    def add(self, key: str, values: Objects | Mask, spoken: Mask | None = None) -> None:
        """Add a key with one JSON-ready value per row (None = null) where ``spoken``; else the row is silent on it."""
        codes, distinct = pd.factorize(np.asarray(values, dtype=object), use_na_sentinel=False)
        name = orjson.dumps(key).decode()
        known = [None if _missing(v) else v for v in distinct]
        encoded = np.array([f"{name}:{orjson.dumps(v).decode()}" for v in known], dtype=object)[codes]
        self.parts.append(encoded if spoken is None else np.where(spoken, encoded, ""))

    def texts(self) -> Objects:
        """Return one JSON object per row."""
        if not self.parts:
            return np.full(self.count, "{}", dtype=object)
        rows = ["{" + ",".join(filter(None, parts)) + "}" for parts in zip(*self.parts, strict=True)]
        return np.array(rows, dtype=object)


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def _examples(name: Column | None, count: int) -> Mask:
    if name is None:
        return np.zeros(count, dtype=bool)
    marked = [v is not None and v.startswith(texts.EXAMPLE_MARK) for v in name.distinct]
    return np.array([*marked, False], dtype=bool)[name.codes]


def _hours(
    read: dict[str, Column], provenance: _Provenance, exact: Mask, findings: Findings
) -> dict[str, Any]:
    """Read posted hours, take over OSM hours; a row of an export that holds neither states that there are none."""
    if not {"hours_posted", "opening_hours"} & set(read):
        return {}
    posted, osm, makeup = (
        read[n].values() if n in read else nothing(len(exact))
        for n in ("hours_posted", "opening_hours", "makeup_days")
    )
    read_osm, read_makeup = _posted_hours(read.get("hours_posted"), findings, len(exact))
    has_osm, has_makeup = is_stated(osm), is_stated(makeup)
    complete = {"hours_posted", "opening_hours"} <= set(read)
    provenance.add("stated.opening_hours", choose(has_osm, True, None))
    columns = {
        "opening_hours": choose(has_osm, osm, read_osm),
        "makeup_days": choose(has_makeup, makeup, ~has_osm & read_makeup).astype(bool),
        "hours_stated": has_osm | is_stated(posted) | (exact & complete),
    }
    return columns | ({"hours_posted": posted} if "hours_posted" in read else {})


def _posted_hours(column: Column | None, findings: Findings, count: int) -> tuple[Objects, Mask]:
    """Read posted hours once per distinct text; what cannot be read is unknown, and said."""
    if column is None:
        return nothing(count), np.zeros(count, dtype=bool)
    from data.hours import posted  # noqa: PLC0415 (its evaluator is slow to load)

    read = [None if text is None else posted.read(text) for text in column.distinct]
    unread = [i for i, r in enumerate(read) if r is not None and r.opening_hours is None]
    for i, rows in zip(unread, rows_by_code(column.codes, unread), strict=True):
        note = texts.ROW_HOURS_UNREAD.format(value=fields.shown(column.distinct[i]))
        findings.warn(rows, "hours_posted", note)
    osm = np.array([None if r is None else r.opening_hours for r in read] + [None], dtype=object)
    makeup = np.array([r is not None and r.makeup_days for r in read] + [False], dtype=bool)
    return osm[column.codes], makeup[column.codes]


def _facilities(read: dict[str, Column], provenance: _Provenance, exact: Mask) -> dict[str, Any]:
    column = read.get("facilities")
    if column is None:
        return {}
    states, unknown = [], []
    for found in column.distinct:
        states.append(None if found is None else orjson.dumps(found.states).decode())
        unknown.append("、".join(found.unknown) or None if found is not None else None)
    listed = np.array([*states, None], dtype=object)[column.codes]
    words = np.array([*unknown, None], dtype=object)[column.codes]
    provenance.add("unknown_facilities", words, is_stated(listed) | exact)
    return {"facilities": listed}


def _external_ids(read: dict[str, Column], count: int) -> dict[str, Any]:
    given = [(p, read[f"{p}_id"].values()) for p in PLATFORMS if f"{p}_id" in read]
    if not given:
        return {}
    rows = zip(*(values for _, values in given), strict=True)
    names = [p for p, _ in given]
    ids = [{n: v for n, v in zip(names, row, strict=True) if v is not None} for row in rows]
    encoded = [orjson.dumps(i).decode() if i else None for i in ids]
    return {"external_ids": np.array(encoded, dtype=object).reshape(count)}


def _facts(columns: dict[str, Any], read: dict[str, Column], provenance: _Provenance, exact: Mask) -> None:
    """Remember which 24-hour facts are stated; the others are worked out again when their grounds change."""
    for name in FACTS:
        if name in read:
            stated = is_stated(columns[name])
            provenance.add(f"stated.{name}", choose(stated, True, None), stated | exact)


def _audience(
    columns: dict[str, Any], provenance: _Provenance, defaults: Defaults, exact: Mask
) -> dict[str, Any]:
    """Say who is served: as the row states, else as the import says, which the provenance then keeps."""
    count = len(exact)
    if defaults.audience is None:
        if "audience" in columns:
            stated = is_stated(columns["audience"]) & ~exact
            provenance.add("audience", nothing(count), stated)
        return {}
    stated = columns.get("audience", nothing(count))
    silent = ~is_stated(stated)
    provenance.add("audience", choose(silent, "import", None), silent | ~exact)
    return {"audience": choose(silent, defaults.audience, stated)}


def _source(
    columns: dict[str, Any], provenance: _Provenance, defaults: Defaults, exact: Mask, count: int
) -> dict[str, Any]:
    """Name the list that a row belongs to: of an exported row its own, else the import's, else its column."""
    stated = columns.get("source", nothing(count))
    has = is_stated(stated)
    use = has & exact if defaults.source_given else has
    if "source" in columns and defaults.source_given:
        provenance.add("stated_source", choose(has & ~use, stated, None), has & ~exact)
    return {"source": choose(use, stated, defaults.source)}


def _require_names(columns: dict[str, Any], findings: Findings, exact: Mask, *, named: bool) -> None:
    """Refuse a row without a name, unless its station id says which station it is."""
    count = len(exact)
    name = columns.setdefault("name", nothing(count))
    ids = columns.get("station_id", nothing(count))
    empty = ~is_stated(name) & (~is_stated(ids) | (exact & named))
    for row in np.flatnonzero(empty):
        if all(code != "name" for code, _ in findings.reasons.get(int(row), ())):
            findings.reject([int(row)], "name", texts.ROW_NO_NAME)


def _refuse_overflow(table: Table, findings: Findings) -> None:
    """Refuse rows with text beyond the header: most often a comma that lacks its quotation marks."""
    beyond = [np.array([bool(t.strip()) for t in c.texts], dtype=bool)[c.codes]
              for h, c in zip(table.headers, table.columns, strict=True) if not h]  # fmt: skip
    if not beyond:
        return
    extra = np.sum(beyond, axis=0)
    for row in np.flatnonzero(extra):
        findings.reject([int(row)], "", texts.ROW_TOO_WIDE.format(count=int(extra[row])))


def new_ids(frame: pd.DataFrame) -> Objects:
    """Make the station id of each row that has none, from what identifies it within its source.

    Parameters
    ----------
    frame
        With ``source`` and ``name``; ``code``, ``external_ids`` and ``address`` where stated.

    Returns
    -------
    ids
        The stated ``station_id`` where there is one; else ``yz-`` and 16 characters of the BLAKE2b hash of the
        source with the code, else the external ids, else name and address. The same row gives the same id in
        every registry.
    """
    count = len(frame)

    def column(name: str) -> Objects:
        return frame[name].to_numpy(dtype=object) if name in frame else nothing(count)

    rows = zip(*(column(n) for n in ("source", "code", "external_ids", "name", "address")), strict=True)
    digests = b"".join(
        hashlib.blake2b(_key(*row).encode(), digest_size=_DIGEST_BYTES).digest() for row in rows
    )
    # Ten bytes are sixteen characters with none to spare, so all rows are encoded in one go.
    text = base64.b32encode(digests).decode().lower()
    made = (f"yz-{text[at : at + _ID_CHARACTERS]}" for at in range(0, len(text), _ID_CHARACTERS))
    ids = [m if given is None else given for m, given in zip(made, column("station_id"), strict=True)]
    return np.array(ids, dtype=object).reshape(count)


_DIGEST_BYTES: Final = 10
_ID_CHARACTERS: Final = 16


def _key(source: Any, code: Any, ids: Any, name: Any, address: Any) -> str:
    if code is not None:
        return f"{source}\x1fcode\x1f{code}"
    if ids is not None:
        return f"{source}\x1fids\x1f{ids}"
    return f"{source}\x1fname\x1f{name or ''}\x1f{address or ''}"
