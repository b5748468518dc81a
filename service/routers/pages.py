"""Pages for people: the start page, the API documentation, the map."""

from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Request, Response

from service import compression, discovery, html, kept, parameters, reading

PLATFORM: Final = files("service") / "PLATFORM.md"

router = APIRouter(include_in_schema=False)


@router.get("/")
async def index(request: Request) -> Response:
    """Show the way to the map and the documentation."""
    reading.read_link(request.scope["query_string"], {})
    state = request.app.state
    page = html.index(
        request.scope.get("root_path", ""),
        with_map=state.map_page is not None,
        with_review=state.review_page is not None,
        with_coverage=state.coverage_pages is not None,
    )
    return await compression.packed_for(request, _html(page))


@router.get("/docs")
async def docs(request: Request) -> Response:
    """Show the API documentation, made of the OpenAPI document."""
    reading.read_link(request.scope["query_string"], {})
    page = _html(html.docs(request.app.openapi(), request.scope.get("root_path", "")))
    return await compression.packed_for(request, page)


@router.get("/docs/platform")
async def platform(request: Request) -> Response:
    """Show the page for platform engineers, as it is written (Markdown)."""
    reading.read_pairs(request.scope["query_string"], {})
    return Response(
        PLATFORM.read_bytes(),
        media_type="text/markdown; charset=utf-8",
        headers={"cache-control": "no-cache"},
    )


async def map_page(request: Request) -> Response:
    """Show the map; 304 when the client has this very page."""
    # The language is read by the page itself.
    adcode = discovery.adcode_of(reading.read_link(request.scope["query_string"], parameters.MAP_PARAMETERS))
    snapshot, _ = request.app.state.keeper.current()
    made = await request.app.state.map_page.get(snapshot, adcode)
    return kept.answer(request, made, "text/html; charset=utf-8")


def _html(body: str) -> Response:
    return Response(
        body,
        media_type="text/html; charset=utf-8",
        headers={"content-security-policy": html.policy(), "cache-control": "no-cache"},
    )
