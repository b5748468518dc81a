"""The keys at hand, to check what a client shows against."""

import hmac
import re
from collections.abc import Collection
from datetime import datetime
from typing import Final

from data.access.keys import Key, hashed

_FORM: Final = re.compile(r"yz_([a-z2-7]{8})_([A-Za-z0-9_-]{43})", re.ASCII)
_NOBODY: Final = bytes(32)


class Ring:
    """Keys to check against, by their public part.

    Examples
    --------
    >>> from datetime import UTC
    >>> secret = "s" * 43
    >>> key = Key("abcdefgh", hashed(secret), "a", frozenset({"read"}), datetime(2026, 1, 1, tzinfo=UTC))
    >>> Ring([key]).find(f"yz_abcdefgh_{secret}") is key, Ring([key]).find("yz_abcdefgh_" + "t" * 43)
    (True, None)
    """

    def __init__(self, keys: Collection[Key] = ()) -> None:
        self._by_id = {key.key_id: key for key in keys}

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, text: str) -> Key | None:
        """Find the key that this text is; None when it is none.

        Takes as long for a wrong secret as for a right one, and for a public part that nobody has.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            return None
        key = self._by_id.get(match[1])
        same = hmac.compare_digest(hashed(match[2]), key.secret_sha256 if key else _NOBODY)
        return key if same else None

    def usable(self, now: datetime) -> int:
        """Count the keys that are good at a moment."""
        return sum(key.state(now) == "good" for key in self._by_id.values())
