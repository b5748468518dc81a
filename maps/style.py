"""Colours, stated once: the sheet reads them as CSS variables, the legend as fills.

The hues that carry meaning are Okabe and Ito's, which stay apart for colour-blind readers; text never uses a
hue that falls below a contrast of 4.5 : 1 on its ground (``tests/pure/test_maps.py`` computes it).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

OKABE_ITO: Final[Mapping[str, str]] = MappingProxyType(
    {
        "orange": "#e69f00",
        "sky": "#56b4e9",
        "green": "#009e73",
        "yellow": "#f0e442",
        "blue": "#0072b2",
        "vermillion": "#d55e00",
        "purple": "#cc79a7",
    }
)

NEUTRAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ink": "#17252f",
        "muted": "#4d5b66",
        "line": "#d9dfe0",
        "ground": "#f3f5f2",
        "panel": "#ffffff",
        "accent": "#0b4f7c",
        "accent-soft": "#e6f0f6",
        "open-text": "#00624a",
        "open-soft": "#e2f4ee",
        "closed-text": "#5b4a44",
        "closed-soft": "#f1eeec",
        "doubt-text": "#6b4d00",
        "doubt-soft": "#fdf3dc",
        "no-text": "#8f3d00",
        "no-soft": "#fbebe1",
        "notice": "#fff3c9",
        "map": "#e9edea",
        "street": "#ffffff",
        "street-edge": "#cfd6d3",
    }
)

TEXT_PAIRS: Final[tuple[tuple[str, str], ...]] = (
    ("ink", "panel"),
    ("ink", "ground"),
    ("ink", "notice"),
    ("muted", "panel"),
    ("muted", "ground"),
    ("accent", "panel"),
    ("accent", "accent-soft"),
    ("panel", "accent"),
    ("open-text", "open-soft"),
    ("closed-text", "closed-soft"),
    ("doubt-text", "doubt-soft"),
    ("no-text", "no-soft"),
)
"""Text colour and ground, as the sheet combines them."""


def css_variables() -> str:
    """Write all colours as custom properties of ``:root``."""
    colours = {**OKABE_ITO, **NEUTRAL}
    return ":root{" + "".join(f"--{name}:{value};" for name, value in colours.items()) + "}"


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, relative luminance).

    Examples
    --------
    >>> round(contrast("#ffffff", "#000000"), 1)
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
