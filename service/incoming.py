"""The body of a large request as it comes in: declared as JSON, no larger and no slower than allowed."""

import asyncio
from collections.abc import Collection
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from service import compression, texts
from service.errors import ContentTypeError, SlowBodyError, TooLargeError

JSON: Final = ("application/json",)
_SHARE_BYTES: Final = 2**20


async def content(
    request: Request,
    *,
    most_bytes: int,
    wait_s: float,
    types: Collection[str] | None = JSON,
    unpack: bool = True,
) -> list[bytes]:
    """Receive a body.

    Parameters
    ----------
    request
        Its body must not have been read.
    most_bytes
        As sent, packed or not, and unpacked.
    wait_s
        Seconds for each megabyte begun, so that a large body may take longer and a trickle may not.
    types
        Content types that it may be declared as; None: any.
    unpack
        Unpack a packed one. False: the caller sees to it, for what may be so large that it takes time.

    Returns
    -------
    chunks
        In order; joined they are the body.

    Raises
    ------
    ContentTypeError, TooLargeError, SlowBodyError
        Not declared as one of ``types``; longer than allowed; too slow, or the client went away.
    ContentEncodingError, BodyError
        Packed by something else than gzip; not one whole gzip stream.
    """
    if types is not None and declared(request) not in types:
        raise ContentTypeError(texts.WRONG_CONTENT_TYPE)
    is_packed = unpack and compression.is_gzip(request.headers.get("content-encoding", ""))
    too_large = TooLargeError(texts.BODY_TOO_LARGE.format(n=most_bytes))
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and len(stated) < 20 and int(stated) > most_bytes:
        raise too_large
    chunks: list[bytes] = []
    size, shares = 0, 1
    try:
        async with asyncio.timeout(wait_s) as deadline:
            async for chunk in request.stream():
                chunks.append(chunk)
                size += len(chunk)
                if size > most_bytes:
                    raise too_large
                if size >= shares * _SHARE_BYTES:
                    shares = size // _SHARE_BYTES + 1
                    deadline.reschedule(asyncio.get_running_loop().time() + wait_s)
    except (TimeoutError, ClientDisconnect):
        # For a client that went away nobody reads the answer; it only must not count as a defect.
        raise SlowBodyError(texts.SLOW_BODY.format(n=f"{wait_s:g}")) from None
    return [compression.unpacked(chunks, most_bytes)] if is_packed else chunks


def declared(request: Request) -> str:
    """Give the content type of a body, in small letters and without parameters; empty where none is declared."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
