"""How much each client may ask: a bucket per key, else per client address; requests, and points besides.

Addresses are kept as a keyed hash with a salt that is drawn at the start and stands nowhere but in memory, for as
long as their bucket is not full again, and are never logged.
"""

import hashlib
import math
import secrets
from typing import Final

from starlette.types import Scope

from service.access import texts
from service.access.address import Proxies
from service.access.buckets import Buckets, Rate, Taken
from service.auth import holder_in
from service.errors import LimitedError
from service.settings import Settings
from service.shared import Shared

HEADERS: Final = "yizhan.limits"
"""Where the headers of an answer wait in the ASGI scope."""
_SLACK: Final = 1e-3
"""Sums of times are rounded; 38.99999 are told as 39."""
_POLICY: Final = b"ratelimit-policy"
_STATE: Final = b"ratelimit"


class Policy:
    """One limit for one kind of client: its rate, how its buckets are named, and how answers tell of it."""

    def __init__(self, who: str, what: str, rate: Rate, salt: bytes) -> None:
        self.who, self.what, self.rate = who, what, rate
        self.hash = hashlib.blake2b(f"{who}/{what}/".encode(), digest_size=8, key=salt)
        unit = ';qu="points"' if what == "points" else ""
        self.told = f'"{what}";q={rate.burst:.0f};w={math.ceil(rate.window_s)}{unit}'.encode()
        self.state = f'"{what}";r=%d;t=%d'.encode()

    def bucket(self, client: bytes) -> int:
        """Name the bucket of a client."""
        hashed = self.hash.copy()
        hashed.update(client)
        return int.from_bytes(hashed.digest()) or 1


class Gate:
    """Lets requests in, and points, or refuses them.

    Parameters
    ----------
    settings
        The numbers; a rate of 0 is no limit.
    shared
        What all workers of this service share; None: this process is the only one.
    """

    def __init__(self, settings: Settings, shared: Shared | None = None) -> None:
        self._proxies = Proxies(settings.trusted_proxies, settings.forwarded_header)
        self.buckets = Buckets(shared.table if shared else None)
        salt = shared.salt if shared else secrets.token_bytes(16)
        self._trial_cost = settings.trial_point_cost
        self._policies = {
            (who, what): Policy(who, what, Rate(per_s, burst), salt)
            for who, what, per_s, burst in (
                ("address", "requests", settings.address_requests_per_s, settings.address_requests_burst),
                ("address", "points", settings.address_points_per_s, settings.address_points_burst),
                ("key", "requests", settings.key_requests_per_s, settings.key_requests_burst),
                ("key", "points", settings.key_points_per_s, settings.key_points_burst),
            )
            if settings.limits and per_s > 0
        }
        self.refused: dict[tuple[str, str], int] = dict.fromkeys(self._policies, 0)

    def admit(self, scope: Scope) -> None:
        """Let one request in.

        Raises
        ------
        LimitedError
            Its client has asked too often.
        BadKeyError, KeysUnknownError
            As ``service.auth.holder_of``.
        """
        self._take(scope, "requests", 1)

    def client(self, scope: Scope) -> bytes:
        """Give the address of a request's client, as ``Proxies.client``; not to be kept as it is."""
        return self._proxies.client(scope)

    def expect_points(self, scope: Scope) -> None:
        """Refuse a request whose client has no point left, before its body is received."""
        self._take(scope, "points", 1, only_look=True)

    def charge_points(self, scope: Scope, points: int) -> None:
        """Take the points of a batch; ``LimitedError`` when there are not as many left."""
        self._take(scope, "points", points)

    def charge_trial(self, scope: Scope, points: int) -> None:
        """Take the points of a trial, each of which costs as much work as many of a batch."""
        self._take(scope, "points", points * self._trial_cost)

    def _take(self, scope: Scope, what: str, cost: float, *, only_look: bool = False) -> None:
        holder = holder_in(scope)
        policy = self._policies.get(("key" if holder else "address", what))
        if policy is None or not cost:
            return
        client = holder.key_id.encode() if holder else self._proxies.client(scope)
        taken = self.buckets.take(policy.bucket(client), cost, policy.rate, only_look=only_look)
        # Told by draft-ietf-httpapi-ratelimit-headers; a later taking of the same replaces the earlier.
        told: dict[str, tuple[bytes, bytes]] = scope.setdefault(HEADERS, {})
        told[what] = policy.told, policy.state % (taken.left + _SLACK, math.ceil(taken.full_s - _SLACK))
        if not taken.allowed:
            self.refused[policy.who, what] += 1
            raise _refusal(policy, taken)


def headers_of(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Give the headers that tell of the limits that a request met; none when it met none."""
    told = scope.get(HEADERS)
    if not told:
        return []
    policies, states = next(iter(told.values()))
    if len(told) > 1:
        policies, states = (b", ".join(parts) for parts in zip(*told.values(), strict=True))
    return [(_POLICY, policies), (_STATE, states)]


def _refusal(policy: Policy, taken: Taken) -> LimitedError:
    text = texts.LIMITED[policy.who, policy.what].format(
        per_s=f"{policy.rate.per_s:g}", burst=f"{policy.rate.burst:g}", wait_s=math.ceil(taken.wait_s)
    )
    return LimitedError(text, wait_s=math.ceil(taken.wait_s))
