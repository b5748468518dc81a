"""Street-facing, easy access: the rule, its numbers, its evidence.

``verdicts`` judges stations against a ``StreetMap`` by ``Parameters``; ``RULES`` names every rule that decides.
"""

from geo.frontage.parameters import Parameters
from geo.frontage.streetmap import StreetMap
from geo.frontage.verdict import verdicts

__all__ = ["Parameters", "StreetMap", "verdicts"]
