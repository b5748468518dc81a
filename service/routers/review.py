"""The review map over HTTP: an internal page, only where the operator turns it on; never framed, never indexed."""

import asyncio
import base64
import hashlib
from typing import Final, NamedTuple

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from geo import vocabulary
from service import compression, internal, kinds, reading, review, texts
from service.kept import matches
from service.parameters import FILTER_PARAMETERS, Parameter
from service.reader import Reader
from service.review import Asked, ReviewSource

router = APIRouter(include_in_schema=False)

PARAMETERS: Final = {
    "adcode": FILTER_PARAMETERS["adcode"],
    "verdict": Parameter(
        "verdict", kinds.Choice(vocabulary.TERNARY_VALUES), "unknown", meaning=texts.REVIEW_VERDICT
    ),
    "limit": Parameter("limit", kinds.Integer(1, review.MOST_CASES), 100, meaning=texts.REVIEW_LIMIT),
}


class Made(NamedTuple):
    """A page as it was made: of what, its bytes, the opaque tag of its ETag."""

    key: tuple[Asked, int, int]
    body: bytes
    etag: str


class ReviewPage:
    """The review page, made when asked for and kept until verdicts or street map change.

    Parameters
    ----------
    reader
        Reads the registry; each read is bounded, so a large registry is read in several.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._made: Made | None = None
        self._lock = asyncio.Lock()

    async def get(self, asked: Asked) -> Made:
        """Give the page of the present verdicts; requests meanwhile wait for the same one."""
        async with self._lock:
            source = await self._reader.read(lambda conn: review.read(conn, asked))
            key = asked, source.data_version, source.street_version
            if self._made is None or self._made.key != key:
                body = (await self._page(source)).encode()
                etag = '"' + base64.urlsafe_b64encode(hashlib.sha256(body).digest()[:15]).decode() + '"'
                self._made = Made(key, body, etag)
            return self._made

    async def _page(self, source: ReviewSource) -> str:
        parts = []
        for tile in review.tiles(source):
            layers = await self._reader.read(lambda conn, t=tile: review.read_around(conn, t))  # type: ignore[misc]
            parts.append(await run_in_threadpool(review.drawn_layers, layers, tile))
        return await run_in_threadpool(lambda: review.page(review.with_layers(source, parts)))


@router.get("/review")
async def review_page(request: Request) -> Response:
    """Show the review map; 304 when the client has this very page."""
    internal.keep_to_own_site(request)
    values = reading.read_pairs(request.scope["query_string"], PARAMETERS)
    pages: ReviewPage = request.app.state.review_page
    made = await pages.get(Asked(_head(values.get("adcode")), values.get("verdict"), values.get("limit")))
    # Weak: it names the page, whichever way it is packed.
    headers = internal.HEADERS | {"etag": f"W/{made.etag}", "x-data-version": str(made.key[1])}
    if matches(request.headers.get("if-none-match", ""), made.etag):
        return Response(status_code=304, headers=headers)
    page = Response(made.body, media_type="text/html; charset=utf-8", headers=headers)
    return await compression.packed_for(request, page)


def _head(adcode: tuple[int, int] | None) -> str | None:
    """Write the leading digits of a range of codes.

    Examples
    --------
    >>> _head((110108, 110109)), _head((110100, 110200)), _head(None)
    ('110108', '1101', None)
    """
    if adcode is None:
        return None
    low, high = adcode
    return str(low)[: 7 - len(str(high - low))]
