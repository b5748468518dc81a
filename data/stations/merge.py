"""The database side of one import, inside its transaction: stage, match, merge, settle, store."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, cast

import numpy as np
import orjson
import pandas as pd

from data import statements
from data.postgres.db import Connection
from data.stations import fields, staging, texts, words
from data.stations.prepared import Prepared, reject_nameless, reject_twin
from data.stations.report import Counts, Rename
from geo.texts import Text

MANY_ROWS: Final = 1_000
"""An import that adds this many renews the planner's statistics, which autovacuum may take a minute to do."""


class Registry:
    """The database side of one import, inside its transaction."""

    def __init__(self, conn: Connection, prepared: Prepared) -> None:
        self.conn = conn
        self.prepared = prepared
        frame = prepared.parsed.frame
        self.present = [c for c in frame.columns if c in staging.STAGED and c not in staging.UNCOMPARED]

    def run(self, name: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Run one statement of ``data/sql/imports``; return its rows."""
        with self.conn.cursor() as cursor:
            cursor.execute(statements.load(f"imports/{name}"), parameters or None)
            return cursor.fetchall() if cursor.description else []

    def stage(self, done: Callable[[int], None]) -> None:
        """Copy the file's rows beside the registry."""
        self.run("lock")
        self.run("stage")
        columns = staging.staged_columns(self.prepared)
        chunks = staging.copy_chunks(columns, done)
        with self.conn.cursor() as cursor:
            names = ", ".join(columns)
            cursor.copy_expert(
                f"COPY pg_temp.staged_station ({names}) FROM STDIN", cast("Any", staging.Stream(chunks))
            )
            cursor.execute("ANALYZE pg_temp.staged_station")

    def settle(self) -> pd.DataFrame:
        """Decide what becomes of every row; nothing is written to the registry yet."""
        frame = self.prepared.parsed.frame
        stated = {f"has_{n}": n in frame and bool(frame[n].notna().any()) for n in _IDENTIFYING}
        self.run("match", **stated)
        self.run("analyze_matched")
        self._reject_matched_twins()
        self.run("merge", present=self.present)
        self.run("analyze_merged")
        self._note_merged_away()
        self._settle_stale()
        self._reject_taken_codes()
        self._work_out_facts()
        names = ("position", "station_id", "matched", "changed", "first_row", "located", "public")
        outcomes = pd.DataFrame(self.run("outcomes"), columns=list(names), dtype=object).set_index("position")
        nameless = np.zeros(len(self.prepared.table.rows), dtype=bool)
        nameless[outcomes.index[~outcomes["matched"].astype(bool)].to_numpy(dtype=np.int64)] = True
        before = len(self.prepared.parsed.findings.reasons)
        reject_nameless(self.prepared, nameless)
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
            reject_twin(self.prepared, row, first, texts.FIELD_TITLE["station_id"].zh)
        if twins:
            self._sync_rejected()

    def _note_merged_away(self) -> None:
        """Say which rows are a station that a person found to be another one: they change nothing."""
        for row, station_id, merged_into in self.run("merged_away"):
            note = texts.ROW_MERGED_AWAY.format(station_id=station_id, merged_into=merged_into)
            self.prepared.parsed.findings.warn([row], "station_id", note)

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
        door, unattended, goods = staging.facts(
            hours, access, [orjson.loads(f) for f in facilities], *declared
        )
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
            if cursor.rowcount >= MANY_ROWS:
                cursor.execute(statements.load("imports/analyze_stations"))
        return tombstoned

    def record(self, said: dict[str, object], counts: Counts) -> int:
        """Write the record of this import."""
        digest = hashlib.sha256(self.prepared.path.read_bytes()).hexdigest()
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
    return Text(
        texts.ROW_STALE.zh.format(cells="；".join(p.zh for p in parts)),
        texts.ROW_STALE.en.format(cells="; ".join(p.en for p in parts)),
    )


_IDENTIFYING: Final = ("station_id", "code", "external_ids")
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
