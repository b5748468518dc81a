"""The route for the nearest stations of many points."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.types import Receive, Scope, Send

from service import auth, compression, incoming, openapi, reading, schemas, texts
from service.access.gate import Gate
from service.batch import replies
from service.batch.desk import Desk, GoneError
from service.keeper import Keeper
from service.parameters import BATCH_PARAMETERS
from service.routers.limited import LimitedRoute
from service.settings import Settings

router = APIRouter(prefix="/v1/stations", tags=["stations"], route_class=LimitedRoute)

BULK_POINTS: Final = 100_000
"""Most points of one batch with a key for bulk."""
SEND_WAIT_S: Final = 30.0
"""How long a client may take to read one piece of an answer."""
_PIECE_BYTES: Final = 262_144
_NOBODY_READS_THIS: Final = 499

_Breathe = Callable[[], None]


@router.post(
    "/nearest:batch",
    summary=str(texts.BATCH),
    description=str(texts.BATCH_MEANING),
    responses=openapi.answers(schemas.BatchAnswer, 400, 401, 408, 413, 415, 429, 503),
    openapi_extra=openapi.operation(body=BATCH_PARAMETERS),
)
async def nearest_batch(request: Request) -> Response:
    """Answer ``POST /v1/stations/nearest:batch``."""
    reading.read_pairs(request.scope["query_string"], {})
    is_packed = compression.is_gzip(request.headers.get("content-encoding", ""))
    keeper: Keeper = request.app.state.keeper
    keeper.current()
    gate: Gate = request.app.state.gate
    gate.expect_points(request.scope)
    desk: Desk = request.app.state.batches
    desk.enter()
    try:
        return await _answered(request, keeper, desk, is_packed)
    except GoneError:
        desk.leave()
        return Response(status_code=_NOBODY_READS_THIS)
    except BaseException:
        desk.leave()
        raise


async def _answered(request: Request, keeper: Keeper, desk: Desk, is_packed: bool) -> "Pieces":
    """Receive the body and run the batch; the answer leaves the desk once it is sent."""
    settings: Settings = request.app.state.settings
    most_bytes = settings.batch_body_bytes
    most = _most_points(request, settings)
    charge = partial(request.app.state.gate.charge_points, request.scope)
    chunks = await incoming.content(request, most_bytes=most_bytes, wait_s=settings.body_wait_s, unpack=False)
    wants_gzip = compression.wants_gzip(request.headers.get("accept-encoding", ""))

    def work(breathe: _Breathe) -> tuple[list[bytes], dict[str, str]]:
        body = compression.unpacked(chunks, most_bytes, breathe) if is_packed else b"".join(chunks)
        chunks.clear()
        snapshot, age_s = keeper.current()
        reply = replies.reply(snapshot, age_s, body, most=most, breathe=breathe, charge=charge)
        headers = {
            "cache-control": "no-store",
            "x-data-version": str(snapshot.data_version),
            "x-data-age": f"{age_s:.1f}",
            **compression.VARY,
        }
        if not wants_gzip:
            return _joined(reply.pieces), headers
        return _joined(compression.packed(reply.pieces, breathe=breathe)), headers | compression.PACKED

    gone = asyncio.ensure_future(_gone(request))
    try:
        pieces, headers = await desk.run(work, gone)
    finally:
        gone.cancel()
    return Pieces(pieces, headers, desk.leave)


def _most_points(request: Request, settings: Settings) -> int:
    """Give how many points this client may send at once: more with a key for it."""
    holder = auth.holder_of(request)
    return max(BULK_POINTS, settings.batch_points) if holder and holder.may("bulk") else settings.batch_points


class Pieces(Response):
    """An answer that is sent piece by piece, so that its reader sets the pace; then ``sent`` is called."""

    media_type = "application/json"

    def __init__(self, pieces: Sequence[bytes], headers: dict[str, str], sent: Callable[[], None]) -> None:
        super().__init__(headers={**headers, "content-length": str(sum(map(len, pieces)))})
        self._pieces = pieces
        self._sent = sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all; a client that reads too slowly is left."""
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            for piece in self._pieces:
                async with asyncio.timeout(SEND_WAIT_S):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            # The server closes the connection of an answer that was not finished.
            return
        finally:
            self._sent()


async def _gone(request: Request) -> None:
    """Return when the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _joined(pieces: Sequence[bytes]) -> list[bytes]:
    """Join small pieces to larger ones."""
    joined: list[bytes] = []
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _PIECE_BYTES:
            joined.append(b"".join(held))
            held, size = [], 0
    return [*joined, b"".join(held)] if held else joined
