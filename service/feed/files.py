"""Whole feeds, made once per edition into files without a name, and sent from there in pieces.

A national registry is over a hundred megabytes of JSON: it is written station by station, packed on the way, and only
the packed bytes are kept, on disk. A file has no name, so that nothing is left behind however the process ends; it
goes when the last answer that is sent from it is done.
"""

import asyncio
import base64
import hashlib
import logging
import os
import tempfile
import time
import weakref
import zlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import IO, Final, Generic, TypeVar

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from service import compression, kept
from service.errors import BusyError
from service.feed import texts
from service.feed.envelope import Edition

_log = logging.getLogger("yizhan.feed")

Key = TypeVar("Key")

_GZIP: Final = 31
_CHUNK_BYTES: Final = 262_144
_BREATH_S: Final = 0.0001
_REST: Final = 10.0
"""A feed is kept for at least so many times what it took to make, up to its ttl, so that edits every second do not
keep a large registry's server busy with nothing else."""


@dataclass(frozen=True, eq=False)
class Made:
    """A feed as it was made: packed bytes in a file, lengths and strong ETags of plain and packed."""

    edition: Edition
    file: IO[bytes]
    plain_bytes: int
    packed_bytes: int
    etag: str
    packed_etag: str
    took_s: float
    made_s: float


def write(edition: Edition, pieces: Iterable[bytes], *, level: int = compression.SMALL) -> Made:
    """Write a feed; takes seconds for a national one, and lets other threads run meanwhile.

    Raises
    ------
    BusyError
        There is no room on disk: later may work.
    """
    started_s = time.monotonic()
    file = tempfile.TemporaryFile(prefix="yizhan-feed-")  # noqa: SIM115
    plain, packed = hashlib.sha256(), hashlib.sha256()
    plain_bytes = packed_bytes = 0
    stream = zlib.compressobj(level, zlib.DEFLATED, _GZIP)

    def keep(part: bytes) -> int:
        packed.update(part)
        return file.write(part) if part else 0

    try:
        for piece in pieces:
            plain.update(piece)
            plain_bytes += len(piece)
            packed_bytes += keep(stream.compress(piece))
            time.sleep(_BREATH_S)
        packed_bytes += keep(stream.flush())
        file.flush()
    except OSError as error:
        file.close()
        _log.warning("cannot keep a feed: %s", error.strerror or error)
        raise BusyError(texts.NO_ROOM) from error
    ended_s = time.monotonic()
    tags = etag(plain.digest()), etag(packed.digest())
    made = Made(edition, file, plain_bytes, packed_bytes, *tags, took_s=ended_s - started_s, made_s=ended_s)
    weakref.finalize(made, file.close)
    return made


class Files(Generic[Key]):
    """Feeds by what was asked; made when first asked for and again when the data change, one at a time.

    Parameters
    ----------
    most_s
        How long one may be sent although the data have changed, if it took long to make: see ``_REST``.
    """

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self._made: dict[Key, Made] = {}
        self._lock = asyncio.Lock()

    async def get(self, key: Key, edition: Edition, make: Callable[[], Iterable[bytes]]) -> Made:
        """Give the feed of this edition, or one that is hardly older."""
        found = self._found(key, edition)
        if found is not None:
            return found
        async with self._lock:
            found = self._found(key, edition)
            if found is None:
                found = self._made[key] = await run_in_threadpool(lambda: write(edition, make()))
            return found

    def _found(self, key: Key, edition: Edition) -> Made | None:
        made = self._made.get(key)
        if made is None or made.edition == edition:
            return made
        later = (
            made.edition.registry_id == edition.registry_id
            and made.edition.data_version < edition.data_version
        )
        rests = time.monotonic() - made.made_s < min(_REST * made.took_s, self._most_s)
        return made if later and rests else None


def answer(
    request: Request, made: Made, media_type: str, headers: dict[str, str], *, as_file: bool
) -> Response:
    """Answer with a feed, packed for who accepts that; 304 when the client has these very bytes.

    Parameters
    ----------
    as_file
        The packed bytes are themselves what was asked for: they are sent to everybody, and not unpacked on the way.
    """
    is_packed = as_file or compression.wants_gzip(request.headers.get("accept-encoding", ""))
    tag = made.packed_etag if is_packed else made.etag
    headers = headers | {"etag": tag} | ({} if as_file else compression.VARY)
    if kept.matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    headers["content-length"] = str(made.packed_bytes if is_packed else made.plain_bytes)
    if is_packed and not as_file:
        headers |= compression.PACKED
    if request.scope.get("is_head"):
        return Response(media_type=media_type, headers=headers)
    sent = _packed(made) if is_packed else _plain(made)
    return StreamingResponse(sent, media_type=media_type, headers=headers)


async def _packed(made: Made) -> AsyncIterator[bytes]:
    for at in range(0, made.packed_bytes, _CHUNK_BYTES):
        yield await run_in_threadpool(os.pread, made.file.fileno(), _CHUNK_BYTES, at)


async def _plain(made: Made) -> AsyncIterator[bytes]:
    stream = zlib.decompressobj(_GZIP)
    async for part in _packed(made):
        while part:
            yield await run_in_threadpool(stream.decompress, part, _CHUNK_BYTES)
            part = stream.unconsumed_tail  # noqa: PLW2901
    rest = stream.flush()
    if rest:
        yield rest


def etag(digest: bytes) -> str:
    """Write a strong ETag of a digest."""
    return '"' + base64.urlsafe_b64encode(digest[:15]).decode() + '"'
