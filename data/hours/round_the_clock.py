"""24 hours is three facts: the door is open, one gets in unattended, or only goods are sold."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from data.hours.osm_hours import is_always_open, is_valid
from geo.vocabulary import UNATTENDED_ACCESS

ATTENDED_ACCESS: Final = frozenset({"open_door", "staff"})
STATIONS_24H: Final = frozenset({"open_door", "unattended"})
"""The codes of ``vocabulary.ACCESS_24H`` that make a 24-hour station."""


class Facts(NamedTuple):
    """The three facts, each ``yes``, ``no`` or ``unknown``."""

    door_24h: str
    unattended_24h: str
    goods_24h: str


def three_facts(
    opening_hours: str | None,
    access_method: str,
    *,
    door_24h: str = "unknown",
    unattended_24h: str = "unknown",
    goods_24h: str = "unknown",
    facilities: Mapping[str, str] | None = None,
) -> Facts:
    """Fill in what hours, way in and facilities imply; what was declared is never overruled.

    * Open at any hour, by a door or let in by staff: the door is open 24 h.
    * Open at any hour, by a code, card, face or membership: unattended entry.
    * Open at any hour, way in not stated: the door is open 24 h, for the posted hours say so and state no
      condition; but not where goods are sold 24 h or unattended entry is declared, which the posted hours may
      mean, or the door is declared not to be open.
    * Hours that end: the door is not open 24 h; and there is no unattended entry unless the way in is one
      that works with nobody on duty (the posted hours may then be those of the staff): then unknown.
    * 24-hour vending among the facilities, unless broken: goods.

    Parameters
    ----------
    opening_hours
        OSM ``opening_hours``; None, or one that ``hours.validate`` refuses, is unknown: then only the
        facilities tell anything.
    access_method
        Code of ``vocabulary.ACCESS_METHOD``.
    door_24h, unattended_24h, goods_24h
        As declared.
    facilities
        Facility code to state.

    Examples
    --------
    >>> three_facts("24/7", "qr")
    Facts(door_24h='unknown', unattended_24h='yes', goods_24h='unknown')
    >>> three_facts("Mo-Su 08:00-20:00", "open_door", facilities={"vending_24h": "working"})
    Facts(door_24h='no', unattended_24h='no', goods_24h='yes')
    """
    vending = (facilities or {}).get("vending_24h", "broken") != "broken"
    always_open = _always(opening_hours)
    goods = "yes" if goods_24h == "unknown" and vending else goods_24h
    door = _door(always_open, access_method, unattended_24h, goods) if door_24h == "unknown" else door_24h
    unattended = _unattended(always_open, access_method) if unattended_24h == "unknown" else unattended_24h
    return Facts(door, unattended, goods)


def access_24h(door_24h: str, unattended_24h: str, goods_24h: str) -> str:
    """Sum the three facts up as a code of ``vocabulary.ACCESS_24H``.

    The answer is ``goods_only`` also where door or unattended entry is unknown: only goods is claimed.

    Examples
    --------
    >>> access_24h("no", "unknown", "yes"), access_24h("no", "unknown", "no"), access_24h("no", "no", "no")
    ('goods_only', 'unknown', 'no')
    """
    if door_24h == "yes":
        return "open_door"
    if unattended_24h == "yes":
        return "unattended"
    if goods_24h == "yes":
        return "goods_only"
    return "no" if (door_24h, unattended_24h) == ("no", "no") else "unknown"


def is_24h(access: str) -> bool:
    """Whether a code of ``vocabulary.ACCESS_24H`` makes a 24-hour station.

    Examples
    --------
    >>> is_24h("unattended"), is_24h("goods_only")
    (True, False)
    """
    return access in STATIONS_24H


@lru_cache(maxsize=32768)
def _always(opening_hours: str | None) -> bool | None:
    if not opening_hours or not is_valid(opening_hours):
        return None
    return is_always_open(opening_hours)


def _door(always_open: bool | None, access_method: str, unattended: str, goods: str) -> str:
    if always_open is None:
        return "unknown"
    if not always_open:
        return "no"
    plainly = access_method == "unknown" and unattended != "yes" and goods != "yes"
    return "yes" if plainly or access_method in ATTENDED_ACCESS else "unknown"


def _unattended(always_open: bool | None, access_method: str) -> str:
    if always_open is None:
        return "unknown"
    if always_open:
        return "yes" if access_method in UNATTENDED_ACCESS else "unknown"
    return "unknown" if access_method in UNATTENDED_ACCESS else "no"
