"""Gzip in and out: bodies unpacked no further than allowed, answers packed for those who accept it."""

import zlib
from collections.abc import Callable, Iterable
from typing import Final

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from service import texts
from service.errors import BodyError, ContentEncodingError, TooLargeError

FAST: Final = 1
SMALL: Final = 6
"""Levels: for an answer made once, and for one that is sent many times."""
WORTH_BYTES: Final = 1024
"""A shorter answer fits one packet as it is."""
VARY: Final = {"vary": "Accept-Encoding"}
PACKED: Final = {"content-encoding": "gzip"}

_GZIP: Final = 31
_STEP_BYTES: Final = 262_144


def wants_gzip(accept_encoding: str) -> bool:
    """Whether a client prefers gzip to nothing, by its ``Accept-Encoding`` (RFC 9110, 12.5.3).

    Examples
    --------
    >>> wants_gzip("gzip, deflate, br"), wants_gzip("*"), wants_gzip("identity, gzip;q=0.5")
    (True, True, False)
    >>> wants_gzip(""), wants_gzip("gzip;q=0"), wants_gzip("br"), wants_gzip("gzip;q=x")
    (False, False, False, False)
    """
    weights = dict(_weight(part) for part in accept_encoding.lower().split(",") if part.strip())
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def is_gzip(content_encoding: str) -> bool:
    """Whether a body is packed, by its ``Content-Encoding``.

    Raises
    ------
    ContentEncodingError
        It is packed by something else.

    Examples
    --------
    >>> is_gzip("GZIP"), is_gzip(""), is_gzip("identity")
    (True, False, False)
    """
    name = content_encoding.strip().lower()
    if name not in ("", "identity", "gzip", "x-gzip"):
        raise ContentEncodingError
    return name.endswith("gzip")


def unpacked(chunks: Iterable[bytes], most_bytes: int, breathe: Callable[[], None] = lambda: None) -> bytes:
    """Unpack a gzip stream and stop as soon as it grows too large.

    Parameters
    ----------
    chunks
        The stream in pieces.
    most_bytes
        How long the whole may become; no more than a step beyond it is ever unpacked.
    breathe
        Called between steps.

    Raises
    ------
    TooLargeError
        It is longer.
    BodyError
        It is no gzip, damaged, cut short, or something follows it.

    Examples
    --------
    >>> unpacked(packed([b"one ", b"two"]), 100)
    b'one two'
    """
    stream = zlib.decompressobj(_GZIP)
    found: list[bytes] = []
    size = 0
    for chunk in chunks:
        if chunk and stream.eof:
            raise BodyError(texts.BROKEN_GZIP)
        for piece in _steps(stream, chunk):
            size += len(piece)
            if size > most_bytes:
                raise TooLargeError(texts.UNPACKED_TOO_LARGE.format(n=most_bytes))
            found.append(piece)
            breathe()
    if not stream.eof or stream.unused_data:
        raise BodyError(texts.BROKEN_GZIP)
    return b"".join(found)


def packed(
    pieces: Iterable[bytes], level: int = FAST, breathe: Callable[[], None] = lambda: None
) -> list[bytes]:
    """Pack pieces as one gzip stream; the same bytes give the same stream. ``breathe`` is called between.

    Examples
    --------
    >>> import gzip
    >>> gzip.decompress(b"".join(packed([b"one ", b"two"])))
    b'one two'
    """
    stream = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    found = []
    for piece in pieces:
        found.append(stream.compress(piece))
        breathe()
    return [piece for piece in (*found, stream.flush()) if piece]


async def packed_for(request: Request, response: Response) -> Response:
    """Pack a finished answer, aside from other requests, where the client accepts that and it is worth it.

    Parameters
    ----------
    response
        Whole, without a strong ``ETag``, which names the bytes that are sent; it is changed itself.
    """
    response.headers.update(VARY)
    body = bytes(response.body)
    if len(body) >= WORTH_BYTES and wants_gzip(request.headers.get("accept-encoding", "")):
        response.body = b"".join(await run_in_threadpool(packed, [body]))
        response.headers.update(PACKED | {"content-length": str(len(response.body))})
    return response


def _weight(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    key, _, value = parameter.partition("=")
    if key.strip() != "q":
        return name.strip(), 1.0
    try:
        return name.strip(), float(value)
    except ValueError:
        return name.strip(), 0.0


def _steps(stream: "zlib._Decompress", chunk: bytes) -> Iterable[bytes]:
    """Unpack a chunk in steps; what cannot be unpacked is the client's error."""
    while True:
        try:
            piece = stream.decompress(chunk, _STEP_BYTES)
        except zlib.error:
            raise BodyError(texts.BROKEN_GZIP) from None
        chunk = stream.unconsumed_tail
        if piece:
            yield piece
        if stream.eof or not (piece or chunk):
            return
