"""The symbols of a station: one table that markers, list and legend are all drawn from.

Shape, hue and mark say how a station serves around the clock; the way it is filled says whether one can get
in now. No meaning hangs on colour alone.
"""

from dataclasses import dataclass
from typing import Final, Literal

from geo import vocabulary
from geo.texts import Text
from maps import texts
from maps.style import OKABE_ITO

Shape = Literal["diamond", "hexagon", "square", "circle"]
Filling = Literal["solid", "hollow", "dashed"]


@dataclass(frozen=True)
class Symbol:
    """One kind of marker; ``size_px`` is its height, ``ink`` the colour of the mark on the filled shape."""

    code: str
    shape: Shape
    size_px: int
    fill: str
    ink: str
    mark: Text
    label: Text


@dataclass(frozen=True)
class State:
    """One state of opening: how it fills the shape, the sign before its words, the mark, the words."""

    code: str
    filling: Filling
    sign: str
    mark: Text
    label: Text


@dataclass(frozen=True)
class Verdict:
    """One street-facing verdict: its sign and its words, and the badge that stands for it on the map."""

    code: str
    sign: str
    label: Text
    shape: Shape
    fill: str
    ink: str


@dataclass(frozen=True)
class Layer:
    """A layer of the map that can be switched: its words, and whether it is drawn at first."""

    code: str
    label: Text
    is_on: bool


_INK = "#17252f"
_WHITE = "#ffffff"
_NO_MARK = Text("", "")

SYMBOLS: Final[tuple[Symbol, ...]] = (
    Symbol(
        "open_door",
        "diamond",
        44,
        OKABE_ITO["blue"],
        _WHITE,
        texts.MARK_24H,
        vocabulary.ACCESS_24H["open_door"],
    ),
    Symbol(
        "unattended",
        "hexagon",
        38,
        OKABE_ITO["orange"],
        _INK,
        texts.MARK_24H,
        vocabulary.ACCESS_24H["unattended"],
    ),
    Symbol(
        "goods_only",
        "square",
        26,
        OKABE_ITO["sky"],
        _INK,
        texts.MARK_GOODS,
        vocabulary.ACCESS_24H["goods_only"],
    ),
    Symbol("no", "circle", 24, OKABE_ITO["green"], _WHITE, _NO_MARK, vocabulary.ACCESS_24H["no"]),
    Symbol("unknown", "circle", 24, OKABE_ITO["green"], _WHITE, _NO_MARK, texts.LABEL_24H_UNKNOWN),
)
"""By code of ``vocabulary.ACCESS_24H``."""

AROUND_THE_CLOCK: Final[tuple[str, ...]] = ("open_door", "unattended")
"""The codes that make a 24-hour station; goods sold around the clock do not."""

STATES: Final[tuple[State, ...]] = (
    State("open", "solid", "●", _NO_MARK, vocabulary.OPEN_STATE["open"]),
    State("self_service", "solid", "●", _NO_MARK, texts.STATE_SELF_SERVICE),
    State("closed", "hollow", "○", _NO_MARK, vocabulary.OPEN_STATE["closed"]),
    State("paused", "hollow", "⊘", texts.MARK_PAUSED, vocabulary.STATUS["temporarily_closed"]),
    State("unknown", "dashed", "?", texts.MARK_UNKNOWN, vocabulary.OPEN_STATE["unknown"]),
)
"""``self_service``: outside the staffed hours, but one gets in without staff."""

VERDICTS: Final[tuple[Verdict, ...]] = (
    Verdict("yes", "✓", vocabulary.STREET_FACING["yes"], "circle", OKABE_ITO["green"], _INK),
    Verdict("no", "✕", vocabulary.STREET_FACING["no"], "square", OKABE_ITO["orange"], _INK),
    Verdict("unknown", "?", texts.VERDICT_UNKNOWN, "diamond", OKABE_ITO["yellow"], _INK),
)

LAYERS: Final[tuple[Layer, ...]] = (
    Layer("24h", texts.LAYER_24H, is_on=True),
    Layer("street", texts.LAYER_STREET, is_on=False),
)
"""``24h``: shape, hue and mark by ``SYMBOLS``, else all stations are plain; ``street``: a badge by ``VERDICTS``."""
