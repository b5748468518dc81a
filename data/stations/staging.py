"""Checked rows → the text that COPY reads, and the 24-hour facts of stations."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import orjson
import pandas as pd

from data.hours import round_the_clock
from data.stations import model
from data.stations.prepared import Prepared

COPY_CHUNK_ROWS: Final = 20_000

STAGED: Final = (
    "station_id", "code", "external_ids", "name", "address", "city", "district", "township", "adcode",
    "township_code", "brand", "operator", "host", "host_kind", "kind", "audience", "status", "status_reason",
    "floor", "capacity", "area_m2", "phone", "lon", "lat", "position_kind", "accuracy_m", "given_x", "given_y",
    "given_coordsys", "hours_posted", "opening_hours", "makeup_days", "hours_stated", "access_method", "door_24h",
    "unattended_24h", "goods_24h", "facilities", "street_door", "in_compound", "registration_required",
    "declared_by", "declared_on", "source", "provenance", "verified_at", "version", "data_version",
)  # fmt: skip
UNCOMPARED: Final = frozenset(
    {"station_id", "lon", "lat", "hours_stated", "provenance", "version", "data_version"}
)
_WHOLE: Final = frozenset({"floor", "capacity", "version", "data_version"})
_COPY_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None})


def staged_columns(prepared: Prepared) -> dict[str, list[str]]:
    """Make the COPY text of each column that the file states; example rows are left out."""
    frame = prepared.parsed.frame[~prepared.parsed.examples]
    rejected = prepared.parsed.findings.rejected(len(prepared.table.rows))[~prepared.parsed.examples]
    columns = {
        "row_no": [str(i) for i in frame.index],
        "rejected": ["t" if r else "f" for r in rejected],
        "exact": ["t" if v > 0 else "f" for v in frame["version"].to_numpy(dtype=np.float64)],
        "new_id": list(prepared.new_ids[~prepared.parsed.examples]),
    }
    for name in STAGED:
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
    return facts(column("opening_hours", None), column("access_method", "unknown"), facilities, *declared)


def _copy_texts(values: pd.Series, *, whole: bool) -> list[str]:
    if values.dtype == bool:
        return ["t" if v else "f" for v in values]
    if values.dtype == np.float64:
        numbers = values.tolist()
        if whole:
            return ["\\N" if v != v else str(int(v)) for v in numbers]  # noqa: PLR0124 (NaN is not itself)
        return ["\\N" if v != v else repr(v) for v in numbers]  # noqa: PLR0124
    stated = ["" if v is None else v for v in values]
    joined = "".join(stated)
    if any(special in joined for special in "\\\t\n\r\x00"):
        stated = [t.translate(_COPY_ESCAPES) for t in stated]
    return ["\\N" if v is None else t for v, t in zip(values, stated, strict=True)]


def copy_chunks(columns: dict[str, list[str]], done: Callable[[int], None]) -> Iterator[str]:
    """Yield the rows as COPY text, some thousands at a time; ``done`` is told how many rows were yielded."""
    count = len(columns["row_no"])
    for start in range(0, count, COPY_CHUNK_ROWS):
        parts = [c[start : start + COPY_CHUNK_ROWS] for c in columns.values()]
        yield "\n".join(map("\t".join, zip(*parts, strict=True))) + "\n"
        done(min(start + COPY_CHUNK_ROWS, count))


class Stream:
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


def facts(
    hours: Any, access: Any, facilities: Any, door: Any, unattended: Any, goods: Any
) -> list[list[str]]:
    """Work out the three 24-hour facts of each row, once per distinct grounds; declared ones are kept.

    Parameters
    ----------
    hours, access, facilities, door, unattended, goods
        Sequences of one length: OSM hours or None, way in, facility code to state, the facts as declared.

    Returns
    -------
    columns
        Door, unattended entry, goods: three lists of that length.
    """
    vending = [f.get(_GOODS_FACILITY) for f in facilities]
    grounds = list(zip(hours, access, vending, door, unattended, goods, strict=True))
    found = {ground: _facts_of(*ground) for ground in set(grounds)}
    columns = zip(*(found[ground] for ground in grounds), strict=True)
    return [list(values) for values in columns] if grounds else [[], [], []]


_GOODS_FACILITY: Final = "vending_24h"
"""The only facility that tells anything about 24 hours."""


def _facts_of(
    hours: str | None, access: str, vending: str | None, door: str, unattended: str, goods: str
) -> round_the_clock.Facts:
    facilities = {} if vending is None else {_GOODS_FACILITY: vending}
    return round_the_clock.three_facts(
        hours, access, door_24h=door, unattended_24h=unattended, goods_24h=goods, facilities=facilities
    )
