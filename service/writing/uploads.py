"""One uploaded list: checked for size, imported in one transaction, answered, and answered again on a replay."""

import hashlib
import re
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from data.editing import answers
from data.editing.answers import Kept
from data.errors import InputError
from data.postgres import db
from data.postgres.db import Connection
from data.stations import imports
from data.stations.imports import ImportOptions, ImportReport
from geo.texts import Text
from service import guarding, scratch
from service.errors import ReplayError, RunningError, TooLargeError
from service.writing import texts

PREFIX: Final = "yizhan-upload-"
"""Of the folders in which lists lie while they are imported."""
LISTED: Final = 100
"""Rejected rows, renames and rows of a warning that an answer lists."""
UNPACKED_TIMES: Final = 30
"""How many times larger than the largest body a packed workbook may unpack to."""
_OPTION: Final = re.compile(r"--(coordsys|audience|source|replace-source|force)(?![a-z-])")


@dataclass(frozen=True)
class Upload:
    """What was sent: by the holder of which key, under which idempotency key, with which parameters."""

    holder: str
    key: str
    actor: str
    filename: str
    said: dict[str, Any]
    chunks: list[bytes]
    most_bytes: int

    def digest(self) -> str:
        """Name the request: its parameters and its body."""
        digest = hashlib.sha256(orjson.dumps(self.said, option=orjson.OPT_SORT_KEYS) + b"\0")
        for chunk in self.chunks:
            digest.update(chunk)
        return digest.hexdigest()


class Answer(NamedTuple):
    """What to answer: the JSON, and whether it is the answer of an earlier request."""

    body: str
    replayed: bool


def carry_out(conn: Connection, upload: Upload) -> Answer:
    """Import a list, or repeat what was answered to the same request.

    Parameters
    ----------
    conn
        A writer's, not in a transaction.

    Raises
    ------
    RunningError, ReplayError
        The same request is under way; the key was used for another one.
    InputError, TooLargeError
        The file as a whole cannot be used.
    """
    digest = upload.digest()
    with answers.alone(conn, upload.holder, upload.key) as held:
        if not held:
            raise RunningError(texts.STILL_RUNNING, headers={"retry-after": "5"})
        with db.transaction(conn):
            kept = answers.find(conn, upload.holder, upload.key)
        if kept is not None:
            if kept.request_sha256 != digest:
                raise ReplayError(texts.KEY_REUSED)
            return Answer(kept.answer, replayed=True)
        with scratch.folder(PREFIX) as folder:
            try:
                return Answer(_import(conn, upload, digest, folder), replayed=False)
            except InputError as error:
                raise InputError(_over_http(error.text, folder)) from error


def _import(conn: Connection, upload: Upload, digest: str, folder: Path) -> str:
    path = folder / upload.filename
    with path.open("wb") as file:
        file.writelines(upload.chunks)
    _refuse_bombs(path, UNPACKED_TIMES * upload.most_bytes)
    said = upload.said
    options = ImportOptions(
        coordsys=said.get("coordsys"),
        audience=said.get("audience"),
        source=said.get("source"),
        replace_source=said.get("replace_source", False),
        rejects_path=folder / "rejected" / "rows.csv",
    )
    (folder / "rejected").mkdir()
    made: list[str] = []

    def keep(report: ImportReport) -> None:
        rejected = None if report.rejects_path is None else report.rejects_path.read_bytes()
        made.append(orjson.dumps(told(report)).decode())
        answers.keep(conn, upload.holder, upload.key, report.batch_id or 0, Kept(digest, made[0], rejected))

    imports.import_file(
        conn,
        path,
        options,
        actor=upload.actor,
        inspect=None if said.get("force") else guarding.refuse_doubtful,
        settle=keep,
    )
    return made[0]


def told(report: ImportReport) -> dict[str, Any]:
    """Tell what became of a list (``service.writing.schemas.ImportAnswer``)."""
    rejected = report.outcomes[report.outcomes["outcome"] == "rejected"]
    rows = rejected[["row", "field", "reason_zh", "reason_en"]].head(LISTED)
    answer: dict[str, Any] = {
        "batch_id": report.batch_id,
        "source": report.source,
        "data_version": report.data_version,
        "counts": asdict(report.counts),
        "notes": [_said(note) for note in report.notes],
        "warnings": [
            {
                "field": one.field,
                "message": _said(one.text),
                "rows": list(one.rows[:LISTED]),
                "rows_total": len(one.rows),
            }
            for one in report.warnings
        ],
        "renames": [asdict(rename) for rename in report.renames[:LISTED]],
        "rejected": [
            {"row": int(row), "field": field, "message": _said(Text(zh, en))}
            for row, field, zh, en in rows.itertuples(index=False)
        ],
    }
    if len(rejected):
        answer["rejected_url"] = f"/v1/imports/{report.batch_id}/rejected.csv"
    return answer


def _said(text: Text) -> dict[str, str]:
    zh, en = (_OPTION.sub(_parameter, said) for said in (text.zh, text.en))
    return {"zh": zh, "en": en}


def _refuse_bombs(path: Path, most_bytes: int) -> None:
    """Refuse a workbook that unpacks to far more than it is; a damaged one is told so by its reader."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as packed:
            sizes: Iterable[int] = [one.file_size for one in packed.infolist()]
    except (zipfile.BadZipFile, OSError):
        return
    if sum(sizes) > most_bytes:
        raise TooLargeError(texts.BOMB.format(n=most_bytes))


def _over_http(text: Text, folder: Path) -> Text:
    """Leave out where the file lay on the server, and name parameters instead of options of the command line.

    Examples
    --------
    >>> said = Text("/tmp/a/s.csv：请加 --replace-source", "/tmp/a/s.csv: add --replace-source")
    >>> _over_http(said, Path("/tmp/a")).en
    's.csv: add replace_source'
    """
    return Text(*(_OPTION.sub(_parameter, said.replace(f"{folder}/", "")) for said in (text.zh, text.en)))


def _parameter(option: re.Match[str]) -> str:
    return option[1].replace("-", "_")
