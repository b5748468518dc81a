"""Pages for people: the start page, the API documentation, the map."""

import asyncio
import base64
import hashlib
from collections.abc import Callable
from datetime import date, datetime
from importlib.resources import files
from typing import Final, NamedTuple

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from data.hours.schedule import SHANGHAI
from service import compression, html, query
from service.snapshot import Snapshot

PageBuilder = Callable[[Snapshot], str]
"""Makes the whole HTML of a page from a snapshot; called at most once per data version and day."""

PLATFORM: Final = files("service") / "PLATFORM.md"

router = APIRouter(include_in_schema=False)


class Made(NamedTuple):
    """A page as it was made: for which data and day, its bytes plain and packed, a strong ETag for each."""

    data_version: int
    loaded_at: datetime
    day: date
    body: bytes
    etag: str
    packed: bytes
    packed_etag: str


class MapPage:
    """The map page, made when first asked for and again when the data or the day change.

    Parameters
    ----------
    build
        Makes the HTML; may take seconds, so that it runs aside. Requests meanwhile wait for the same one.
    """

    def __init__(self, build: PageBuilder) -> None:
        self._build = build
        self._made: Made | None = None
        self._lock = asyncio.Lock()

    async def get(self, snapshot: Snapshot) -> Made:
        """Give the page of this snapshot."""
        # Pages hold dated exceptions of opening hours, hence the day.
        today = datetime.now(SHANGHAI).date()
        wanted = (snapshot.data_version, snapshot.loaded_at, today)
        async with self._lock:
            if self._made is None or self._made[:3] != wanted:
                body, packed = await run_in_threadpool(self._make, snapshot)
                self._made = Made(*wanted, body, _etag(body), packed, _etag(packed))
            return self._made

    def _make(self, snapshot: Snapshot) -> tuple[bytes, bytes]:
        body = self._build(snapshot).encode()
        return body, b"".join(compression.packed([body], compression.SMALL))


@router.get("/")
async def index(request: Request) -> Response:
    """Show the way to the map and the documentation."""
    query.read_pairs(request.scope["query_string"], {})
    state = request.app.state
    with_map, with_review = state.map_page is not None, state.review_page is not None
    root = request.scope.get("root_path", "")
    return await compression.packed_for(
        request, _html(html.index(root, with_map=with_map, with_review=with_review))
    )


@router.get("/docs")
async def docs(request: Request) -> Response:
    """Show the API documentation, made of the OpenAPI document."""
    query.read_pairs(request.scope["query_string"], {})
    page = _html(html.docs(request.app.openapi(), request.scope.get("root_path", "")))
    return await compression.packed_for(request, page)


@router.get("/docs/platform")
async def platform(request: Request) -> Response:
    """Show the page for platform engineers, as it is written (Markdown)."""
    query.read_pairs(request.scope["query_string"], {})
    return Response(
        PLATFORM.read_bytes(),
        media_type="text/markdown; charset=utf-8",
        headers={"cache-control": "no-cache"},
    )


async def map_page(request: Request) -> Response:
    """Show the map; 304 when the client has this very page."""
    snapshot, _ = request.app.state.keeper.current()
    made = await request.app.state.map_page.get(snapshot)
    is_packed = compression.wants_gzip(request.headers.get("accept-encoding", ""))
    body, etag = (made.packed, made.packed_etag) if is_packed else (made.body, made.etag)
    headers = {"etag": etag, "cache-control": "no-cache", "x-data-version": str(made.data_version)}
    headers |= compression.VARY
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    headers |= compression.PACKED if is_packed else {}
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


def matches(if_none_match: str, etag: str) -> bool:
    """Whether a client's ``If-None-Match`` names this strong ETag (weak comparison, RFC 9110).

    Examples
    --------
    >>> matches('"a", W/"b"', '"b"'), matches("*", '"b"'), matches('"a"', '"b"')
    (True, True, False)
    """
    given = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in given or given == ["*"]


def _etag(body: bytes) -> str:
    return '"' + base64.urlsafe_b64encode(hashlib.sha256(body).digest()[:15]).decode() + '"'


def _html(body: str) -> Response:
    style = base64.b64encode(hashlib.sha256(html.STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; frame-ancestors 'none'"
    return Response(
        body,
        media_type="text/html; charset=utf-8",
        headers={"content-security-policy": policy, "cache-control": "no-cache"},
    )
