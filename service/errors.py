"""The error tree of this wing, the one table error → HTTP status, and the problem document (RFC 9457).

* ServiceError
    * ParameterError      400  a parameter or field is unknown, repeated, missing or has a bad value
    * BodyError           400  the body is no JSON object
    * MissingKeyError     401  a key is needed, and none is shown
    * BadKeyError         401  what is shown is no key, or one that was revoked or is past its date
    * ScopeError          403  the key is for other things
    * NotFoundError       404  no such path, no such public station
    * RunningError        409  the same request is under way
    * MethodError         405  the path has other methods
    * ReplayError         422  an Idempotency-Key that was used for another request
    * PreconditionError   428  a write that does not say on which version it rests
    * SnapshotNeededError 410  no difference can be told to the version that a follower holds
    * SlowBodyError       408  the body did not arrive in time
    * TooLargeError       413  the body is larger than allowed
    * TooManyPointsError  413  a batch holds too many points, or asks for too many stations in all
    * ContentTypeError    415  the body is not declared as JSON
    * ContentEncodingError 415 the body is packed in a way that is not understood
    * LimitedError        429  asked too often, or for too many points
    * BusyError           503  too many batches are under way
    * KeysUnknownError    503  a key is shown, and the keys are not loaded yet
    * RoadsNotReadyError  503  the street networks are being loaded
    * RoadsBusyError      503  too many questions by travel time wait
    * NotReadyError       503  no snapshot is loaded yet
    * AwayError           503  what was asked needs the database, which is away or too slow
    * WorkersError        500  no server process starts; said on the command line, never over HTTP

Errors of ``data`` and ``geo`` reach the client by the same table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson
from starlette.exceptions import HTTPException

from data.errors import (
    AbsentError,
    ConflictError,
    DatabaseAway,
    DataError,
    FieldsError,
    InputError,
    StaleError,
)
from geo.errors import CoordinateError
from geo.texts import Text
from service import texts
from service.access import texts as access_texts
from service.roads import texts as roads_texts

MAX_ERRORS: Final = 20
"""The most entries that a problem lists; ``errors_total`` counts all of them."""

PROBLEM_TYPE: Final = "application/problem+json"


class FieldProblem(NamedTuple):
    """What is wrong with one parameter or field; its name is shown shortened and cleaned."""

    field: str
    message: Text


class ServiceError(Exception):
    """Root of all errors raised by ``service``; ``text`` is the detail in both languages."""

    def __init__(
        self, text: Text, problems: Sequence[FieldProblem] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        self.text = text
        self.problems = tuple(problems)
        self.headers = dict(headers or {})
        super().__init__(str(text))


class ParameterError(ServiceError):
    """Parameters or fields that cannot be understood, all of them at once."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(texts.SOME_WRONG.format(n=len(problems)), problems)


class BodyError(ServiceError):
    """The body is no JSON object."""


class MissingKeyError(ServiceError):
    """A key is needed, and none is shown."""

    def __init__(self, scope: str) -> None:
        super().__init__(access_texts.KEY_REQUIRED.format(scope=scope), headers=_challenge())


class BadKeyError(ServiceError):
    """What is shown is no key, or one that was revoked or is past its date."""

    def __init__(self, text: Text) -> None:
        super().__init__(text, headers=_challenge(error="invalid_token"))


class ScopeError(ServiceError):
    """The key is for other things."""

    def __init__(self, scope: str, held: Sequence[str]) -> None:
        text = access_texts.WRONG_SCOPE.format(scope=scope, held=", ".join(held))
        super().__init__(text, headers=_challenge(error="insufficient_scope", scope=scope))


class NotFoundError(ServiceError):
    """No such path, or no such public station."""


class MethodError(ServiceError):
    """The path has other methods."""


class PreconditionError(ServiceError):
    """A write does not say on which version it rests."""


class ReplayError(ServiceError):
    """An ``Idempotency-Key`` was used for another request."""


class RunningError(ServiceError):
    """The same request is under way."""


class SnapshotNeededError(ServiceError):
    """No difference can be told to the version that a follower holds."""


class SlowBodyError(ServiceError):
    """The body did not arrive in time."""


class TooLargeError(ServiceError):
    """The body is larger than allowed."""


class ContentTypeError(ServiceError):
    """The body is not declared as JSON."""


class TooManyPointsError(ServiceError):
    """A batch holds too many points, or asks for too many stations in all."""


class ContentEncodingError(ServiceError):
    """The body is packed in a way that is not understood."""

    def __init__(self) -> None:
        super().__init__(texts.WRONG_CONTENT_ENCODING, headers={"accept-encoding": "gzip"})


class LimitedError(ServiceError):
    """Asked too often, or for too many points; ``wait_s``: whole seconds until the same is allowed."""

    def __init__(self, text: Text, *, wait_s: int) -> None:
        super().__init__(text, headers={"retry-after": str(wait_s)})


class BusyError(ServiceError):
    """Too much of one kind is under way; batches, unless ``text`` says what."""

    def __init__(self, text: Text = texts.BUSY) -> None:
        super().__init__(text, headers={"retry-after": "2"})


class KeysUnknownError(ServiceError):
    """A key is shown, and the keys are not loaded yet."""

    def __init__(self) -> None:
        super().__init__(access_texts.KEYS_UNKNOWN, headers={"retry-after": "2"})


class RoadsNotReadyError(ServiceError):
    """The street networks are being loaded."""

    def __init__(self) -> None:
        super().__init__(roads_texts.NOT_READY, headers={"retry-after": "5"})


class RoadsBusyError(ServiceError):
    """Too many questions by travel time wait."""

    def __init__(self) -> None:
        super().__init__(roads_texts.BUSY, headers={"retry-after": "1"})


class NotReadyError(ServiceError):
    """No snapshot is loaded yet."""

    def __init__(self) -> None:
        super().__init__(texts.NOT_READY, headers={"retry-after": "2"})


class AwayError(ServiceError):
    """What was asked needs the database, which is away or too slow."""

    def __init__(self) -> None:
        super().__init__(texts.DATABASE_AWAY, headers={"retry-after": "5"})


class WorkersError(ServiceError):
    """No server process starts."""


class Rule(NamedTuple):
    """How an error is answered."""

    status: int
    code: str


RULES: Final[dict[type[Exception], Rule]] = {
    ParameterError: Rule(400, "bad_parameter"),
    BodyError: Rule(400, "bad_body"),
    MissingKeyError: Rule(401, "key_required"),
    BadKeyError: Rule(401, "bad_key"),
    ScopeError: Rule(403, "wrong_scope"),
    NotFoundError: Rule(404, "not_found"),
    MethodError: Rule(405, "method_not_allowed"),
    RunningError: Rule(409, "still_running"),
    ReplayError: Rule(422, "key_reused"),
    PreconditionError: Rule(428, "precondition_required"),
    StaleError: Rule(412, "precondition_failed"),
    AbsentError: Rule(404, "not_found"),
    SnapshotNeededError: Rule(410, "snapshot_needed"),
    SlowBodyError: Rule(408, "slow_body"),
    TooLargeError: Rule(413, "body_too_large"),
    TooManyPointsError: Rule(413, "too_many_points"),
    ContentTypeError: Rule(415, "wrong_content_type"),
    ContentEncodingError: Rule(415, "wrong_content_encoding"),
    LimitedError: Rule(429, "too_many_requests"),
    BusyError: Rule(503, "busy"),
    KeysUnknownError: Rule(503, "keys_unknown"),
    RoadsNotReadyError: Rule(503, "network_not_ready"),
    RoadsBusyError: Rule(503, "busy"),
    NotReadyError: Rule(503, "not_ready"),
    AwayError: Rule(503, "database_away"),
    CoordinateError: Rule(400, "bad_parameter"),
    InputError: Rule(400, "bad_parameter"),
    ConflictError: Rule(409, "conflict"),
    DatabaseAway: Rule(503, "database_away"),
    WorkersError: Rule(500, "internal"),
    Exception: Rule(500, "internal"),
}
"""The one table: the most specific class of an error decides."""


@dataclass(frozen=True)
class Problem:
    """An RFC 9457 document before it has a request id."""

    status: int
    code: str
    detail: Text
    problems: tuple[FieldProblem, ...] = ()
    headers: Mapping[str, str] | None = None

    def encode(self, request_id: str) -> bytes:
        """Write the document as JSON; at most ``MAX_ERRORS`` entries of ``errors``."""
        document: dict[str, Any] = {
            "type": f"/docs#{self.code}",
            "title": str(texts.TITLES[self.code]),
            "status": self.status,
            "code": self.code,
            "detail": str(self.detail),
            "request_id": request_id,
        }
        if self.problems:
            document["errors"] = [
                {"field": shown(p.field), "message": {"zh": p.message.zh, "en": p.message.en}}
                for p in self.problems[:MAX_ERRORS]
            ]
            document["errors_total"] = len(self.problems)
        return orjson.dumps(document)


def problem_of(error: Exception) -> Problem:
    """Find what to answer to an error.

    Parameters
    ----------
    error
        Any exception. One that the table does not know is ``internal``: its message is never shown, because
        it may hold what somebody sent.

    Examples
    --------
    >>> problem_of(NotReadyError()).status, problem_of(ZeroDivisionError()).code
    (503, 'internal')
    """
    if isinstance(error, HTTPException):
        return _of_http(error)
    rule = next(RULES[kind] for kind in type(error).__mro__ if kind in RULES)
    if isinstance(error, ServiceError):
        return Problem(rule.status, rule.code, error.text, error.problems, error.headers)
    if isinstance(error, DatabaseAway):
        return Problem(rule.status, rule.code, texts.DATABASE_AWAY, headers={"retry-after": "5"})
    if isinstance(error, FieldsError):
        problems = tuple(FieldProblem(field, message) for field, message in error.problems)
        return Problem(rule.status, rule.code, error.text, problems)
    if isinstance(error, DataError) and rule.status < 500:
        return Problem(rule.status, rule.code, error.text)
    if isinstance(error, CoordinateError):
        said = error.args[0] if error.args and isinstance(error.args[0], Text) else texts.INTERNAL
        return Problem(rule.status, rule.code, said)
    return Problem(rule.status, rule.code, texts.INTERNAL)


def shown(sent: str, limit: int = 40) -> str:
    r"""Clean a name that a client sent so that it can be sent back: printable, short.

    Examples
    --------
    >>> shown("lng"), shown("a\x00b\ud800")
    ('lng', 'a?b?')
    """
    clean = "".join(c if c.isprintable() else "?" for c in sent[: limit + 1])
    return clean if len(clean) <= limit else clean[:limit] + "…"


def _challenge(**parameters: str) -> dict[str, str]:
    """Say how to show a key (RFC 6750): as a bearer token, for which ``X-API-Key`` is the other place."""
    told = {"realm": "yizhan", **parameters}
    return {"www-authenticate": "Bearer " + ", ".join(f'{name}="{value}"' for name, value in told.items())}


def _of_http(error: HTTPException) -> Problem:
    status = error.status_code
    if status == 404:
        return Problem(404, "not_found", texts.NO_SUCH_PATH)
    if status == 405:
        allowed = (error.headers or {}).get("Allow", "")
        return Problem(
            405,
            "method_not_allowed",
            texts.NO_SUCH_METHOD.format(methods=allowed),
            headers={"allow": allowed},
        )
    code = "refused" if status < 500 else "internal"
    return Problem(status, code, texts.REFUSED.format(status=status), headers=error.headers)
