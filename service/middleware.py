"""What every request passes through: request id, CORS, HEAD, problems instead of exceptions, an access line.

One plain ASGI callable, because each layer costs every request. No log line holds a path as it was sent, a
parameter or a position: routes are logged by their template, exceptions by class and place.
"""

import logging
import secrets
import time
import traceback
from collections.abc import Callable
from itertools import count
from typing import Any, Final

from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import logs, texts
from service.access.gate import headers_of
from service.draining import Stopping
from service.errors import PROBLEM_TYPE, Problem, problem_of
from service.internal import OWN_SITE

_log = logging.getLogger("yizhan.service")
_access = logging.getLogger("yizhan.access")

Observe = Callable[[str | None, str, int, float], None]

_ALWAYS: Final = [(b"x-content-type-options", b"nosniff")]
_PUBLIC: Final = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"ETag, RateLimit, RateLimit-Policy, Retry-After, X-Data-Age, X-Data-Version, X-Request-Id",
    ),
    *_ALWAYS,
]
_LAST: Final = (b"connection", b"close")
_PREFLIGHT: Final = [
    (b"access-control-allow-methods", b"GET, HEAD, POST"),
    (b"access-control-allow-headers", b"Content-Encoding, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


class Frontdoor:
    """The outermost layer of the application.

    Parameters
    ----------
    app
        What it wraps.
    access_log
        Write one line per request to the logger ``yizhan.access``.
    stopping
        While it is set, every answer closes its connection.
    observe
        Told of every request: route's template (None when none matched), method, status, seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        access_log: bool = False,
        stopping: Stopping | None = None,
        observe: Observe = lambda *_: None,
    ) -> None:
        self._app = app
        self._stopping = stopping or Stopping()
        self._access_log = access_log
        self._observe = observe
        self._prefix = secrets.token_hex(4)
        self._count = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; other kinds of connection pass untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = logs.given_id(scope["headers"]) or f"{self._prefix}-{next(self._count):x}"
        scope["request_id"] = request_id
        is_head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET", "is_head": True} if is_head else scope
        started_s = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                told = [
                    *(_ALWAYS if OWN_SITE in inner else _PUBLIC),
                    (b"x-request-id", request_id.encode()),
                    *headers_of(inner),
                ]
                message["headers"] = [*message["headers"], *told]
                if self._stopping.now:
                    message["headers"].append(_LAST)
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            if scope["method"] == "OPTIONS" and _is_preflight(scope):
                await _respond(sending, 204, _PREFLIGHT, b"")
            else:
                await self._app(inner, receive, sending)
        except Exception as error:
            _report(error, request_id)
            if status:
                raise ConnectionAbortedError("the answer had begun") from None
            await send_problem(sending, problem_of(error), request_id)
        finally:
            took_s = time.perf_counter() - started_s
            route = getattr(inner.get("route"), "path", None)
            self._observe(route, scope["method"], status, took_s)
            if self._access_log:
                _log_access(request_id, scope["method"], route or "-", status, 1000 * took_s)


def _log_access(request_id: str, method: str, route: str, status: int, took_ms: float) -> None:
    told = {
        "request_id": request_id,
        "method": method if method in logs.METHODS else "-",
        "route": route,
        "status": status,
        "duration_ms": round(took_ms, 1),
    }
    _access.info("%s %s %s %d %.1f ms", *told.values(), extra={logs.TOLD: told})


async def send_problem(send: Send, problem: Problem, request_id: str) -> None:
    """Send a problem document as the whole answer."""
    body = problem.encode(request_id)
    headers = [(name.lower().encode(), value.encode()) for name, value in (problem.headers or {}).items()]
    headers += [
        (b"content-type", PROBLEM_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await _respond(send, problem.status, headers, body)


def allowed_methods(router: Any, scope: Scope) -> list[str]:
    """Every method that some route takes on this path; empty when no route has the path."""
    methods: set[str] = set()
    for route in router.routes:
        # FastAPI keeps an included router as one route that knows the router.
        included = getattr(route, "original_router", None)
        if included is not None:
            methods |= set(allowed_methods(included, scope))
        elif route.matches(scope)[0] is not Match.NONE:
            methods |= set(route.methods or ())
    if "GET" in methods:
        methods.add("HEAD")
    return sorted(methods)


def method_problem(methods: list[str]) -> Problem:
    """Build the problem of a path that has other methods."""
    allow = ", ".join(methods)
    text = texts.NO_SUCH_METHOD.format(methods=allow)
    return Problem(405, "method_not_allowed", text, headers={"allow": allow})


async def _respond(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _is_preflight(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return b"origin" in names and b"access-control-request-method" in names


def _report(error: Exception, request_id: str) -> None:
    """Log class and place; never the message, which may hold what the client sent."""
    places = "".join(traceback.format_tb(error.__traceback__))
    told = {"request_id": request_id, "error": type(error).__name__, "trace": places}
    _log.error("request %s failed: %s\n%s", *told.values(), extra={logs.TOLD: told})
