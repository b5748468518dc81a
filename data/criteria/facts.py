"""What is known of one station, fact by fact: state, kind (declared, computed, visited), day and who said it.

Visited beats computed beats declared. Nothing is guessed: a fact that nobody stated and that nothing shows is
unknown, and so is a facility that is not on the list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from data.criteria import texts
from data.criteria.rulesets import FACILITY
from geo import vocabulary
from geo.texts import Text
from geo.vocabulary import Ternary

Kind = Literal["declared", "computed", "visited", "none"]

STATED: Final = tuple(texts.FACT)[tuple(texts.FACT).index("sign_uniform") :]
"""The facts that a form states; the others follow from the registry."""

_KEPT_PLACE: Final[Mapping[str, Ternary]] = {
    "fixed": "yes", "container": "yes", "vehicle": "no", "cabinet": "no", "unknown": "unknown",
}  # fmt: skip
_FACILITY: Final[Mapping[str, Ternary]] = {"working": "yes", "unknown": "yes", "broken": "no"}
"""A facility that is listed is declared to be there; whether it works is another question, unless it is broken."""


@dataclass(frozen=True)
class Fact:
    """One thing known or not known. ``on``: ISO day or None; ``by``: the unit; ``note``: in words."""

    code: str
    state: Ternary
    kind: Kind
    on: str | None = None
    by: str | None = None
    note: Text | None = None

    @property
    def name(self) -> Text:
        """What it is called."""
        if self.code.startswith(FACILITY):
            return vocabulary.FACILITY[self.code.removeprefix(FACILITY)]
        return texts.FACT[self.code]


def of_station(station: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Fact]:
    """Gather the facts of one station.

    Parameters
    ----------
    station
        Values of the columns of ``sql/criteria/read_grounds.sql``; missing ones count as unknown.
    stated
        What forms stated: fact to ``{"declared": entry, "visited": entry}``, each entry (or none)
        ``{"state": "yes" | "no", "on": day, "by": unit}``. Empty: nothing was stated.

    Returns
    -------
    facts
        Every fact of ``texts.FACT`` and every facility, by code.

    Examples
    --------
    >>> facts = of_station({"kind": "fixed", "facilities": {"fridge": "broken"}}, {})
    >>> facts["fixed_place"].state, facts["facility:fridge"].state, facts["facility:toilet"].state
    ('yes', 'no', 'unknown')
    """
    worked_out = {fact.code: fact for fact in (*_of_registry(station), *_of_facilities(station))}
    return worked_out | {code: _of_form(code, stated.get(code) or {}) for code in STATED}


def _of_registry(station: Mapping[str, Any]) -> Iterator[Fact]:
    on, by = station.get("declared_on"), station.get("declared_by")

    def declared(code: str, state: Ternary) -> Fact:
        return Fact(code, state, "declared" if state != "unknown" else "none", on, by)

    yield declared("fixed_place", _KEPT_PLACE.get(station.get("kind") or "unknown", "unknown"))
    yield _street_facing(station)
    floor = station.get("floor")
    yield declared("ground_floor", "unknown" if floor is None or floor != floor else _yes_no(floor == 1))  # noqa: PLR0124
    yield _registration(station)
    audience = station.get("audience") or "unknown"
    yield declared(
        "outdoor_workers", "unknown" if audience == "unknown" else _yes_no(audience == "outdoor_workers")
    )
    yield declared("hours_known", "yes" if station.get("opening_hours") else "unknown")
    for code in ("door_24h", "unattended_24h", "goods_24h"):
        yield declared(code, station.get(code) or "unknown")
    box = (station.get("facilities") or {}).get("feedback_box")
    yield declared("suggestion_box", _FACILITY[box] if box else "unknown")


def _street_facing(station: Mapping[str, Any]) -> Fact:
    state: Ternary = station.get("street_facing") or "unknown"
    kind: Kind = station.get("street_facing_kind") or "none"
    on = station.get("visited_on") if kind == "visited" else station.get("checked_on")
    reason = station.get("street_facing_zh")
    note = Text(reason, station.get("street_facing_en") or reason) if reason else None
    return Fact(
        "street_facing", state, kind, on, station.get("visited_by") if kind == "visited" else None, note
    )


def _registration(station: Mapping[str, Any]) -> Fact:
    visited = station.get("visited_registration_required")
    if visited in ("yes", "no"):
        on, by = station.get("visited_on"), station.get("visited_by")
        return Fact("no_registration", _yes_no(visited == "no"), "visited", on, by)
    declared = station.get("registration_required") or "unknown"
    if declared == "unknown":
        return Fact("no_registration", "unknown", "none")
    on, by = station.get("declared_on"), station.get("declared_by")
    return Fact("no_registration", _yes_no(declared == "no"), "declared", on, by)


def _of_facilities(station: Mapping[str, Any]) -> Iterator[Fact]:
    on, by = station.get("declared_on"), station.get("declared_by")
    listed = station.get("facilities") or {}
    for code in vocabulary.FACILITY:
        state = listed.get(code)
        if state is None:
            yield Fact(FACILITY + code, "unknown", "none")
        else:
            yield Fact(
                FACILITY + code, _FACILITY[state], "declared", on, by, vocabulary.FACILITY_STATE[state]
            )


def _of_form(code: str, stated: Mapping[str, Any]) -> Fact:
    kinds: tuple[Literal["visited", "declared"], ...] = ("visited", "declared")
    for kind in kinds:
        entry = stated.get(kind)
        if entry:
            return Fact(code, entry["state"], kind, entry.get("on"), entry.get("by"))
    return Fact(code, "unknown", "none")


def _yes_no(holds: bool) -> Ternary:
    return "yes" if holds else "no"
