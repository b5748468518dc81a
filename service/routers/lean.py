"""A FastAPI route for handlers that read the request themselves."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute


class LeanRoute(APIRoute):
    """Call the endpoint with the request and nothing else.

    Documentation and matching are FastAPI's; its solving of dependencies, which for a handler that asks for
    none costs more than finding the nearest stations, is left out.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the endpoint itself."""
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler
