"""What other sites embed: the framed map, the builder that writes their code, the plain table, the one-file map."""

from typing import Final

from fastapi import APIRouter, Request, Response

from service import discovery, kept, reading
from service.embedding import TableAsked
from service.parameters import MAP_PARAMETERS

FRAGMENT: Final = "text/html; charset=utf-8"
_NEVER_FRAMED: Final = "frame-ancestors 'none'"
_NO_SCRIPT: Final = "default-src 'none'; frame-ancestors 'none'"
FILE_NAME: Final = "yizhan-map.html"

router = APIRouter(include_in_schema=False)


@router.get("/embed")
async def embed(request: Request) -> Response:
    """Show the very page of ``/map``, which sites named by the setting may frame."""
    adcode, _ = _asked(request)
    snapshot, _ = request.app.state.keeper.current()
    made = await request.app.state.map_page.get(snapshot, adcode)
    answer = kept.answer(request, made, FRAGMENT)
    answer.headers["content-security-policy"] = (
        f"frame-ancestors {request.app.state.settings.frame_ancestors}"
    )
    return answer


@router.get("/embed/builder")
async def builder(request: Request) -> Response:
    """Show the page that writes the code for an editor."""
    reading.read_link(request.scope["query_string"], {})
    snapshot, _ = request.app.state.keeper.current()
    answer = kept.answer(request, await request.app.state.builders.get(snapshot, None), FRAGMENT)
    answer.headers["content-security-policy"] = _NEVER_FRAMED
    return answer


@router.get("/embed/table")
async def table(request: Request) -> Response:
    """Give the plain table of an area, to be put into a page."""
    snapshot, _ = request.app.state.keeper.current()
    made = await request.app.state.tables.get(snapshot, _asked(request))
    answer = kept.answer(request, made, FRAGMENT)
    answer.headers["content-security-policy"] = _NO_SCRIPT
    return answer


@router.get("/embed/file")
async def one_file(request: Request) -> Response:
    """Give the map of an area as one file to keep."""
    adcode, _ = _asked(request)
    snapshot, _ = request.app.state.keeper.current()
    answer = kept.answer(request, await request.app.state.files.get(snapshot, adcode), FRAGMENT)
    answer.headers["content-disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer


def _asked(request: Request) -> TableAsked:
    values = reading.read_link(request.scope["query_string"], MAP_PARAMETERS)
    return TableAsked(discovery.adcode_of(values), bool(values.get("is_24h")))
