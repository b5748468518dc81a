"""A FastAPI route for handlers that read the request themselves, and an answer that is bytes already."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.types import Receive, Scope, Send

from service import auth


class IdConvertor(StringConvertor):
    """``{name:id}`` in a path: a segment without a colon, which marks an action (``nearest:batch``)."""

    regex = "[^/:]+"


register_url_convertor("id", IdConvertor())


class LeanRoute(APIRoute):
    """Call the endpoint with the request and nothing else.

    Documentation and matching are FastAPI's; its solving of dependencies, which for a handler that asks for
    none costs more than finding the nearest stations, is left out. Errors are answered by the application's
    own handlers, one layer further out.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.app = self._answer

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the endpoint itself."""
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Whoever shows a key hears that it is no longer good, also where none is needed.
        auth.holder_in(scope)
        response: Response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


class JsonBytes(Response):
    """An answer that is JSON bytes already, with headers as they go over the wire.

    Parameters
    ----------
    body
        The whole answer.
    headers
        Besides type and length: names in small letters.
    """

    _TYPE: Final = (b"content-type", b"application/json")

    def __init__(self, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        # Not Response.__init__, which encodes headers one by one.
        self.body, self.status_code, self.background = body, 200, None
        self.raw_headers = [self._TYPE, (b"content-length", b"%d" % len(body)), *headers]
