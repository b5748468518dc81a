"""A route that costs its client something: a request of its bucket."""

from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from service.access.gate import Gate
from service.routers.lean import LeanRoute


class LimitedRoute(LeanRoute):
    """A lean route behind the gate.

    What everybody loads (pages, overview, tiles, assets, feed) and what watches the service is not: thousands of
    phones share one address, and such answers are cached on the way.
    """

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        gate: Gate = scope["app"].state.gate
        gate.admit(scope)
        # Not super()._answer: admission has looked at the key, and a call costs every request.
        response: Response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)
