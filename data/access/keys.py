"""Keys of the HTTP interface: made, kept as hashes, read, taken back.

A key is ``yz_<key_id>_<secret>``: the first part is public and names the key in lists, the secret is 256 random
bits. Only the SHA-256 of the secret is kept; for so many random bits a plain hash cannot be turned back, and no
salt or slow hash would add to that. Every function takes an open connection and leaves transactions to its
caller.
"""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data.access import texts
from data.errors import InputError
from data.statements import load

CHANNEL: Final = "yizhan_keys"
MOST_LABEL: Final = 100
SCOPES: Final = tuple(texts.SCOPES)

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_ID_LENGTH: Final = 8
_SECRET_BYTES: Final = 32


@dataclass(frozen=True)
class Key:
    """What is kept of a key; ``secret_sha256`` is never shown."""

    key_id: str
    secret_sha256: bytes
    label: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used: date | None = None

    def __repr__(self) -> str:
        """Show no hash, for a list of keys may end in a log."""
        return f"Key({self.key_id!r}, {self.label!r}, {sorted(self.scopes)})"

    def state(self, now: datetime) -> str:
        """Tell whether it is ``good``, ``revoked`` or ``expired`` at a moment."""
        if self.revoked_at is not None:
            return "revoked"
        return "good" if self.expires_at is None or now < self.expires_at else "expired"


def create(
    conn: Connection, *, label: str, scopes: Collection[str], expires_at: datetime | None = None
) -> tuple[Key, str]:
    """Make a key.

    Parameters
    ----------
    conn
        A writer's.
    label
        For whom and for what, at most ``MOST_LABEL`` characters.
    scopes
        Some of ``SCOPES``, at least one.
    expires_at
        The first moment at which it is no longer good; None = never.

    Returns
    -------
    key, text
        What is kept, and the key itself, which exists nowhere else.

    Raises
    ------
    InputError
        No label, no scope or an unknown one, or a moment that has passed.
    """
    label = " ".join(label.split())
    known = ", ".join(SCOPES)
    if not 0 < len(label) <= MOST_LABEL or not label.isprintable():
        raise InputError(texts.NO_LABEL.format(n=MOST_LABEL))
    if not scopes:
        raise InputError(texts.NO_SCOPE.format(known=known))
    for name in sorted(set(scopes) - set(SCOPES)):
        raise InputError(texts.UNKNOWN_SCOPE.format(name=name, known=known))
    if expires_at is not None and expires_at <= datetime.now(expires_at.tzinfo):
        raise InputError(texts.PAST_EXPIRY.format(until=expires_at.isoformat(timespec="minutes")))
    key_id = "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    told = {
        "key_id": key_id,
        "secret_sha256": hashed(secret),
        "label": label,
        "scopes": [name for name in SCOPES if name in scopes],
        "expires_at": expires_at,
    }
    with conn.cursor() as cursor:
        cursor.execute(load("access/insert"), told)
        (created_at,) = cursor.fetchone() or (None,)
    key = Key(key_id, hashed(secret), label, frozenset(scopes), created_at, expires_at)
    return key, f"yz_{key_id}_{secret}"


def read(conn: Connection) -> list[Key]:
    """Read all keys, also those that are no longer good, oldest first."""
    with conn.cursor() as cursor:
        cursor.execute(load("access/read"))
        return [Key(row[0], bytes(row[1]), row[2], frozenset(row[3]), *row[4:]) for row in cursor]


def revoke(conn: Connection, key_id: str) -> str:
    """Take a key back and give its label; once more changes nothing.

    Parameters
    ----------
    key_id
        Of the key; the whole key will do as well, for instance one that was found where it should not be.

    Raises
    ------
    InputError
        There is no such key; the message names at most the public part of what was given.
    """
    key_id = public_part(key_id.strip())
    with conn.cursor() as cursor:
        cursor.execute(load("access/revoke"), {"key_id": key_id})
        found = cursor.fetchone()
    if found is None:
        raise InputError(texts.UNKNOWN_KEY.format(key_id=key_id[:_ID_LENGTH]))
    label: str = found[0]
    return label


def note_used(conn: Connection, key_ids: Sequence[str], day: date) -> None:
    """Note the day on which keys were used; never one before the day that is noted already."""
    with conn.cursor() as cursor:
        cursor.execute(load("access/used"), {"key_ids": list(key_ids), "day": day})


def public_part(text: str) -> str:
    """Give the public part of a key, or the text as it is when it has none.

    Examples
    --------
    >>> public_part("yz_abcdefgh_" + "s" * 43), public_part("yz_abcdefgh"), public_part("abcdefgh")
    ('abcdefgh', 'abcdefgh', 'abcdefgh')
    """
    return text.removeprefix("yz_").partition("_")[0]


def hashed(secret: str) -> bytes:
    """Hash a secret as it is kept.

    Examples
    --------
    >>> hashed("abc").hex()[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(secret.encode("ascii")).digest()
