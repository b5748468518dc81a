"""How the server's log is written: lines for people, or a JSON object per line for programs.

Neither form ever holds a path as it was sent, a parameter, a position, an address or a key: what is logged of a
request is its id, its route's template, method, status and duration. An id comes from in front of us only where it
is one that machines draw: any other text could say something about a person.
"""

import json
import logging
import re
from datetime import datetime
from typing import Any, Final, Literal

from data.hours.schedule import SHANGHAI

Form = Literal["text", "json"]

TOLD: Final = "told"
"""Attribute of a record with the fields that a program reads, by name."""

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""The methods that are named; any other word is a client's own."""

_ID_HEADERS: Final = frozenset({b"x-request-id", b"traceparent"})
_UUID: Final = re.compile(rb"(?=.*[a-f])([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_TRACE: Final = re.compile(rb"[0-9a-f]{2}-((?!0{32})(?=.*[a-f])[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def config(form: Form) -> dict[str, Any]:
    """Give the configuration of all loggers of the server, for ``logging.config``."""
    formatters: dict[Form, dict[str, Any]] = {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "service.logs.JsonLines"},
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": formatters[form]},
        "filters": {"nothing": {"()": "service.logs.Nothing"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "chosen"}},
        "loggers": {
            "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            # uvicorn's own access lines hold query strings, and with them positions: nobody ever gets one.
            "uvicorn.access": {"filters": ["nothing"], "propagate": False},
            "yizhan": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        },
    }


class Nothing(logging.Filter):
    """Let no record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Refuse."""
        return False


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, logger, and the message or the fields that the record brings.

    Examples
    --------
    >>> record = logging.LogRecord("yizhan.access", logging.INFO, "", 0, "a-1 GET", (), None)
    >>> record.created, record.told = 0.0, {"request_id": "a-1", "status": 200}
    >>> print(JsonLines().format(record))
    {"time": "1970-01-01T08:00:00.000+08:00", "level": "info", "logger": "yizhan.access", "request_id": "a-1", "status": 200}
    """  # noqa: E501

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, SHANGHAI).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        line |= getattr(record, TOLD, None) or {"message": record.getMessage()}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def given_id(headers: list[tuple[bytes, bytes]]) -> str | None:
    """Give the id that a proxy or a caller gave the request, when it is one that machines draw.

    Parameters
    ----------
    headers
        Of the request, as ASGI has them.

    Returns
    -------
    request_id
        A UUID or 32 hexadecimal digits of ``X-Request-Id``, else the trace id of ``traceparent`` (W3C), in small
        letters; None where there is neither. Digits alone are no such id: they could be a number of somebody.

    Examples
    --------
    >>> given_id([(b"x-request-id", b"6F9619FF-8B86-D011-B42D-00CF4FC964FF")])
    '6f9619ff-8b86-d011-b42d-00cf4fc964ff'
    >>> given_id([(b"traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")])
    '4bf92f3577b34da6a3ce929d0e0e4736'
    >>> given_id([(b"x-request-id", b"courier 4711")]) is None
    True
    """
    for name, _ in headers:
        if name in _ID_HEADERS:
            break
    else:
        return None
    for name, value in sorted((pair for pair in headers if pair[0] in _ID_HEADERS), reverse=True):
        match = (_UUID if name == b"x-request-id" else _TRACE).fullmatch(value.lower())
        if match is not None:
            return match[1].decode()
    return None
