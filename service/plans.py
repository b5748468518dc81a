"""Finished results of ``yizhan plan`` on disk: where they lie, which one is the newest."""

import base64
import hashlib
import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from data.postgres import cluster
from service import compression

REPORT: Final = "report.html"
DOWNLOADS: Final = {
    REPORT: "text/html; charset=utf-8",
    "figures.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gaps.gpkg": "application/geopackage+sqlite3",
}
"""The files of a result and their types."""

MARK: Final = "plan.json"
"""Put in place last: when the result was made (``made_at``), and how long each of its files is (``files``)."""

BESIDE: Final = "coverage/"
"""Where the files of the report shown at ``/coverage`` are found, relative to that address."""

_GZIP: Final = 31


class Found(NamedTuple):
    """A finished result: when it was made, its folder, and what changes when another one takes its place."""

    made_at: datetime
    folder: Path
    changed_ns: int


class Report(NamedTuple):
    """A report as it is shown: of which result, its packed bytes, the opaque tag of its ETag."""

    found: Found
    packed: bytes
    etag: str

    def plain(self) -> bytes:
        """Unpack the bytes; only few clients take no gzip."""
        return zlib.decompress(self.packed, _GZIP)


def default_folder() -> Path:
    """Return where results lie unless ``YIZHAN_PLANS`` says otherwise: beside the embedded registry."""
    return cluster.default_folder().parent / "plans"


def newest(folder: Path) -> Found | None:
    """Find the newest finished result.

    Parameters
    ----------
    folder
        Itself a result, or a folder of results, one in each direct subfolder.

    Returns
    -------
    found
        The result made last (of equally old ones the last by name); None when the folder is absent, cannot be
        read, or holds no finished result. A result whose files are not as long as its mark says, because it is
        just being written, does not count.
    """
    try:
        folders = [folder, *(path for path in folder.iterdir() if path.is_dir())]
    except OSError:
        return None
    return max(filter(None, map(_result, folders)), default=None)


def read(found: Found) -> Report | None:
    """Read and pack a report for ``/coverage``; None when it has gone meanwhile."""
    try:
        body = (found.folder / REPORT).read_bytes()
    except OSError:
        return None
    # Texts of others cannot hold this: markup escapes the quotes, JSON puts a backslash before them.
    for name in DOWNLOADS:
        body = body.replace(f'href="{name}"'.encode(), f'href="{BESIDE}{name}"'.encode())
    packed = b"".join(compression.packed([body], compression.SMALL))
    return Report(found, packed, tag(hashlib.sha256(body).digest()))


def tag(digest: bytes) -> str:
    """Write a digest as the opaque tag of an ETag.

    Examples
    --------
    >>> tag(b"abc")
    '"YWJj"'
    """
    return '"' + base64.urlsafe_b64encode(digest[:15]).decode() + '"'


def _result(folder: Path) -> Found | None:
    try:
        mark = folder / MARK
        told = json.loads(mark.read_bytes())
        made_at = datetime.fromisoformat(told["made_at"])
        sizes = {name: (folder / name).stat().st_size for name in DOWNLOADS}
        changed_ns = max(path.stat().st_mtime_ns for path in (mark, folder / REPORT))
        is_whole = all(told["files"][name] == size for name, size in sizes.items())
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Found(made_at, folder, changed_ns) if is_whole and made_at.tzinfo else None
