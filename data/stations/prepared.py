"""A file of stations read and checked, before any registry is asked; and the checks between its rows."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd

from data.stations import model, texts
from data.stations.tables import Table
from geo.coordsys import CoordSys
from geo.texts import Text

Mask = npt.NDArray[np.bool_]


@dataclass
class Prepared:
    """A file read and checked, before any registry is asked."""

    path: Path
    table: Table
    parsed: model.Parsed
    source: str
    coordsys: CoordSys | None
    new_ids: npt.NDArray[np.object_]
    notes: list[Text] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Rows of the file that are stations, rejected ones included; example rows are not."""
        return int(np.count_nonzero(~self.parsed.examples))

    @property
    def left_out(self) -> Mask:
        """Rows that are rejected so far, or examples, shape (rows of the table,)."""
        return self.parsed.findings.rejected(len(self.table.rows)) | self.parsed.examples

    @property
    def located(self) -> Mask:
        """Rows with a position, shape (rows of the table,)."""
        frame = self.parsed.frame
        if "lon" not in frame:
            return np.zeros(len(frame), dtype=bool)
        return np.asarray(np.isfinite(frame["lon"].to_numpy(dtype=np.float64)))


def reject_nameless(prepared: Prepared, rows: npt.NDArray[np.bool_]) -> None:
    """Refuse new stations without a name."""
    nameless = np.array([n is None for n in prepared.parsed.frame["name"]], dtype=bool)
    wrong = nameless & rows & ~prepared.left_out
    prepared.parsed.findings.reject(np.flatnonzero(wrong), "name", texts.ROW_NO_NAME)


def reject_twins(prepared: Prepared) -> None:
    """Refuse a row that is the same station as an earlier one of the file, naming that row."""
    frame, findings = prepared.parsed.frame, prepared.parsed.findings
    kept = np.flatnonzero(~prepared.left_out)
    rows = frame.iloc[kept]
    identified = np.zeros(len(rows), dtype=bool)
    rows = _with_platform_ids(rows)
    for code in ("station_id", "code", *(f"{platform}_id" for platform in model.PLATFORMS)):
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
    for row, origin in zip(keys.index.tolist(), first.tolist(), strict=True):
        if row != origin and (keyless[row] or keyless[origin]):
            reject_twin(prepared, row, origin, label)


def _with_platform_ids(rows: pd.DataFrame) -> pd.DataFrame:
    """Spread the JSON of ``external_ids`` over one column per platform, None where a row states none."""
    if "external_ids" not in rows:
        return rows
    stated = [{} if text is None else orjson.loads(text) for text in rows["external_ids"]]
    spread = {
        f"{platform}_id": pd.Series([ids.get(platform) for ids in stated], index=rows.index, dtype="object")
        for platform in model.PLATFORMS
    }
    return rows.assign(**spread)


def _reject_repeated(prepared: Prepared, keys: pd.DataFrame, label: str) -> None:
    if not keys.duplicated().any():
        return
    first: dict[tuple[object, ...], int] = {}
    for row, *key in keys.itertuples():
        origin = first.setdefault(tuple(key), int(row))
        if origin != row and row not in prepared.parsed.findings.reasons:
            reject_twin(prepared, int(row), origin, label)


def reject_twin(prepared: Prepared, row: int, origin: int, label: str) -> None:
    """Refuse a row as the same station as an earlier one; ``label`` says by what."""
    reason = texts.ROW_TWICE.format(row=int(prepared.table.rows[origin]), key=label)
    prepared.parsed.findings.reject([row], "name", reason)
