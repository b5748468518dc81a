"""Which OSM object belongs to which layer of the street map, by its tags alone.

The rules serve the street-facing test: a layer holds what opens or stops the way between a door and a street.
They take plain mappings of tags, so each can be read and tried without a file. Values that people mistype
(``width="3.5 m"``, ``layer="ground"``) are read where they are clear and missing where they are not.
"""

import math
import re
from collections.abc import Mapping
from typing import Final

from geo.vocabulary import Ternary

Tags = Mapping[str, str]

LAYER_KEYS: Final = (
    "highway", "building", "barrier", "entrance", "amenity", "landuse", "natural", "waterway", "railway",
)  # fmt: skip
"""An object without any of these keys belongs to no layer."""

COMPOUND_AMENITIES: Final = frozenset({"university", "college", "school", "hospital"})
COMPOUND_LANDUSES: Final = frozenset({"residential", "military", "industrial"})
WATER_LINES: Final = frozenset({"river", "canal", "stream", "ditch", "drain", "tidal_channel"})
WATER_AREAS: Final = frozenset({"riverbank", "dock"})
RAIL_LINES: Final = frozenset({"rail", "light_rail", "narrow_gauge"})

NO_OBSTACLE_LINES: Final = frozenset(
    {"no", "kerb", "entrance", "bollard", "step", "tactile", "height_restrictor"}
)
"""``barrier`` values that a walker steps over or passes, drawn as a line."""
GATE_LINES: Final = frozenset(
    {
        "gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "wicket_gate", "kissing_gate",
        "bump_gate", "hampshire_gate", "turnstile", "full-height_turnstile", "toll_booth", "cattle_grid",
        "chain", "sally_port", "border_control", "cycle_barrier", "stile",
    }
)  # fmt: skip
"""``barrier`` values that are a passage although drawn as a line across the way."""
NO_PASSAGE_NODES: Final = frozenset(
    {
        "no",
        "wall",
        "fence",
        "hedge",
        "jersey_barrier",
        "retaining_wall",
        "guard_rail",
        "city_wall",
        "debris",
        "log",
    }
)
"""``barrier`` values of a node that leave no gap; every other node on a barrier is a passage of some kind."""

CLOSED_ACCESS: Final = frozenset(
    {"no", "private", "permit", "residents", "delivery", "military", "employees"}
)
OPEN_ACCESS: Final = frozenset({"yes", "permissive", "public"})
_NEGATIVE: Final = frozenset({"", "no", "false", "0"})

_METRIC = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(m|meters?|metres?|米|cm|km)?", re.IGNORECASE)
_FEET = re.compile(r"(\d+(?:\.\d+)?)\s*(?:'|ft|feet)(?:\s*(\d+(?:\.\d+)?)\s*(?:\"|'')?)?", re.IGNORECASE)
_UNITS_M: Final = {"cm": 0.01, "km": 1000.0}
_WIDEST_M: Final = 200.0
_MOST_LANES: Final = 30.0
_DEEPEST_LEVEL: Final = 20.0


def clean(tags: Tags) -> dict[str, str]:
    """Copy tags without what a database refuses: NUL characters, empty values, surrounding space."""
    stripped = ((k, v.replace("\x00", "").strip()) for k, v in tags.items())
    return {k: v for k, v in stripped if v}


def is_set(tags: Tags, key: str) -> bool:
    """Whether a yes-or-more tag holds: present and not ``no``.

    Examples
    --------
    >>> is_set({"bridge": "viaduct"}, "bridge"), is_set({"bridge": "no"}, "bridge"), is_set({}, "bridge")
    (True, False, False)
    """
    return tags.get(key, "").lower() not in _NEGATIVE


def parse_width_m(text: str | None) -> float | None:
    """Read a ``width`` tag, metres.

    Returns
    -------
    width_m
        Above 0 and at most 200; None when absent, not one clear number, or outside this range.

    Examples
    --------
    >>> [parse_width_m(t) for t in ("3.5", "3.5 m", "350cm", "12'", "10'6", "wide", "3;4", "0", None)]
    [3.5, 3.5, 3.5, 3.6576, 3.2004, None, None, None, None]
    """
    text = (text or "").strip().replace("，", ".").replace(",", ".")
    if metric := _METRIC.fullmatch(text):
        width_m = float(metric[1]) * _UNITS_M.get((metric[2] or "").lower(), 1.0)
    elif feet := _FEET.fullmatch(text):
        width_m = (float(feet[1]) + float(feet[2] or 0) / 12) * 0.3048
    else:
        return None
    return round(width_m, 4) if 0 < width_m <= _WIDEST_M else None


def parse_lanes(text: str | None) -> float | None:
    """Read a ``lanes`` tag; None when absent, not a number, or outside 0 < lanes <= 30.

    Examples
    --------
    >>> parse_lanes("2"), parse_lanes("1.5"), parse_lanes("2;3"), parse_lanes("-1")
    (2.0, 1.5, None, None)
    """
    lanes = _number(text)
    return lanes if lanes is not None and 0 < lanes <= _MOST_LANES else None


def parse_layer(text: str | None) -> float:
    """Read a ``layer`` tag; 0, the ground, when absent or not a level between -20 and 20.

    Examples
    --------
    >>> parse_layer("-1"), parse_layer("+1"), parse_layer("ground"), parse_layer(None)
    (-1.0, 1.0, 0.0, 0.0)
    """
    level = _number(text)
    return level if level is not None and abs(level) <= _DEEPEST_LEVEL else 0.0


def is_bridge(tags: Tags) -> bool:
    """Whether a way is a bridge."""
    return is_set(tags, "bridge")


def is_tunnel(tags: Tags) -> bool:
    """Whether a way runs in a tunnel, through a building, or covered."""
    return is_set(tags, "tunnel") or is_set(tags, "covered")


def is_street(tags: Tags) -> bool:
    """Whether a way is a street, of whatever class: ``highway`` of any value but ``no``."""
    return is_set(tags, "highway")


def is_building(tags: Tags) -> bool:
    """Whether an area is a building above ground."""
    return is_set(tags, "building") and tags.get("location") != "underground"


def is_barrier_line(tags: Tags) -> bool:
    """Whether a line stops a walker: wall, fence, hedge and their like; no kerb, no gate, no building.

    Examples
    --------
    >>> [is_barrier_line({"barrier": b}) for b in ("wall", "hedge", "kerb", "gate", "no")]
    [True, True, False, False, False]
    """
    barrier = tags.get("barrier", "no").lower()
    return barrier not in NO_OBSTACLE_LINES | GATE_LINES and not is_set(tags, "building")


def is_gate_line(tags: Tags) -> bool:
    """Whether a line is a gate drawn across the way."""
    return tags.get("barrier", "").lower() in GATE_LINES


def is_gate_node(tags: Tags) -> bool:
    """Whether a node is a passage by its own tags: any ``barrier`` that leaves a gap."""
    return is_set(tags, "barrier") and tags["barrier"].lower() not in NO_PASSAGE_NODES


def is_entrance(tags: Tags) -> bool:
    """Whether a node is an entrance, of a building or of a barrier."""
    return is_set(tags, "entrance")


def compound_kind(tags: Tags) -> str | None:
    """Name the amenity or landuse that makes an area a compound; None when it is none.

    A landuse counts only with a name or an enclosure; ``is_sure_compound`` tells those whose tags say so.

    Examples
    --------
    >>> compound_kind({"amenity": "school"}), compound_kind({"landuse": "residential"}), compound_kind({})
    ('school', 'residential', None)
    """
    if tags.get("amenity") in COMPOUND_AMENITIES:
        return tags["amenity"]
    return tags["landuse"] if tags.get("landuse") in COMPOUND_LANDUSES else None


def is_sure_compound(tags: Tags) -> bool:
    """Whether the tags alone make it a compound: an amenity, a name, or a barrier on the area itself."""
    return tags.get("amenity") in COMPOUND_AMENITIES or "name" in tags or is_barrier_line(tags)


def enclosure(tags: Tags) -> Ternary:
    """Whether a compound is closed, from evidence in its tags; ``unknown`` without any.

    Closed when access is forbidden or a wall or fence is tagged on the area; not closed when access is
    granted or ``barrier=no`` says that nothing stands around it.

    Examples
    --------
    >>> [enclosure(t) for t in ({"access": "private"}, {"barrier": "wall"}, {"access": "yes"}, {})]
    ['yes', 'yes', 'no', 'unknown']
    """
    access = tags.get("access", "").lower()
    if access in CLOSED_ACCESS or is_barrier_line(tags):
        return "yes"
    if access in OPEN_ACCESS or tags.get("barrier") == "no":
        return "no"
    return "unknown"


def obstacle_of_line(tags: Tags) -> str | None:
    """``water``, ``rail`` or None for a way; what runs in a tunnel, a culvert or on a bridge stops nobody.

    Examples
    --------
    >>> obstacle_of_line({"waterway": "river"}), obstacle_of_line({"waterway": "ditch", "tunnel": "culvert"})
    ('water', None)
    >>> obstacle_of_line({"railway": "rail"}), obstacle_of_line({"railway": "rail", "bridge": "yes"})
    ('rail', None)
    """
    if is_tunnel(tags) or tags.get("location") == "underground":
        return None
    if tags.get("waterway") in WATER_LINES and not is_bridge(tags):
        return "water"
    at_grade = not is_bridge(tags) and parse_layer(tags.get("layer")) == 0
    return "rail" if tags.get("railway") in RAIL_LINES and at_grade else None


def obstacle_of_area(tags: Tags) -> str | None:
    """``water`` or None for an area."""
    if is_tunnel(tags) or tags.get("location") == "underground":
        return None
    water = tags.get("natural") == "water" or tags.get("landuse") == "reservoir"
    return "water" if water or tags.get("waterway") in WATER_AREAS else None


def _number(text: str | None) -> float | None:
    try:
        value = float((text or "").strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None
