"""Files of stations → the registry: read, check, match, merge, in one transaction, with an outcome for every row.

What a cell that states nothing means: the column is absent, or the cell is empty → what is registered stays. Only
in a row of an export (it carries 导出版本) does an empty cell clear the value: there every cell was filled by the
registry, so an emptied one is an edit. A row of an export whose station changed since is rejected with both values
when it was edited at all, whichever cells; left as it was exported, it changes nothing.

An import never deletes. ``replace_source`` tombstones what the source no longer lists; a tombstoned station that is
listed again comes back. Stations are told apart within their source: by station id, else code, else external id,
else name and address (``data/sql/imports/match.sql``). Unknown columns are named, never stored.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd

from data.errors import InputError
from data.postgres import db
from data.postgres.db import Connection
from data.stations import fields, headers, model, readers, rejects, staging, texts, words
from data.stations.arrays import paused_collection
from data.stations.findings import Defaults
from data.stations.merge import Registry
from data.stations.prepared import Prepared, reject_nameless, reject_twins
from data.stations.report import Counts, ImportReport, Rename, Warned, make_report
from geo import coordsys as systems
from geo import frames, vocabulary
from geo.coordsys import CoordSys
from geo.errors import CoordinateError
from geo.progress import Progress, silent
from geo.texts import Text

__all__ = [
    "Counts", "ImportOptions", "ImportReport", "Rename", "Warned", "import_file", "prepare",
    "read_stations",
]  # fmt: skip

PUBLIC_AUDIENCE: Final = "outdoor_workers"


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


def prepare(path: Path, options: ImportOptions, *, progress: Progress = silent) -> Prepared:
    """Read and check a file.

    Raises
    ------
    InputError
        The file as a whole cannot be used: see ``readers.read``, ``headers.match``, ``positions.read``.
    """
    coordsys, audience = _coordsys(options.coordsys), _audience(options.audience)
    if options.replace_source and not options.source:
        raise InputError(texts.SOURCE_MISSING)
    progress(texts.STEP_READ, 0, 1)
    table = readers.read(path)
    found = headers.match(table.headers, str(path))
    progress(texts.STEP_READ, 1, 1)
    progress(texts.STEP_CHECK, 0, len(table.rows))
    source = _source(options.source, path)
    defaults = Defaults(coordsys, audience, source, options.source is not None)
    parsed = model.parse(table, found, defaults)
    notes = [*table.notes, *parsed.findings.notes]
    if found.unknown:
        notes.append(texts.HEADER_UNKNOWN.format(columns=", ".join(fields.shown(h) for h in found.unknown)))
    if table.points is not None and (unused := [c for c in ("lon", "lat", "position") if c in found.fields]):
        titles = ", ".join(table.headers[found.fields[c]] for c in unused)
        notes.append(texts.FILE_GEOMETRY.format(columns=titles))
    if parsed.examples.any():
        notes.append(texts.EXAMPLE_ROWS.format(count=int(parsed.examples.sum())))
    prepared = Prepared(
        path, table, parsed, source, coordsys or found.coordsys, model.new_ids(parsed.frame), notes
    )
    reject_twins(prepared)
    progress(texts.STEP_CHECK, len(table.rows), len(table.rows))
    return prepared


def read_stations(
    path: Path, options: ImportOptions | None = None, *, progress: Progress = silent
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
    reject_nameless(prepared, np.ones(len(prepared.table.rows), dtype=bool))
    frame = prepared.parsed.frame
    kept = ~prepared.left_out
    stations = _contract_frame(frame[kept], prepared.new_ids[kept])
    outcomes = pd.DataFrame({"row": prepared.table.rows, "station_id": prepared.new_ids}, dtype=object)
    outcomes["outcome"] = "added"
    outcomes["located"] = prepared.located
    public = np.zeros(len(frame), dtype=bool)
    public[kept] = (stations["audience"] == PUBLIC_AUDIENCE).to_numpy()
    outcomes["public"] = public
    stations = stations.sort_values("station_id", ignore_index=True)
    stations.attrs["data_version"] = 0
    rejects_path = None if options.rejects_path is None else _write_rejects(prepared, options.rejects_path)
    return frames.check(stations, frames.STATIONS), make_report(prepared, outcomes, rejects_path)


def import_file(
    conn: Connection,
    path: Path,
    options: ImportOptions | None = None,
    *,
    progress: Progress = silent,
    actor: str = "import",
    inspect: Callable[[Connection, Prepared], None] | None = None,
    settle: Callable[[ImportReport], None] | None = None,
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
    inspect
        Looks at the checked file before anything is stored; raises ``InputError`` to refuse it as a whole.
    settle
        Called with the report inside the transaction, as its last act.

    Returns
    -------
    report
        An outcome for every row. Importing the same file again changes nothing, not even the data version.

    Raises
    ------
    InputError
        The file as a whole cannot be used.
    DatabaseAway, DatabaseError
        As ``data.postgres.db``; nothing was changed.
    """
    options = options or ImportOptions()
    path = Path(path)
    with paused_collection():
        prepared = prepare(path, options, progress=progress)
    if inspect is not None:
        with db.transaction(conn):
            inspect(conn, prepared)
    said: dict[str, object] = {"audience": options.audience, "replace_source": options.replace_source}
    with db.transaction(conn, actor=actor):
        registry = Registry(conn, prepared)
        with paused_collection():
            registry.stage(lambda done: progress(texts.STEP_STORE, done, prepared.count))
        outcomes = registry.settle()
        renames = registry.renames()
        tombstoned = registry.store(withdraw=prepared.source if options.replace_source else None)
        if (
            options.replace_source
            and ((outcomes["outcome"] == "rejected") & ~outcomes["matched"].astype(bool)).any()
        ):
            prepared.notes.append(texts.WARN_REJECTED_REPLACE)
        report = make_report(prepared, outcomes, None, tombstoned=tombstoned, renames=renames)
        report = replace(
            report, batch_id=registry.record(said, report.counts), data_version=registry.version()
        )
        rejects_path = _write_rejects(prepared, options.rejects_path or _beside(path))
        report = replace(report, rejects_path=rejects_path, notes=tuple(prepared.notes))
        if settle is not None:
            settle(report)
    return report


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
    return path.with_name(f"{path.name.removesuffix(path.suffix)}.rejected.csv")


# -- a frame without a registry


def _contract_frame(rows: pd.DataFrame, ids: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Fill the columns of the contract that the file does not state."""
    columns: dict[str, pd.Series] = {}
    for name, column in frames.STATIONS.columns.items():
        if column.kind == "number":
            values = rows[name].to_numpy(dtype=np.float64) if name in rows else np.full(len(rows), np.nan)
            columns[name] = pd.Series(values)
        elif column.kind == "flag":
            flags = rows[name].to_numpy(dtype=bool) if name in rows else np.zeros(len(rows), dtype=bool)
            columns[name] = pd.Series(flags)
        else:
            stated = (
                rows[name].to_numpy(dtype=object) if name in rows else np.full(len(rows), None, dtype=object)
            )
            filler = _FILLERS.get(name, "unknown" if column.required else None)
            columns[name] = pd.Series([filler if v is None else v for v in stated], dtype=object)
    columns["station_id"] = pd.Series(ids, dtype=object)
    columns["version"] = pd.Series(np.ones(len(rows)))
    columns["data_version"] = pd.Series(np.zeros(len(rows)))
    decoded = {name: {t: orjson.loads(t) for t in set(columns[name])} for name in _JSON}
    for name, values_by_text in decoded.items():
        columns[name] = pd.Series([values_by_text[t] for t in columns[name]], dtype=object)
    worked_out = staging.facts(columns["opening_hours"], columns["access_method"], columns["facilities"],
                   *(columns[f] for f in model.FACTS))  # fmt: skip
    for name, codes in zip(model.FACTS, worked_out, strict=True):
        columns[name] = pd.Series(codes, dtype=object)
    return pd.DataFrame(columns)


_JSON: Final = ("external_ids", "facilities", "visited")
_FILLERS: Final = dict.fromkeys(_JSON, "{}") | {
    "status": "open", "updated_at": "1970-01-01T00:00:00Z",
}  # fmt: skip


def _write_rejects(prepared: Prepared, path: Path) -> Path | None:
    """Write the rejected rows as they were; None when there are none."""
    reasons = prepared.parsed.findings.reasons
    if not reasons:
        return None
    if path.resolve() == prepared.path.resolve():
        raise InputError(texts.REJECTS_OVER_INPUT.format(path=path))
    try:
        written = rejects.write(path, prepared.table, reasons)
    except OSError as error:
        raise InputError(texts.REJECTS_UNWRITABLE.format(path=path, why=error.strerror or error)) from error
    if written != path:
        prepared.notes.append(texts.WARN_REJECTS_AS_CSV.format(path=written))
    return written
