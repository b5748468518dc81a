"""What a served map page loads beside itself: the overview of stations, the map's scripts and sheets."""

from typing import Final

from fastapi import APIRouter, Request, Response

import maps
from service import compression, discovery, kept, query, texts
from service.errors import NotFoundError

JSON: Final = "application/json"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}

router = APIRouter(include_in_schema=False)


@router.get("/map/overview.json")
async def overview(request: Request) -> Response:
    """Give what list and map need of all stations, or of those of one area."""
    adcode = discovery.adcode_of(query.read_pairs(request.scope["query_string"], query.MAP_PARAMETERS))
    snapshot, _ = request.app.state.keeper.current()
    made = await request.app.state.overviews.get(snapshot, adcode)
    return kept.answer(request, made, JSON)


@router.get("/assets/{name}")
async def asset(request: Request) -> Response:
    """Give a script or a sheet; its name tells its content, so that it is asked for once."""
    query.read_pairs(request.scope["query_string"], {})
    name: str = request.path_params["name"]
    text = maps.files().get(name)
    if text is None:
        raise NotFoundError(texts.NO_SUCH_PATH)
    answer = Response(text, media_type=_TYPES[name.rpartition(".")[2]], headers={"cache-control": _FOR_EVER})
    return await compression.packed_for(request, answer)
