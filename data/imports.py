"""Files of stations → the registry: read, check, match, merge, in one transaction, with an outcome for every row.

What a cell that states nothing means: the column is absent, or the cell is empty → what is registered stays. Only
in a row of an export (it carries 导出版本) does an empty cell clear the value: there every cell was filled by the
registry, so an emptied one is an edit. A row of an export whose station changed since is rejected with both values
when it was edited at all, whichever cells; left as it was exported, it changes nothing.

An import never deletes. ``replace_source`` tombstones what the source no longer lists; a tombstoned station that is
listed again comes back. Stations are told apart within their source: by station id, else code, else external id,
else name and address (``data/sql/imports/match.sql``). Unknown columns are named, never stored.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd

from data import db, fields, headers, model, readers, rejects, round_the_clock, statements, texts, words
from data.db import Connection
from data.errors import InputError
from geo import coordsys as systems
from geo import frames, vocabulary
from geo.coordsys import CoordSys
from geo.errors import CoordinateError
from geo.texts import Text

Progress = Callable[[Text, int, int], None]
"""Called with the step, rows done and rows in all."""

PUBLIC_AUDIENCE: Final = "outdoor_workers"
COPY_CHUNK_ROWS: Final = 20_000
REASONS_KEPT: Final = 20


@dataclass(frozen=True)
class ImportOptions:
    """What a person says about a file.

    Attributes
    ----------
    coordsys
        Coordinate system of the positions; needed when the file has positions and states none.
    audience
        Code or name of ``vocabulary.AUDIENCE`` for rows that state none; recorded in the provenance.
    source
        Name of the list; None = the file's name without its ending.
    replace_source
        Tombstone the stations of ``source`` that the file no longer lists.
    rejects_path
        Where rejected rows go, ``.csv`` or ``.xlsx``; None = beside the file, ``<name>.rejected.csv``.
    """

    coordsys: str | None = None
    audience: str | None = None
    source: str | None = None
    replace_source: bool = False
    rejects_path: Path | None = None


@dataclass(frozen=True)
class Counts:
    """How many rows ended how. ``unlocated`` and ``hidden`` count among the kept rows besides."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    unlocated: int = 0
    hidden: int = 0
    tombstoned: int = 0


@dataclass(frozen=True)
class Warned:
    """Something about rows that were kept: what, at which field, in which rows of the file."""

    field: str
    text: Text
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Rename:
    """A new row that may be a registered station under a new name: a person decides."""

    row: int
    name: str
    station_id: str
    old_name: str


@dataclass(frozen=True)
class ImportReport:
    """What became of a file.

    ``outcomes`` has one row per row of the file, in its order: ``row`` (its number in the file), ``outcome``
    (added, changed, unchanged, rejected), ``located`` (flag; False = kept without a position), ``station_id``
    (None when rejected), ``field`` and ``reason_zh``, ``reason_en`` (None unless rejected).
    """

    source: str
    counts: Counts
    outcomes: pd.DataFrame
    warnings: tuple[Warned, ...]
    notes: tuple[Text, ...]
    renames: tuple[Rename, ...]
    rejects_path: Path | None
    batch_id: int | None
    data_version: int | None


@dataclass
class Prepared:
    """A file read and checked, before any registry is asked."""

    path: Path
    table: readers.Table
    parsed: model.Parsed
    source: str
    coordsys: CoordSys | None
    new_ids: npt.NDArray[np.object_]
    notes: list[Text] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Rows of the file that are stations, rejected ones included; example rows are not."""
        return int((~self.parsed.examples).sum())


def prepare(path: Path, options: ImportOptions, *, progress: Progress | None = None) -> Prepared:
    """Read and check a file.

    Raises
    ------
    InputError
        The file as a whole cannot be used: see ``readers.read``, ``headers.match``, ``positions.read``.
    """
    coordsys, audience = _coordsys(options.coordsys), _audience(options.audience)
    if options.replace_source and not options.source:
        raise InputError(texts.SOURCE_MISSING)
    _report(progress, texts.STEP_READ, 0, 1)
    table = readers.read(path)
    found = headers.match(table.headers, str(path))
    _report(progress, texts.STEP_READ, 1, 1)
    _report(progress, texts.STEP_CHECK, 0, len(table.rows))
    source = _source(options.source, path)
    defaults = model.Defaults(coordsys, audience, source, options.source is not None)
    parsed = model.parse(table, found, defaults)
    notes = list(table.notes)
    if found.unknown:
        notes.append(texts.HEADER_UNKNOWN.format(columns=", ".join(fields.shown(h) for h in found.unknown)))
    if parsed.examples.any():
        notes.append(texts.EXAMPLE_ROWS.format(count=int(parsed.examples.sum())))
    prepared = Prepared(
        path, table, parsed, source, coordsys or found.coordsys, model.new_ids(parsed.frame), notes
    )
    _reject_twins(prepared)
    _report(progress, texts.STEP_CHECK, len(table.rows), len(table.rows))
    return prepared


def read_stations(
    path: Path, options: ImportOptions | None = None, *, progress: Progress | None = None
) -> tuple[pd.DataFrame, ImportReport]:
    """Read a file of stations without any database.

    Parameters
    ----------
    path, options
        As for ``import_file``; ``replace_source`` means nothing here. No rejects file is written unless
        ``options.rejects_path`` names one.

    Returns
    -------
    frame
        Contract ``geo.frames.STATIONS``: version 1, data version 0, street-facing unknown; ordered by
        ``station_id``. ``attrs["data_version"]`` is 0.
    report
        Every accepted row is ``added``.

    Raises
    ------
    InputError
        As ``prepare``.
    """
    options = options or ImportOptions()
    prepared = prepare(path, replace(options, replace_source=False), progress=progress)
    _reject_nameless(prepared, np.ones(len(prepared.table.rows), dtype=bool))
    frame = prepared.parsed.frame
    kept = ~_left_out(prepared)
    stations = _contract_frame(frame[kept], prepared.new_ids[kept])
    outcomes = pd.DataFrame({"row": prepared.table.rows, "station_id": prepared.new_ids}, dtype=object)
    outcomes["outcome"] = "added"
    outcomes["located"] = _located(frame)
    public = np.zeros(len(frame), dtype=bool)
    public[kept] = (stations["audience"] == PUBLIC_AUDIENCE).to_numpy()
    outcomes["public"] = public
    stations = stations.sort_values("station_id", ignore_index=True)
    stations.attrs["data_version"] = 0
    rejects_path = None if options.rejects_path is None else _write_rejects(prepared, options.rejects_path)
    return frames.check(stations, frames.STATIONS), _make_report(prepared, outcomes, rejects_path)


def import_file(
    conn: Connection,
    path: Path,
    options: ImportOptions | None = None,
    *,
    progress: Progress | None = None,
    actor: str = "import",
) -> ImportReport:
    """Import a file of stations into the registry.

    Parameters
    ----------
    conn
        A writer's connection, not in a transaction. The import is one transaction: a crash, a lost connection or
        an error leaves the registry as it was.
    path
        CSV, XLSX, GeoJSON or GeoPackage.
    options
        See ``ImportOptions``.
    progress
        Called a few times with step, done, total.
    actor
        Who does it, as the history will show.

    Returns
    -------
    report
        An outcome for every row. Importing the same file again changes nothing, not even the data version.

    Raises
    ------
    InputError
        The file as a whole cannot be used.
    DatabaseAway, DatabaseError
        As ``data.db``; nothing was changed.
    """
    options = options or ImportOptions()
    path = Path(path)
    prepared = prepare(path, options, progress=progress)
    with db.transaction(conn, actor=actor):
        registry = _Registry(conn, prepared)
        registry.stage(progress)
        outcomes = registry.settle()
        renames = registry.renames()
        tombstoned = registry.store(withdraw=prepared.source if options.replace_source else None)
        if (
            options.replace_source
            and ((outcomes["outcome"] == "rejected") & ~outcomes["matched"].astype(bool)).any()
        ):
            prepared.notes.append(texts.WARN_REJECTED_REPLACE)
        report = _make_report(prepared, outcomes, None, tombstoned=tombstoned, renames=renames)
        report = replace(
            report, batch_id=registry.record(options, report.counts), data_version=registry.version()
        )
        rejects_path = _write_rejects(prepared, options.rejects_path or _beside(path))
    return replace(report, rejects_path=rejects_path, notes=tuple(prepared.notes))


# -- what the options say


def _coordsys(name: str | None) -> CoordSys | None:
    if name is None:
        return None
    try:
        return systems.parse(name)
    except CoordinateError as error:
        raise InputError(error.args[0] if isinstance(error.args[0], Text) else str(error)) from error


def _audience(name: str | None) -> str | None:
    if name is None:
        return None
    code = words.code_of("audience", name)
    if code is None:
        raise InputError(texts.OPTION_AUDIENCE.format(value=name, choices=", ".join(vocabulary.AUDIENCE)))
    return code


def _source(name: str | None, path: Path) -> str:
    line, _ = fields.clean(name if name is not None else path.stem)
    return (line or "import")[: fields.LINE_LIMIT].strip()


def _beside(path: Path) -> Path:
    stem = path.name.removesuffix(path.suffix).removesuffix(".rejected")
    return path.with_name(f"{stem}.rejected.csv")


def _report(progress: Progress | None, step: Text, done: int, total: int) -> None:
    if progress is not None:
        progress(step, done, total)


# -- rows


def _left_out(prepared: Prepared) -> npt.NDArray[np.bool_]:
    return prepared.parsed.findings.rejected(len(prepared.table.rows)) | prepared.parsed.examples


def _located(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    if "lon" not in frame:
        return np.zeros(len(frame), dtype=bool)
    return np.isfinite(frame["lon"].to_numpy(dtype=np.float64))


def _reject_nameless(prepared: Prepared, rows: npt.NDArray[np.bool_]) -> None:
    """Refuse new stations without a name."""
    nameless = np.array([n is None for n in prepared.parsed.frame["name"]], dtype=bool)
    wrong = nameless & rows & ~_left_out(prepared)
    prepared.parsed.findings.reject(np.flatnonzero(wrong), "name", texts.ROW_NO_NAME)


def _reject_twins(prepared: Prepared) -> None:
    """Refuse a row that is the same station as an earlier one of the file, naming that row."""
    frame, findings = prepared.parsed.frame, prepared.parsed.findings
    kept = np.flatnonzero(~_left_out(prepared))
    rows = frame.iloc[kept]
    identified = np.zeros(len(rows), dtype=bool)
    for code in ("station_id", "code", "amap_id", "baidu_id", "osm_id"):
        if code not in rows:
            continue
        has = rows[code].notna().to_numpy()
        identified |= has
        keys = rows.loc[has, [code] if code == "station_id" else ["source", code]]
        _reject_repeated(prepared, keys, texts.FIELD_TITLE[code].zh)
    keyless = pd.Series(~identified, index=rows.index)
    keys = rows.reindex(columns=["source", "name", "address"])[rows["name"].notna()]
    keys = keys.drop(index=[i for i in findings.reasons if i in keys.index])
    if not keyless.any() or not keys.duplicated().any():
        return
    groups = keys.groupby(list(keys.columns), dropna=False, sort=False)
    first = pd.Series(keys.index, index=keys.index).groupby(groups.ngroup()).transform("first")
    label = f"{texts.FIELD_TITLE['name'].zh}、{texts.FIELD_TITLE['address'].zh}"
    for row, origin in first[first != first.index].items():
        if keyless[row] or keyless[origin]:
            _reject_twin(prepared, int(str(row)), int(origin), label)


def _reject_repeated(prepared: Prepared, keys: pd.DataFrame, label: str) -> None:
    if not keys.duplicated().any():
        return
    first: dict[tuple[object, ...], int] = {}
    for row, *key in keys.itertuples():
        origin = first.setdefault(tuple(key), int(row))
        if origin != row and row not in prepared.parsed.findings.reasons:
            _reject_twin(prepared, int(row), origin, label)


def _reject_twin(prepared: Prepared, row: int, origin: int, label: str) -> None:
    reason = texts.ROW_TWICE.format(row=int(prepared.table.rows[origin]), key=label)
    prepared.parsed.findings.reject([row], "name", reason)


# -- a frame without a registry


def _contract_frame(rows: pd.DataFrame, ids: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Fill the columns of the contract that the file does not state."""
    columns: dict[str, pd.Series] = {}
    for name, column in frames.STATIONS.columns.items():
        if column.kind == "number":
            values = rows[name].to_numpy(dtype=np.float64) if name in rows else np.full(len(rows), np.nan)
            columns[name] = pd.Series(values)
        elif column.kind == "flag":
            values = rows[name].to_numpy(dtype=bool) if name in rows else np.zeros(len(rows), dtype=bool)
            columns[name] = pd.Series(values)
        else:
            stated = (
                rows[name].to_numpy(dtype=object) if name in rows else np.full(len(rows), None, dtype=object)
            )
            filler = _FILLERS.get(name, "unknown" if column.required else None)
            columns[name] = pd.Series([filler if v is None else v for v in stated], dtype=object)
    columns["station_id"] = pd.Series(ids, dtype=object)
    columns["version"] = pd.Series(np.ones(len(rows)))
    columns["data_version"] = pd.Series(np.zeros(len(rows)))
    decoded = {
        name: {t: orjson.loads(t) for t in set(columns[name])} for name in ("external_ids", "facilities")
    }
    for name, values_by_text in decoded.items():
        columns[name] = pd.Series([values_by_text[t] for t in columns[name]], dtype=object)
    facts = _facts(columns["opening_hours"], columns["access_method"], columns["facilities"],
                   *(columns[f] for f in model.FACTS))  # fmt: skip
    for name, values in zip(model.FACTS, facts, strict=True):
        columns[name] = pd.Series(values, dtype=object)
    return pd.DataFrame(columns)


_FILLERS: Final = {
    "status": "open", "external_ids": "{}", "facilities": "{}", "updated_at": "1970-01-01T00:00:00Z",
}  # fmt: skip


def _facts(
    hours: Any, access: Any, facilities: Any, door: Any, unattended: Any, goods: Any
) -> list[list[str]]:
    """Work out the three 24-hour facts of each row; declared ones are kept."""
    found = [
        round_the_clock.three_facts(h, a, door_24h=d, unattended_24h=u, goods_24h=g, facilities=f)
        for h, a, f, d, u, g in zip(hours, access, facilities, door, unattended, goods, strict=True)
    ]
    return [list(values) for values in zip(*found, strict=True)] if found else [[], [], []]


# -- the registry


class _Registry:
    """The database side of one import, inside its transaction."""

    def __init__(self, conn: Connection, prepared: Prepared) -> None:
        self.conn = conn
        self.prepared = prepared
        frame = prepared.parsed.frame
        self.present = [c for c in frame.columns if c in _STAGED and c not in _UNCOMPARED]

    def run(self, name: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Run one statement of ``data/sql/imports``; return its rows."""
        with self.conn.cursor() as cursor:
            cursor.execute(statements.load(f"imports/{name}"), parameters or None)
            return cursor.fetchall() if cursor.description else []

    def stage(self, progress: Progress | None) -> None:
        """Copy the file's rows beside the registry."""
        self.run("lock")
        self.run("stage")
        columns = _staged_columns(self.prepared)
        chunks = _copy_chunks(
            columns, lambda done: _report(progress, texts.STEP_STORE, done, self.prepared.count)
        )
        with self.conn.cursor() as cursor:
            names = ", ".join(columns)
            cursor.copy_expert(f"COPY pg_temp.staged_station ({names}) FROM STDIN", _Stream(chunks))
            cursor.execute("ANALYZE pg_temp.staged_station")

    def settle(self) -> pd.DataFrame:
        """Decide what becomes of every row; nothing is written to the registry yet."""
        self.run("match")
        self._reject_matched_twins()
        self.run("merge", present=self.present)
        self._settle_stale()
        self._reject_taken_codes()
        self._work_out_facts()
        names = ("position", "station_id", "matched", "changed", "first_row", "located", "public")
        outcomes = pd.DataFrame(self.run("outcomes"), columns=list(names), dtype=object).set_index("position")
        nameless = np.zeros(len(self.prepared.table.rows), dtype=bool)
        nameless[outcomes.index[~outcomes["matched"].astype(bool)].to_numpy(dtype=np.int64)] = True
        before = len(self.prepared.parsed.findings.reasons)
        _reject_nameless(self.prepared, nameless)
        if len(self.prepared.parsed.findings.reasons) > before:
            self._sync_rejected()
        outcomes["row"] = self.prepared.table.rows[outcomes.index.to_numpy(dtype=np.int64)]
        matched, changed = outcomes["matched"].astype(bool), outcomes["changed"].astype(bool)
        outcomes["outcome"] = np.where(~matched, "added", np.where(changed, "changed", "unchanged"))
        rejected = self.prepared.parsed.findings.rejected(len(self.prepared.table.rows))
        outcomes.loc[rejected[outcomes.index.to_numpy(dtype=np.int64)], "outcome"] = "rejected"
        return outcomes

    def _reject_matched_twins(self) -> None:
        twins = self.run("twins")
        for row, first in twins:
            _reject_twin(self.prepared, row, first, texts.FIELD_TITLE["station_id"].zh)
        if twins:
            self._sync_rejected()

    def _settle_stale(self) -> None:
        dropped = []
        for row, was_deleted, edited, cells in self.run("stale", present=self.present):
            differing = orjson.loads(cells)
            if was_deleted:
                self.prepared.parsed.findings.reject([row], "version", texts.ROW_WITHDRAWN)
            elif edited and differing:
                self.prepared.parsed.findings.reject([row], "version", _stale_reason(differing))
            dropped.append(row)
        if dropped:
            self.run("drop_merged", rows=dropped)
            self._sync_rejected()

    def _reject_taken_codes(self) -> None:
        taken = self.run("codes_taken")
        for row, code, station_id in taken:
            reason = texts.ROW_CODE_TAKEN.format(code=fields.shown(code), station_id=station_id)
            self.prepared.parsed.findings.reject([row], "code", reason)
        if taken:
            self.run("drop_merged", rows=[row for row, _, _ in taken])
            self._sync_rejected()

    def _sync_rejected(self) -> None:
        self.run("reject_staged", rows=list(self.prepared.parsed.findings.reasons))

    def _work_out_facts(self) -> None:
        rows = self.run("facts_read")
        if not rows:
            return
        numbers, hours, access, facilities, *declared = zip(*rows, strict=True)
        door, unattended, goods = _facts(hours, access, [orjson.loads(f) for f in facilities], *declared)
        self.run("facts_write", rows=list(numbers), door=door, unattended=unattended, goods=goods)

    def renames(self) -> tuple[Rename, ...]:
        """List new rows that may be registered stations under a new name."""
        rows = self.prepared.table.rows
        return tuple(Rename(int(rows[r]), name, sid, old) for r, name, sid, old in self.run("renames"))

    def store(self, *, withdraw: str | None) -> int:
        """Write to the registry; return how many stations were tombstoned."""
        with self.conn.cursor() as cursor:
            tombstoned = 0
            if withdraw is not None:
                cursor.execute(statements.load("imports/withdraw"), {"source": withdraw})
                tombstoned = cursor.rowcount
            cursor.execute(statements.load("imports/update"))
            cursor.execute(statements.load("imports/insert"))
        return tombstoned

    def record(self, options: ImportOptions, counts: Counts) -> int:
        """Write the record of this import."""
        digest = hashlib.sha256(self.prepared.path.read_bytes()).hexdigest()
        said = {"audience": options.audience, "replace_source": options.replace_source}
        rows = self.run(
            "batch",
            source=self.prepared.source,
            file_name=fields.clean(self.prepared.path.name)[0] or "-",
            file_sha256=digest,
            coordsys=self.prepared.coordsys,
            options=orjson.dumps(said).decode(),
            counts=orjson.dumps(asdict(counts)).decode(),
        )
        return int(rows[0][0])

    def version(self) -> int:
        """Read the registry's data version."""
        with self.conn.cursor() as cursor:
            cursor.execute(statements.load("store/data_version"))
            row = cursor.fetchone()
        return int(row[0]) if row else 0


def _stale_reason(cells: dict[str, list[Any]]) -> Text:
    parts = []
    for name, (mine, theirs) in cells.items():
        title = texts.FIELD_TITLE.get(_TITLE_OF.get(name, name), Text(name, name))
        shown = {"mine": _shown(name, mine), "theirs": _shown(name, theirs)}
        cell = texts.ROW_STALE_CELL
        parts.append(Text(cell.zh.format(title=title.zh, **shown), cell.en.format(title=title.en, **shown)))
    return texts.ROW_STALE.format(cells="").__class__(
        texts.ROW_STALE.zh.format(cells="；".join(p.zh for p in parts)),
        texts.ROW_STALE.en.format(cells="; ".join(p.en for p in parts)),
    )


_TITLE_OF: Final = {"given_x": "lon", "given_y": "lat", "given_coordsys": "coordsys"}


def _shown(name: str, value: Any) -> str:
    if name == "facilities" and isinstance(value, dict):
        return words.facilities_text(value)
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    if value is None:
        return ""
    names = words.VOCABULARIES.get(name, {})
    return names[value].zh if value in names else str(value)


# -- COPY

_STAGED: Final = (
    "station_id", "code", "external_ids", "name", "address", "city", "district", "township", "adcode",
    "township_code", "brand", "operator", "host", "host_kind", "kind", "audience", "status", "status_reason",
    "floor", "capacity", "area_m2", "phone", "lon", "lat", "position_kind", "accuracy_m", "given_x", "given_y",
    "given_coordsys", "hours_posted", "opening_hours", "makeup_days", "hours_stated", "access_method", "door_24h",
    "unattended_24h", "goods_24h", "facilities", "street_door", "in_compound", "registration_required",
    "declared_by", "declared_on", "source", "provenance", "verified_at", "version", "data_version",
)  # fmt: skip
_UNCOMPARED: Final = frozenset(
    {"station_id", "lon", "lat", "hours_stated", "provenance", "version", "data_version"}
)
_WHOLE: Final = frozenset({"floor", "capacity", "version", "data_version"})
_COPY_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None})


def _staged_columns(prepared: Prepared) -> dict[str, list[str]]:
    """Make the COPY text of each column that the file states; example rows are left out."""
    frame = prepared.parsed.frame[~prepared.parsed.examples]
    rejected = prepared.parsed.findings.rejected(len(prepared.table.rows))[~prepared.parsed.examples]
    columns = {
        "row_no": [str(i) for i in frame.index],
        "rejected": ["t" if r else "f" for r in rejected],
        "exact": ["t" if v > 0 else "f" for v in frame["version"].to_numpy(dtype=np.float64)],
        "new_id": list(prepared.new_ids[~prepared.parsed.examples]),
    }
    for name in _STAGED:
        if name in frame and not frame[name].isna().all():
            columns[name] = _copy_texts(frame[name], whole=name in _WHOLE)
    for name, values in zip(model.FACTS, _new_facts(frame), strict=True):
        columns[f"computed_{name}"] = values
    return columns


def _new_facts(frame: pd.DataFrame) -> list[list[str]]:
    def column(name: str, filler: str | None) -> list[Any]:
        stated = frame[name] if name in frame else [None] * len(frame)
        return [filler if v is None else v for v in stated]

    decoded: dict[str, Any] = {t: orjson.loads(t) for t in set(column("facilities", "{}"))}
    facilities = [decoded[t] for t in column("facilities", "{}")]
    declared = (column(name, "unknown") for name in model.FACTS)
    return _facts(column("opening_hours", None), column("access_method", "unknown"), facilities, *declared)


def _copy_texts(values: pd.Series, *, whole: bool) -> list[str]:
    if values.dtype == bool:
        return ["t" if v else "f" for v in values]
    if values.dtype == np.float64:
        numbers = values.tolist()
        if whole:
            return ["\\N" if v != v else str(int(v)) for v in numbers]  # noqa: PLR0124 (NaN is not itself)
        return ["\\N" if v != v else repr(v) for v in numbers]  # noqa: PLR0124
    return ["\\N" if v is None else v.translate(_COPY_ESCAPES) if not _is_plain(v) else v for v in values]


def _is_plain(text: str) -> bool:
    return text.isprintable() and "\\" not in text


def _copy_chunks(columns: dict[str, list[str]], done: Callable[[int], None]) -> Iterator[str]:
    count = len(columns["row_no"])
    for start in range(0, count, COPY_CHUNK_ROWS):
        parts = [c[start : start + COPY_CHUNK_ROWS] for c in columns.values()]
        yield "\n".join(map("\t".join, zip(*parts, strict=True))) + "\n"
        done(min(start + COPY_CHUNK_ROWS, count))


class _Stream:
    """Chunks of text as the file that ``copy_expert`` reads, without holding them all."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._rest = ""

    def read(self, size: int = -1) -> str:
        """Return at most ``size`` characters; empty at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return ""
            self._rest = chunk
        piece, self._rest = (self._rest, "") if size < 0 else (self._rest[:size], self._rest[size:])
        return piece


# -- the report


def _write_rejects(prepared: Prepared, path: Path) -> Path | None:
    """Write the rejected rows as they were; None when there are none."""
    reasons = prepared.parsed.findings.reasons
    if not reasons:
        return None
    written = rejects.write(path, prepared.table, reasons)
    if written != path:
        prepared.notes.append(texts.WARN_REJECTS_AS_CSV.format(path=written))
    return written


def _make_report(
    prepared: Prepared,
    outcomes: pd.DataFrame,
    rejects_path: Path | None,
    *,
    tombstoned: int = 0,
    renames: Sequence[Rename] = (),
) -> ImportReport:
    findings = prepared.parsed.findings
    outcomes = outcomes[~prepared.parsed.examples[outcomes.index.to_numpy(dtype=np.int64)]]
    rejected = findings.rejected(len(prepared.table.rows))[outcomes.index.to_numpy(dtype=np.int64)]
    outcome = outcomes["outcome"].to_numpy(dtype=object).copy()
    outcome[rejected] = "rejected"
    ended = Counter(outcome)
    located = outcomes["located"].to_numpy(dtype=bool) & ~rejected
    hidden = int((~outcomes["public"].to_numpy(dtype=bool) & ~rejected).sum())
    counts = Counts(
        **{n: ended[n] for n in ("added", "changed", "unchanged", "rejected")},
        unlocated=int((~located & ~rejected).sum()),
        hidden=hidden,
        tombstoned=tombstoned,
    )
    if hidden:
        prepared.notes.append(texts.WARN_HIDDEN.format(count=hidden))
    table = pd.DataFrame(
        {
            "row": outcomes["row"].to_numpy(dtype=np.int64),
            "outcome": pd.Series(outcome, dtype=object).to_numpy(),
            "located": located,
            "station_id": np.where(rejected, None, outcomes["station_id"].to_numpy(dtype=object)),
        }
    ).astype({"outcome": object, "station_id": object})
    reasons = [_joined(findings.reasons.get(int(i))) for i in outcomes.index]
    for at, name in enumerate(("field", "reason_zh", "reason_en")):
        table[name] = pd.Series([r[at] for r in reasons], dtype=object)
    warned = tuple(
        Warned(
            code, note, tuple(int(n) for n in prepared.table.rows[sorted(set(rows) - set(findings.reasons))])
        )
        for (code, note), rows in findings.warnings.items()
    )
    return ImportReport(
        prepared.source, counts, table, tuple(w for w in warned if w.rows), tuple(prepared.notes), tuple(renames),
        rejects_path, None, None,
    )  # fmt: skip


def _joined(reasons: list[tuple[str, Text]] | None) -> tuple[str | None, str | None, str | None]:
    """Join the reasons of one row: fields and sentences of both languages."""
    if not reasons:
        return None, None, None
    sentences = [rejects.sentence(code, reason) for code, reason in reasons[:REASONS_KEPT]]
    codes = ", ".join(dict.fromkeys(code for code, _ in reasons if code)) or None
    return codes, "；".join(s.zh for s in sentences), "; ".join(s.en for s in sentences)
