"""The connection below the application: what is no HTTP, a head without end, a client that never asks.

uvicorn reads heads of any length for any time. Here a head has a limit and a deadline, and bytes that are no HTTP
are answered with a problem document as everything else is. A whole head in one piece, as almost every request has
it, costs two comparisons.
"""

import asyncio
import secrets
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service import texts
from service.errors import PROBLEM_TYPE, Problem

HEAD_LIMIT_BYTES: Final = 65_536
"""The longest request line with all headers, except where they arrive in one piece (of 256 KiB at most)."""
HEAD_WAIT_S: Final = 10.0
"""Within which a head must have arrived, counted from its first byte; a new connection has as long to begin."""

_REASONS: Final = {400: b"Bad Request", 408: b"Request Timeout", 431: b"Request Header Fields Too Large"}


class Wire(HttpToolsProtocol):
    """One connection of a client, with bounds."""

    head_wait_s = HEAD_WAIT_S
    _in_head = False
    _head_bytes = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head, but not for ever."""
        super().connection_made(transport)
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._drop_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; refuse a head that is too long."""
        super().data_received(data)
        if not self._in_head:
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_LIMIT_BYTES:
            self.refuse(Problem(431, "head_too_large", texts.HEAD_TOO_LARGE.format(n=HEAD_LIMIT_BYTES)))
        elif self._deadline is None:
            self._set_deadline()

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End a head."""
        self._in_head = False
        if self._deadline is not None:
            self._drop_deadline()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are no HTTP."""
        self.refuse(Problem(400, "bad_http", texts.BAD_HTTP))

    def refuse(self, problem: Problem) -> None:
        """Answer with a problem and close; while an answer is under way, only close."""
        self._in_head = False
        if not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(_encoded(problem))
            self.transport.close()

    def _set_deadline(self) -> None:
        self._deadline = self.loop.call_later(self.head_wait_s, self._too_late)

    def _drop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self._in_head:
            self.refuse(Problem(408, "slow_head", texts.SLOW_HEAD.format(n=f"{self.head_wait_s:g}")))
        else:
            self.transport.close()


def _encoded(problem: Problem) -> bytes:
    request_id = f"wire-{secrets.token_hex(6)}"
    body = problem.encode(request_id)
    fields: dict[bytes, Any] = {
        b"content-type": PROBLEM_TYPE.encode(),
        b"content-length": b"%d" % len(body),
        b"access-control-allow-origin": b"*",
        b"cache-control": b"no-store",
        b"x-request-id": request_id.encode(),
        b"connection": b"close",
    }
    head = b"HTTP/1.1 %d %b\r\n" % (problem.status, _REASONS[problem.status])
    return head + b"".join(b"%b: %b\r\n" % field for field in fields.items()) + b"\r\n" + body
