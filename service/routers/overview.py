"""What a served map page loads beside itself: the overview of stations, the map's scripts and sheets."""

from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

import maps
from service import compression, discovery, kept, parameters, reading, texts, tiles
from service.errors import FieldProblem, NotFoundError, ParameterError
from service.tiles import Tile

JSON: Final = "application/json"
_DIGITS: Final = 7
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}

router = APIRouter(include_in_schema=False)


@router.get("/map/overview.json")
async def overview(request: Request) -> Response:
    """Give what list and map need of all stations, or of those of one area."""
    adcode = discovery.adcode_of(
        reading.read_pairs(request.scope["query_string"], parameters.AREA_PARAMETERS)
    )
    snapshot, _ = request.app.state.keeper.current()
    if len(discovery.rows_of(snapshot, adcode)) > discovery.OVERVIEW_STATIONS:
        raise ParameterError([FieldProblem("adcode", texts.TOO_MANY_FOR_OVERVIEW)])
    made = await request.app.state.overviews.get(snapshot, adcode)
    return kept.answer(request, made, JSON)


@router.get("/map/cells.json")
async def cells(request: Request) -> Response:
    """Count stations in the cells of a view."""
    values = reading.read_required(request.scope["query_string"], parameters.CELL_PARAMETERS)
    snapshot, _ = request.app.state.keeper.current()
    adcode = discovery.adcode_of(values)
    body = await run_in_threadpool(tiles.count, snapshot, adcode, values["z"], values["bbox"])
    version = {"cache-control": "no-store", "x-data-version": str(snapshot.data_version)}
    return await compression.packed_for(request, Response(body, media_type=JSON, headers=version))


@router.get("/map/tile/{z}/{x}/{y}.json")
async def tile(request: Request) -> Response:
    """Give the stations of one tile."""
    adcode = discovery.adcode_of(
        reading.read_pairs(request.scope["query_string"], parameters.AREA_PARAMETERS)
    )
    asked = _tile(adcode, *(request.path_params[name] for name in ("z", "x", "y")))
    snapshot, _ = request.app.state.keeper.current()
    return kept.answer(request, await request.app.state.tiles.get(snapshot, asked), JSON)


@router.get("/assets/{name}")
async def asset(request: Request) -> Response:
    """Give a script or a sheet; its name tells its content, so that it is asked for once."""
    reading.read_pairs(request.scope["query_string"], {})
    name: str = request.path_params["name"]
    text = maps.files().get(name)
    if text is None:
        raise NotFoundError(texts.NO_SUCH_PATH)
    answer = Response(text, media_type=_TYPES[name.rpartition(".")[2]], headers={"cache-control": _FOR_EVER})
    return await compression.packed_for(request, answer)


def _tile(adcode: str | None, *numbers: str) -> Tile:
    """Read a tile from its address."""
    if any(len(number) > _DIGITS or not number.isascii() or not number.isdigit() for number in numbers):
        raise NotFoundError(texts.NO_SUCH_PATH)
    tile = Tile(adcode, *map(int, numbers))
    if not tile.exists:
        raise NotFoundError(texts.NO_SUCH_PATH)
    return tile
