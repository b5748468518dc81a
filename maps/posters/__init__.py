"""Posters for stations: what a sign must say, and a code to report a problem with."""

from maps.posters.poster import code_svg, posters

__all__ = ["code_svg", "posters"]
