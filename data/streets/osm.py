"""An OSM extract into the street map of the registry: one file, one source, one transaction.

The file is read twice (a broken one is found before the database is touched); its rows go in by COPY in
portions, so memory holds the node locations and one portion, not the map.
"""

import csv
import hashlib
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

import orjson
import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812 (a class under a function's name)

from data import statements
from data.errors import InputError
from data.postgres import db
from data.postgres.db import Connection
from data.streets import osm_read, texts
from data.streets.osm_read import Reading, Row
from geo.frames import STREET_LAYERS
from geo.progress import Progress, silent
from geo.texts import Text

PORTION_ROWS: Final = 5_000
ACTOR: Final = "yizhan osm"
_TRAILING_DATES: Final = re.compile(
    r"(?:[-_. ](?:\d{4}[-_.]\d{2}[-_.]\d{2}|\d{4,8}|\d{6}T?\d*|latest|internal))+$"
)


@dataclass(frozen=True)
class OsmReport:
    """What an import did.

    Attributes
    ----------
    source, file_name
        Under which name, from which file.
    data_date
        Day of the data; None when the file does not tell.
    counts
        Objects stored per layer; every layer is there.
    lost
        Objects not stored, by reason: ``cut_at_border`` (stored, but shortened), ``no_line``, ``open_ring``,
        ``point_only``. Reasons that never occurred are absent.
    replaced_date
        Day of the data that was replaced; None when nothing was or when it had none.
    replaced
        Whether an earlier import of the same source was replaced.
    changed_places
        Places recorded as changed, whose stations want a new check; 0 when the file holds what was stored.
    elapsed_s
        Seconds.
    """

    source: str
    file_name: str
    data_date: date | None
    counts: dict[str, int]
    lost: dict[str, int]
    replaced: bool
    replaced_date: date | None
    changed_places: int
    elapsed_s: float

    def text(self) -> Text:
        """Say it in words, one line each."""
        lines = self.lines()
        return Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))

    def lines(self) -> list[Text]:
        """Say it in words, one line per layer and per reason."""
        head = texts.OSM_REPLACED if self.replaced else texts.OSM_ADDED
        return [
            head.format(source=self.source, date=self.data_date or "?", seconds=f"{self.elapsed_s:.1f}"),
            *(texts.OSM_LAYERS[layer].format(n=f"{n:,}") for layer, n in self.counts.items()),
            *(texts.OSM_LOST[reason].format(n=f"{n:,}") for reason, n in self.lost.items()),
            *([texts.OSM_CHANGED.format(n=f"{self.changed_places:,}")] if self.replaced else []),
        ]


def source_of(path: Path) -> str:
    """Name the source of a file: its stem without trailing dates.

    Examples
    --------
    >>> [source_of(Path(p)) for p in ("beijing-260101.osm.pbf", "town_2024_2026.osm.pbf", "2025.osm.pbf")]
    ['beijing', 'town', '2025']
    >>> source_of(Path("hebei-2026-01-31.pbf")), source_of(Path("hebei-latest.osm.pbf"))
    ('hebei', 'hebei')
    """
    stem = re.sub(r"(\.osm)?(\.pbf)?$", "", path.name)
    return _TRAILING_DATES.sub("", stem) or stem or path.name


def import_osm(
    conn: Connection,
    path: Path,
    *,
    source: str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> OsmReport:
    """Store the street map of one ``.osm.pbf`` file, replacing whole what the same source stored before.

    Parameters
    ----------
    conn
        A writer's connection with no transaction under way; this function commits, or rolls back whatever
        goes wrong.
    path
        The file.
    source
        Name of the source; the file's name without dates and endings when None.
    force
        Replace even newer data.
    progress
        Called now and then.

    Raises
    ------
    InputError
        The file cannot be used (see ``data.streets.osm_read.survey``), holds an object twice, or is older than what
        is stored. The database is as before.
    """
    begun = time.monotonic()
    path = Path(path)
    source = (source or source_of(path)).strip()
    progress(texts.OSM_SURVEYING, 0, 1)
    survey = osm_read.survey(path)
    reading = Reading()
    with db.transaction(conn, actor=ACTOR), conn.cursor() as cursor:
        cursor.execute(statements.load("osm/lock_source"), {"source": source})
        cursor.execute(statements.load("osm/stored_date"), {"source": source})
        stored = cursor.fetchone()
        _refuse_older(survey.data_date, stored, path, force=force)
        cursor.execute(statements.load("osm/keep_objects"), {"source": source})
        cursor.execute(statements.load("osm/delete_source"), {"source": source})
        sha256 = _sha256(path)
        announced = {
            "source": source,
            "file_name": path.name,
            "file_sha256": sha256,
            "data_date": survey.data_date,
        }
        cursor.execute(statements.load("osm/insert_source"), announced)
        rows = osm_read.read(path, reading)
        counts = _copy(
            cursor, source, rows, path, lambda: progress(texts.OSM_STORING, reading.done, survey.objects)
        )
        finished = {"source": source, "counts": orjson.dumps(counts).decode()}
        cursor.execute(statements.load("osm/finish_source"), finished)
        changed = _record_changes(cursor, source, other_file=None if stored is None else stored[1] != sha256)
    progress(texts.OSM_DONE, survey.objects, survey.objects)
    return OsmReport(
        source=source,
        file_name=path.name,
        data_date=survey.data_date,
        counts=counts,
        lost={reason: n for reason, n in sorted(reading.lost.items()) if n},
        replaced=stored is not None,
        replaced_date=stored[0] if stored else None,
        changed_places=changed,
        elapsed_s=time.monotonic() - begun,
    )


def _record_changes(cursor: Cursor, source: str, *, other_file: bool | None) -> int:
    """Record where the street map changed, so that only verdicts near there are stale; None = a new source."""
    if other_file is None:
        cursor.execute(statements.load("osm/record_whole"), {"source": source})
    else:
        values = {"source": source, "other_file": other_file}
        cursor.execute(statements.load("osm/record_changes"), values)
    recorded = int(cursor.rowcount)
    cursor.execute(statements.load("osm/forget_changes"))
    return recorded


def _copy(
    cursor: Cursor, source: str, rows: Iterator[Row], path: Path, after_portion: Callable[[], None]
) -> dict[str, int]:
    """Copy all rows, portion by portion, and count them by layer."""
    counts = dict.fromkeys(STREET_LAYERS, 0)
    try:
        for layer, chosen in _portions(rows):
            cursor.copy_expert(statements.load(f"osm/copy_{layer}"), _csv(source, chosen))
            counts[layer] += len(chosen)
            after_portion()
    except psycopg2.errors.UniqueViolation as error:
        raise InputError(texts.OSM_TWICE.format(path=path, detail=error.diag.message_detail)) from error
    if not any(counts.values()):
        raise InputError(texts.OSM_NOTHING_IN_IT.format(path=path))
    return counts


def _refuse_older(
    given: date | None, stored: tuple[date | None, str] | None, path: Path, *, force: bool
) -> None:
    stored_date = stored[0] if stored else None
    if not force and given and stored_date and given < stored_date:
        raise InputError(texts.OSM_OLDER.format(path=path, given=given, stored=stored_date))


def _portions(rows: Iterator[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Group a stream of rows by layer, a portion at a time."""
    while portion := list(islice(rows, PORTION_ROWS)):
        for layer in STREET_LAYERS:
            if chosen := [row for row in portion if row.layer == layer]:
                yield layer, chosen


def _csv(source: str, rows: list[Row]) -> io.StringIO:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows((source, *row.values, row.wkb) for row in rows)
    buffer.seek(0)
    return buffer


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
