"""Who asks: nobody in particular, or the holder of a key.

Public reads need no key. A key that is shown must be good, also where none is needed: whoever sends one should
hear that it was taken back, and not be served as a stranger without notice. Keys travel in a header and never in
an address, because addresses are kept in logs and histories.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fastapi import Request
from starlette.types import Scope

from data.access.keys import Key
from service.access import texts
from service.access.keyring import Keyring
from service.errors import BadKeyError, KeysUnknownError, MissingKeyError, ScopeError

HEADER: Final = "X-API-Key"
_HEADER: Final = HEADER.lower().encode()
_PLACES: Final = frozenset((_HEADER, b"authorization"))
_SCHEME: Final = b"bearer "
_OURS: Final = _SCHEME + b"yz_"
_HELD: Final = "yizhan.holder"
_ADMIN: Final = "admin"


@dataclass(frozen=True)
class Holder:
    """Who holds a key: its public part, the label that the operator gave it, what it is for."""

    key_id: str
    label: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Whether the key is for this; ``admin`` is for everything."""
        return scope in self.scopes or _ADMIN in self.scopes


def holder_of(request: Request) -> Holder | None:
    """Give the holder of the key that a request shows; None when it shows none.

    Raises
    ------
    BadKeyError
        What it shows is no key, or one that was taken back or is past its date.
    KeysUnknownError
        The keys were not read yet.
    """
    return holder_in(request.scope)


def holder_in(scope: Scope) -> Holder | None:
    """Give the holder of a request by its ASGI scope, as ``holder_of``; looked up once per request."""
    if _HELD not in scope:
        text = shown(scope)
        scope[_HELD] = None if text is None else _checked(scope, text)
    holder: Holder | None = scope[_HELD]
    return holder


def require(request: Request, scope: str) -> Holder:
    """Give the holder of a key for something that not everybody may do.

    Parameters
    ----------
    scope
        What the key must be for: one of ``data.access.keys.SCOPES``.

    Raises
    ------
    MissingKeyError
        The request shows no key.
    ScopeError
        Its key is for other things.
    BadKeyError, KeysUnknownError
        As ``holder_of``.
    """
    holder = holder_of(request)
    if holder is None:
        raise MissingKeyError(scope)
    if not holder.may(scope):
        raise ScopeError(scope, sorted(holder.scopes))
    return holder


def shown(scope: Scope) -> str | None:
    """Give the key as a request shows it: in ``X-API-Key``, or as a bearer token that looks like one of ours.

    Two different ones give a text that is no key.
    """
    for name, _ in scope["headers"]:
        if name in _PLACES:
            break
    else:
        return None
    seen = [pair for pair in scope["headers"] if pair[0] in _PLACES]
    found = {
        _without_scheme(value) for name, value in seen if name == _HEADER or value.lower().startswith(_OURS)
    }
    return " ".join(sorted(value.decode("latin-1") for value in found)) if found else None


def _without_scheme(value: bytes) -> bytes:
    """Take ``Bearer`` off, which anybody may write as they like (RFC 9110, 11.1)."""
    return value[len(_SCHEME) :] if value.lower().startswith(_SCHEME) else value


def _checked(scope: Scope, text: str) -> Holder:
    keyring: Keyring = scope["app"].state.keyring
    ring = keyring.known()
    if ring is None:
        raise KeysUnknownError
    key = ring.find(text)
    if key is None:
        raise BadKeyError(texts.UNKNOWN_KEY)
    state = key.state(datetime.now(UTC))
    if state != "good":
        raise BadKeyError(texts.BAD_KEYS[state].format(key_id=key.key_id))
    keyring.note(key.key_id)
    return _holder(key)


def _holder(key: Key) -> Holder:
    return Holder(key.key_id, key.label, key.scopes)
