"""Street-facing, easy access: the rule, its numbers, its evidence.

``verdicts`` judges stations against a ``StreetMap`` by ``Parameters``; ``sensitivity`` counts
what a changed number changes; ``geo.frontage.rules.RULES`` names every rule that decides.
"""

from geo.frontage.parameters import Parameters
from geo.frontage.sensitivity import sensitivity
from geo.frontage.streetmap import StreetMap
from geo.frontage.verdict import verdicts

__all__ = ["Parameters", "StreetMap", "sensitivity", "verdicts"]
