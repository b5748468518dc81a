"""What stands around the stations of a feed, GBFS-like: how fresh, how long, which version, whose, on what terms."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from data.hours.schedule import SHANGHAI
from geo.coordsys import CoordSys
from service.settings import Settings
from service.snapshot import Snapshot

FORMAT_VERSION: Final = "1.0"
"""Of the feed's format; raised in its second part when fields are added."""


class Edition(NamedTuple):
    """Which state of the registry a feed tells: equal editions are equal bytes, whichever process made them."""

    registry_id: str | None
    data_version: int
    mark: str
    changed_at: datetime

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Edition":
        """Give the edition of a snapshot."""
        changed_at = snapshot.changed_at or snapshot.loaded_at
        return cls(snapshot.registry_id, snapshot.data_version, snapshot.mark, changed_at)


def envelope(edition: Edition, settings: Settings, coordsys: CoordSys) -> dict[str, Any]:
    """Give the members of a feed before its stations; what is not stated is left out.

    Examples
    --------
    >>> edition = Edition(None, 7, "", datetime(2026, 11, 1, 8, tzinfo=SHANGHAI))
    >>> envelope(edition, Settings(feed_ttl_s=60), "wgs84")["last_updated"]
    '2026-11-01T08:00:00+08:00'
    """
    stated = {
        "last_updated": edition.changed_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "ttl": settings.feed_ttl_s,
        "version": FORMAT_VERSION,
        "registry_id": edition.registry_id,
        "data_version": edition.data_version,
        "mark": edition.mark or None,
        "coordsys": coordsys,
        "license_url": settings.feed_license_url or None,
        "attribution": settings.feed_attribution or None,
    }
    return {name: value for name, value in stated.items() if value is not None}
