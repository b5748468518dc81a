"""Who may use a way, and in which direction, by its tags alone.

Walking: every class made for people, not motorways and motor roads; one-ways do not count, except ``oneway:foot``.
E-bikes (non-motor vehicles by law): as walking, less footways, pedestrian streets, platforms and corridors unless
tagged open to bicycles, and never steps; one-ways count, ``oneway:bicycle`` and ``cycleway=opposite…`` exempt, and a
roundabout is one-way by itself. For both the most special access tag decides (``foot``, or ``bicycle`` before
``vehicle``, before ``access``); private and the like is closed. Classes that are no way at all (proposed, a bus stop,
the outline of a park) are no way here either: what is not known to be a street is not guessed to be one.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.frontage.gates import CLOSED_ACCESS

Mode = Literal["walk", "ebike"]
Mask = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

MODES: Final[tuple[Mode, ...]] = ("walk", "ebike")
SPEED_KMH: Final[dict[Mode, float]] = {"walk": 5.0, "ebike": 15.0}
"""Walking pace, and the legal limit of e-bikes in non-motor lanes: a plan never counts on illegal speeds."""

_SHARED: Final = frozenset(
    {
        "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary",
        "tertiary_link", "unclassified", "residential", "living_street", "service", "road", "track", "path",
        "cycleway", "bridleway",
    }
)  # fmt: skip
_ON_FOOT: Final = frozenset({"footway", "pedestrian", "platform", "corridor"})
CLASSES: Final[dict[Mode, frozenset[str]]] = {
    "walk": _SHARED | _ON_FOOT | {"steps", "elevator"},
    "ebike": _SHARED,
}
"""Values of ``highway`` that a mode may use."""
_ACCESS: Final[dict[Mode, tuple[str, ...]]] = {
    "walk": ("foot", "access"),
    "ebike": ("bicycle", "vehicle", "access"),
}
"""Tags that open or close a way, the one that decides first."""
_FOR_BICYCLES: Final = ("yes", "designated", "permissive", "official")
_CLOSED: Final = tuple(CLOSED_ACCESS)
_CLOSED_TO_RIDERS: Final = (*_CLOSED, "dismount")
_NO_WAY_FOR_RIDERS: Final = ("stile", "turnstile", "full-height_turnstile", "kissing_gate", "wicket_gate")
_FORWARD: Final = ("yes", "true", "1")
_BACKWARD: Final = ("-1", "reverse")
_BOTH: Final = ("no", "false", "0")
_ROUND: Final = ("roundabout", "circular")

OPEN: Final = ""
"""The reason of a way that is open; the others are keys of ``texts.LEFT_OUT``."""


@dataclass(frozen=True)
class Allowed:
    """What a mode may do on each way, shape (ways,): go with its drawing, against it; else the reason why not."""

    forward: Mask
    backward: Mask
    reason: Words


def allowed(streets: pd.DataFrame, mode: Mode) -> Allowed:
    """Read the tags of ways.

    Parameters
    ----------
    streets
        Columns of ``geo.frames.STREETS``, of which only ``highway`` must be there: an absent column is an absent
        tag. Further columns that count: ``bicycle``, ``vehicle``, ``oneway:foot``, ``oneway:bicycle``,
        ``cycleway``, ``junction``. Values may be texts or whole numbers (``oneway`` of 1, 0, -1).
    mode
        ``walk`` or ``ebike``.

    Returns
    -------
    allowed
        Both directions False exactly where a reason is given; none for no ways.

    Examples
    --------
    >>> ways = pd.DataFrame({"highway": ["primary", "footway", "motorway"], "oneway": ["yes", None, "yes"]})
    >>> allowed(ways, "ebike").reason.tolist(), allowed(ways, "ebike").backward.tolist()
    (['', 'class', 'class'], [False, False, False])
    >>> allowed(ways, "walk").backward.tolist()
    [True, True, False]
    """
    highway = words(streets, "highway")
    usable = np.isin(highway, list(CLASSES[mode]))
    if mode == "ebike":
        usable |= np.isin(highway, list(_ON_FOOT)) & np.isin(words(streets, "bicycle"), _FOR_BICYCLES)
    shut = np.isin(_decisive(streets, mode), _CLOSED if mode == "walk" else _CLOSED_TO_RIDERS)
    reason = np.full(len(streets), OPEN, dtype=object)
    reason[shut] = "access"
    reason[words(streets, "motorroad") == "yes"] = "motorroad"
    reason[~usable] = "class"
    one_way = _one_way_foot(streets) if mode == "walk" else _one_way_bicycle(streets)
    free = reason == OPEN
    return Allowed(free & (one_way >= 0), free & (one_way <= 0), reason)


def closed_gates(gates: pd.DataFrame, mode: Mode) -> Mask:
    """Say which gates a mode cannot pass: locked, or closed by the tag that decides; shape (gates,).

    A gate without such a tag is passed: routing that stopped at each would stop at most gates there are. Riders
    cannot pass stiles and turnstiles either.

    Examples
    --------
    >>> gates = pd.DataFrame({"barrier": ["gate", "gate", "turnstile"], "access": ["private", None, None]})
    >>> closed_gates(gates, "walk").tolist(), closed_gates(gates, "ebike").tolist()
    ([True, False, False], [True, False, True])
    """
    shut: Mask = np.isin(_decisive(gates, mode), _CLOSED if mode == "walk" else _CLOSED_TO_RIDERS)
    shut |= words(gates, "locked") == "yes"
    if mode == "ebike":
        shut |= np.isin(words(gates, "barrier"), _NO_WAY_FOR_RIDERS)
    return shut


def words(frame: pd.DataFrame, column: str) -> Words:
    """Read a column of tags as words in lower case; empty where the column or the value is missing.

    Examples
    --------
    >>> words(pd.DataFrame({"oneway": [1, -1.0, "Yes ", None, np.nan]}), "oneway").tolist()
    ['1', '-1', 'yes', '', '']
    """
    if column not in frame.columns:
        return np.full(len(frame), "", dtype=object)
    codes, distinct = pd.factorize(frame[column].astype(object))
    read = np.array([*(_word(value) for value in distinct), ""], dtype=object)
    chosen: Words = read[codes]
    return chosen


def _word(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().lower()


def _decisive(frame: pd.DataFrame, mode: Mode) -> Words:
    decided = np.full(len(frame), "", dtype=object)
    for tag in _ACCESS[mode]:
        value = words(frame, tag)
        decided = np.where(decided == "", value, decided)
    return decided


def _one_way_foot(streets: pd.DataFrame) -> npt.NDArray[np.int8]:
    return _direction(words(streets, "oneway:foot"))


def _one_way_bicycle(streets: pd.DataFrame) -> npt.NDArray[np.int8]:
    """1 with the drawing only, -1 against it only, 0 both ways."""
    general, own = words(streets, "oneway"), words(streets, "oneway:bicycle")
    way = _direction(general)
    way[(general == "") & np.isin(words(streets, "junction"), _ROUND)] = 1
    contraflow = np.array([text.startswith("opposite") for text in words(streets, "cycleway")], dtype=bool)
    way[contraflow] = 0
    stated = np.isin(own, (*_FORWARD, *_BACKWARD, *_BOTH))
    return np.where(stated, _direction(own), way).astype(np.int8)


def _direction(said: Words) -> npt.NDArray[np.int8]:
    return (np.isin(said, _FORWARD).astype(np.int8) - np.isin(said, _BACKWARD)).astype(np.int8)
