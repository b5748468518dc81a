"""Facts that people stated about a station: found on a visit, or declared by its operator.

A fact found on site beats geometry; a declared one never decides, but when it contradicts the computed verdict
the answer is unknown (``declared_conflict``, 待核实), so that somebody goes and looks. The computed verdict
stays in the evidence either way.

What a visit found decides in this order, whatever else it found:

1. ``registration_required=yes``, ``guarded=yes``: an outsider can't walk in, so **no**;
2. ``lift=no`` on a floor above the ground floor: **no**;
3. ``street_door``: *yes* is **yes**, *no* is **no**;
4. ``in_compound=yes`` without a street door: **no**.

Entry comes first because the criterion has two halves: a street door behind a register is street-facing and
still not easy to enter. The sentence then names both. Other facts (*no* to 1 or 4, ``lift=yes``) decide nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo import texts
from geo.errors import FrameError
from geo.texts import Text
from geo.vocabulary import STREET_FACING, VISITED_FACT

Record = dict[str, Any]
Names = NDArray[np.object_]
Flags = NDArray[np.bool_]

VISITED: Final = tuple(VISITED_FACT)
DECLARED: Final = ("street_door", "in_compound", "registration_required")
DECIDES: Final = {
    "visited_registration": "no",
    "visited_guarded": "no",
    "visited_no_lift": "no",
    "visited_no_street_door": "no",
    "visited_street_door": "yes",
    "visited_in_compound": "no",
    "declared_conflict": "unknown",
}
"""The verdict of each rule of this file, in the order in which they are tried."""

_VALUES: Final = frozenset({"yes", "no", "unknown"})
_UPSTAIRS: Final = 2


@dataclass(frozen=True)
class Facts:
    """Facts by name, shape (stations,) each: ``"yes"``, ``"no"`` or None; dates as ISO text or None."""

    visited: dict[str, Names]
    declared: dict[str, Names]
    visited_on: Names
    declared_on: Names
    floor: NDArray[np.float64]

    @property
    def any(self) -> Flags:
        """Whether anything is stated of a station."""
        known = np.zeros(len(self.floor), dtype=bool)
        for values in (*self.visited.values(), *self.declared.values()):
            known |= values != None  # noqa: E711 (elementwise)
        return known

    def listed(self, i: int) -> list[dict[str, Any]]:
        """List what is known of station ``i``, JSON-ready: fact, value, kind (visited, declared) and date."""
        groups = (
            ("visited", self.visited, self.visited_on[i]),
            ("declared", self.declared, self.declared_on[i]),
        )
        return [
            {"fact": name, "value": values[i], "kind": kind, "on": on}
            for kind, group, on in groups
            for name, values in group.items()
            if values[i] is not None
        ]


def read_facts(stations: gpd.GeoDataFrame) -> Facts:
    """Take the optional columns of facts from the stations.

    Parameters
    ----------
    stations
        Columns ``visited_street_door``, ``visited_in_compound``, ``visited_registration_required``,
        ``visited_guarded``, ``visited_lift``, ``declared_street_door``, ``declared_in_compound``,
        ``declared_registration_required``: yes, no, unknown or missing. ``visited_on``, ``declared_on``: ISO
        dates or missing. ``floor``: 1 is the ground floor. An absent column states nothing.

    Returns
    -------
    facts
        On the rows of ``stations``.

    Raises
    ------
    FrameError
        A fact has another value.
    """
    visited = {name: _stated(stations, f"visited_{name}") for name in VISITED}
    declared = {name: _stated(stations, f"declared_{name}") for name in DECLARED}
    dates = _dates(stations, "visited_on"), _dates(stations, "declared_on")
    return Facts(visited, declared, *dates, stations["floor"].to_numpy(float))


def _stated(stations: gpd.GeoDataFrame, column: str) -> Names:
    if column not in stations.columns:
        return np.full(len(stations), None, dtype=object)
    values = stations[column].astype(object)
    values = values.where(values.notna(), None)
    wrong = values.notna() & ~values.isin(_VALUES)
    if bool(wrong.any()):
        row = values.index[wrong][0]
        raise FrameError(
            f"stations: column {column!r} is {values[wrong].iloc[0]!r} at row {row!r}; use yes, no or unknown"
        )
    known: Names = values.where(values != "unknown", None).to_numpy(object)
    return known


def _dates(stations: gpd.GeoDataFrame, column: str) -> Names:
    if column not in stations.columns:
        return np.full(len(stations), None, dtype=object)
    values = stations[column].astype(object)
    return np.array(
        [None if missing else str(v) for v, missing in zip(values, values.isna(), strict=True)], object
    )


def deciding(facts: Facts, computed: Names) -> Names:
    """Give the rule by which facts overrule the computed verdict, None where geometry stands.

    Parameters
    ----------
    facts
        What was stated.
    computed
        Computed verdicts (yes, no, unknown), shape (stations,).

    Returns
    -------
    rules
        Keys of ``DECIDES`` or None, shape (stations,).

    Examples
    --------
    A street door found on a visit; one that is declared where geometry says no; one behind a register:

    >>> import pandas as pd
    >>> table = {"visited_street_door": ["yes", None, "yes"], "declared_street_door": [None, "yes", None],
    ...          "visited_registration_required": [None, None, "yes"], "floor": [1.0, 1.0, 1.0]}
    >>> deciding(read_facts(pd.DataFrame(table)), np.array(["no", "no", "yes"], dtype=object)).tolist()
    ['visited_street_door', 'declared_conflict', 'visited_registration']
    """
    seen = facts.visited
    met = {
        "visited_registration": seen["registration_required"] == "yes",
        "visited_guarded": seen["guarded"] == "yes",
        "visited_no_lift": (seen["lift"] == "no") & (facts.floor >= _UPSTAIRS),
        "visited_no_street_door": seen["street_door"] == "no",
        "visited_street_door": seen["street_door"] == "yes",
        "visited_in_compound": seen["in_compound"] == "yes",
        "declared_conflict": _conflict(facts, computed),
    }
    rules = np.full(len(computed), None, dtype=object)
    for name in reversed(DECIDES):
        rules[met[name]] = name
    return rules


def verdicts_with(facts: Facts, computed: Names) -> Names:
    """Give the final verdicts: the computed ones, overruled by facts where these decide."""
    rules = deciding(facts, computed)
    return np.array(
        [verdict if name is None else DECIDES[name] for verdict, name in zip(computed, rules, strict=True)],
        dtype=object,
    )


def _conflict(facts: Facts, computed: Names) -> Flags:
    """Whether something declared, and not settled by a visit, contradicts the computed verdict."""
    told = {name: _unless_visited(facts, name) for name in DECLARED}
    against = (told["street_door"] == "no") | (told["in_compound"] == "yes")
    against |= told["registration_required"] == "yes"
    conflict: Flags = ((computed == "no") & (told["street_door"] == "yes")) | ((computed == "yes") & against)
    return conflict


def _unless_visited(facts: Facts, name: str) -> Names:
    """Give the declared values of a fact where no visit has found the fact."""
    told = facts.declared[name].copy()
    told[facts.visited[name] != None] = None  # noqa: E711 (elementwise)
    return told


def overrule(records: list[Record], sentences: list[Text], facts: Facts) -> tuple[list[Record], list[Text]]:
    """Let the facts overrule the computed verdicts; the computed ones are kept in the evidence.

    Parameters
    ----------
    records, sentences
        Evidence and reason of each station as computed.
    facts
        What was stated about the same stations.

    Returns
    -------
    records, sentences
        The same where geometry stands, with the facts listed.
    """
    computed = np.array([record["verdict"] for record in records], dtype=object)
    rules = deciding(facts, computed)
    records, sentences = list(records), list(sentences)
    for i in np.flatnonzero(facts.any):
        records[i] = records[i] | {"facts": facts.listed(int(i))}
    for i in np.flatnonzero(rules != None):  # noqa: E711 (elementwise)
        record, said, name = records[i], sentences[i], str(rules[i])
        before = {
            "verdict": record["verdict"],
            "rule": record["rule"],
            "reason_zh": said.zh,
            "reason_en": said.en,
        }
        decided = {
            "verdict": DECIDES[name],
            "rule": name,
            "kind": "computed" if name == "declared_conflict" else "visited",
            "computed": before,
        }
        records[i] = record | decided
        sentences[i] = sentence(name, facts, int(i), str(computed[i]))
    return records, sentences


def sentence(rule: str, facts: Facts, i: int, computed: str) -> Text:
    """Say in words what overruled the computed verdict of station ``i``."""
    if rule == "declared_conflict":
        told = join(list(_contradicting(facts, i, computed)))
        answer = STREET_FACING[computed]
        words = {"told_zh": told.zh, "told_en": told.en, "answer_zh": answer.zh, "answer_en": answer.en}
        return texts.FRONTAGE_REASONS[rule].format(**words)
    on = facts.visited_on[i]
    visit = texts.FRONTAGE_VISIT.format(on=on) if on else texts.FRONTAGE_VISIT_UNDATED
    has_door = facts.visited["street_door"][i] == "yes" and DECIDES[rule] == "no"
    door = texts.FRONTAGE_DOOR_BUT if has_door else Text("", "")
    words = {"visit_zh": visit.zh, "visit_en": visit.en, "door_zh": door.zh, "door_en": door.en}
    return texts.FRONTAGE_REASONS[rule].format(floor=f"{facts.floor[i]:g}", **words)


def _contradicting(facts: Facts, i: int, computed: str) -> Iterator[Text]:
    """Name each declared fact that contradicts the computed verdict."""
    against = {"no": {"street_door": "yes"}}.get(
        computed, {"street_door": "no", "in_compound": "yes", "registration_required": "yes"}
    )
    for name, value in against.items():
        if facts.visited[name][i] is None and facts.declared[name][i] == value:
            yield texts.FRONTAGE_DECLARED[name, value]


def join(parts: list[Text]) -> Text:
    """Join words to a list in both languages.

    Examples
    --------
    >>> join([Text("甲", "a"), Text("乙", "b")])
    Text(zh='甲、乙', en='a, b')
    """
    return Text(
        texts.LIST_SEPARATOR.zh.join(p.zh for p in parts), texts.LIST_SEPARATOR.en.join(p.en for p in parts)
    )
