"""Answers that are made once per data version and day: their bytes plain and packed, a strong ETag for each."""

import asyncio
import base64
import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from typing import Final, Generic, NamedTuple, TypeVar

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from data.hours.schedule import SHANGHAI
from service import compression
from service.snapshot import Snapshot

Key = TypeVar("Key")

_GZIP: Final = 31


class Made(NamedTuple):
    """An answer as it was made: for which data and day, its packed bytes, strong ETags of plain and packed."""

    data_version: int
    loaded_at: datetime
    day: date
    etag: str
    packed: bytes
    packed_etag: str

    def plain(self) -> bytes:
        """Unpack the bytes; only few clients take no gzip, so that nobody keeps them twice."""
        return zlib.decompress(self.packed, _GZIP)


class Kept(Generic[Key]):
    """Answers by what was asked, made when first asked for and again when the data or the day change.

    Parameters
    ----------
    build
        Makes the bytes; may take seconds, so that it runs aside. Others meanwhile wait for the same one.
    most
        How many are kept; the one not asked for longest goes first.
    """

    def __init__(self, build: Callable[[Snapshot, Key], bytes], most: int) -> None:
        self._build, self._most = build, most
        self._made: OrderedDict[Key, Made] = OrderedDict()
        self._lock = asyncio.Lock()

    async def get(self, snapshot: Snapshot, key: Key) -> Made:
        """Give the answer of this snapshot."""
        found = self._found(snapshot, key)
        if found is not None:
            return found
        # One at a time: the others of this process need the interpreter too.
        async with self._lock:
            found = self._found(snapshot, key)
            if found is None:
                found = self._made[key] = await run_in_threadpool(self._make, snapshot, key)
                while len(self._made) > self._most:
                    self._made.popitem(last=False)
            return found

    def _found(self, snapshot: Snapshot, key: Key) -> Made | None:
        made = self._made.get(key)
        if made is None or made[:3] != (snapshot.data_version, snapshot.loaded_at, _today()):
            return None
        self._made.move_to_end(key)
        return made

    def _make(self, snapshot: Snapshot, key: Key) -> Made:
        # Pages hold dated exceptions of opening hours, hence the day.
        today = _today()
        body = self._build(snapshot, key)
        packed = b"".join(compression.packed([body], compression.SMALL))
        return Made(snapshot.data_version, snapshot.loaded_at, today, _etag(body), packed, _etag(packed))


def answer(request: Request, made: Made, media_type: str, *, cache_control: str = "no-cache") -> Response:
    """Answer with what was made, packed for who accepts that; 304 when the client has these very bytes."""
    is_packed = compression.wants_gzip(request.headers.get("accept-encoding", ""))
    etag = made.packed_etag if is_packed else made.etag
    headers = {"etag": etag, "cache-control": cache_control, "x-data-version": str(made.data_version)}
    headers |= compression.VARY
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    headers |= compression.PACKED if is_packed else {}
    return Response(made.packed if is_packed else made.plain(), media_type=media_type, headers=headers)


def matches(if_none_match: str, etag: str) -> bool:
    """Whether a client's ``If-None-Match`` names this strong ETag (weak comparison, RFC 9110).

    Examples
    --------
    >>> matches('"a", W/"b"', '"b"'), matches("*", '"b"'), matches('"a"', '"b"')
    (True, True, False)
    """
    given = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in given or given == ["*"]


def _today() -> date:
    return datetime.now(SHANGHAI).date()


def _etag(body: bytes) -> str:
    return '"' + base64.urlsafe_b64encode(hashlib.sha256(body).digest()[:15]).decode() + '"'
