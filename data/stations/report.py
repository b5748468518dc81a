"""What an import says about a file: an outcome for every row, counts, warnings, notes, probable renames."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from data.stations import rejects, texts
from data.stations.arrays import choose
from data.stations.prepared import Prepared
from geo.texts import Text

REASONS_KEPT: Final = 20


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


def make_report(
    prepared: Prepared,
    outcomes: pd.DataFrame,
    rejects_path: Path | None,
    *,
    tombstoned: int = 0,
    renames: Sequence[Rename] = (),
) -> ImportReport:
    """Sum an import up.

    Parameters
    ----------
    prepared
        The file, with everything found in it.
    outcomes
        Per row position: ``row``, ``station_id``, ``outcome``, ``located``, ``public``.
    rejects_path
        Where the rejected rows are; None when there are none.
    tombstoned
        Stations withdrawn.
    renames
        Probable renames.
    """
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
            "station_id": choose(rejected, None, outcomes["station_id"].to_numpy(dtype=object)),
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
