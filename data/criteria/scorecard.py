"""The score card of a station: each have as met, unmet or unknown, with the facts that decide it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.criteria.facts import Fact
from data.criteria.logic import at_least
from data.criteria.rulesets import Have, Need, RuleSet
from geo.vocabulary import Ternary


@dataclass(frozen=True)
class Mark:
    """One have or preference of one station; ``facts``: what it was decided by, in the order of the rule."""

    have: Have
    state: Ternary
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Card:
    """What a rule set says of a station; preferences never count among ``met``."""

    station_id: str
    rules: RuleSet
    haves: tuple[Mark, ...]
    preferences: tuple[Mark, ...]

    @property
    def met(self) -> int:
        """How many haves are known to be met."""
        return sum(mark.state == "yes" for mark in self.haves)

    @property
    def unmet(self) -> int:
        """How many haves are known not to be met."""
        return sum(mark.state == "no" for mark in self.haves)

    @property
    def unknown(self) -> int:
        """How many haves are open."""
        return len(self.haves) - self.met - self.unmet

    @property
    def preferred(self) -> int:
        """How many preferences are known to hold."""
        return sum(mark.state == "yes" for mark in self.preferences)

    def to_json(self) -> dict[str, Any]:
        """Make it JSON-ready: what is kept with a candidate and shown on pages; names in both languages."""
        return {
            "station_id": self.station_id,
            "rules": {
                "version": self.rules.version,
                "digest": self.rules.digest,
                "title": _both(self.rules.title),
            },
            "met": self.met,
            "unmet": self.unmet,
            "unknown": self.unknown,
            "preferred": self.preferred,
            "haves": [_mark_json(mark) for mark in self.haves],
            "preferences": [_mark_json(mark) for mark in self.preferences],
        }


def make(station_id: str, facts: Mapping[str, Fact], rules: RuleSet) -> Card:
    """Fill in the card of one station.

    Parameters
    ----------
    station_id
        Whose.
    facts
        From ``facts.of_station``: every fact that ``rules`` asks for.
    rules
        From ``rulesets.load``.

    Examples
    --------
    >>> from data.criteria import facts, rulesets
    >>> nothing = make("S1", facts.of_station({}, {}), rulesets.load("seven_2021"))
    >>> nothing.met, nothing.unmet, nothing.unknown
    (0, 0, 7)
    """
    return Card(
        station_id,
        rules,
        tuple(_mark(have, facts) for have in rules.haves),
        tuple(_mark(have, facts) for have in rules.preferences),
    )


def _mark(have: Have, facts: Mapping[str, Fact]) -> Mark:
    return Mark(have, _state(have.needs, facts), tuple(facts[code] for code in have.needs.facts()))


def _state(need: Need, facts: Mapping[str, Fact]) -> Ternary:
    if need.fact is not None:
        return facts[need.fact].state
    return at_least(need.count, [_state(part, facts) for part in need.parts])


def _both(text: Any) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _mark_json(mark: Mark) -> dict[str, Any]:
    return {
        "code": mark.have.code,
        "name": _both(mark.have.name),
        "state": mark.state,
        "facts": [
            {"code": f.code, "name": _both(f.name), "state": f.state, "kind": f.kind}
            | {key: value for key, value in (("on", f.on), ("by", f.by)) if value}
            | ({"note": _both(f.note)} if f.note else {})
            for f in mark.facts
        ],
    }
