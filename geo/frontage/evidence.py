"""The evidence of a verdict: a JSON-ready record and its sentence, for each station.

The record's keys are a contract with the API and the review map: ``verdict``, ``rule``, ``street``,
``anchor``, ``lines`` (the nearest approach line per street with what cuts it), ``way_in``, ``stability``,
``sigma_m``, ``floor``, ``street_data_date``, ``parameters``. Absent knowledge is None.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo import texts
from geo.frontage.anchors import ANCHOR_KINDS, ENTRANCE, Anchors
from geo.frontage.approach import Lines
from geo.frontage.gates import STATE_NAMES
from geo.frontage.obstacles import LAYER_NAMES, OBSTACLE, crossing_distance_m
from geo.frontage.parameters import Parameters
from geo.frontage.rules import RULES, VERDICT_NAMES, Answers, rule
from geo.frontage.streetmap import Index, StreetMap
from geo.frontage.streets import Streets, Ways
from geo.texts import Text
from geo.vocabulary import STREET_FACING

Record = dict[str, Any]

_LISTED_LINES: Final = 5


@dataclass(frozen=True)
class Findings:
    """What is known of the judged stations; arrays over these, shape (stations,).

    ``site`` the site shown, ``verdict`` and ``rule`` the final ones, ``centre_rule`` the centre's own,
    ``same`` how many of nine agree, ``sigma_m`` and ``floor`` (NaN unknown), ``nearest`` the nearest street
    beyond reach and its edge where that is told.
    """

    site: Index
    verdict: NDArray[np.int8]
    rule: NDArray[np.int8]
    centre_rule: NDArray[np.int8]
    same: NDArray[np.intp]
    sigma_m: NDArray[np.float64]
    floor: NDArray[np.float64]
    nearest: list[tuple[int, float] | None]


@dataclass(frozen=True)
class Witness:
    """Collects the records: the answers, the map, and the shown lines with their crossings by site."""

    answers: Answers
    anchors: Anchors
    streets: StreetMap
    ways: Streets
    parameters: Parameters
    shown: dict[int, list[int]]
    cuts: dict[int, list[Record]]

    def record(self, findings: Findings, i: int) -> tuple[Record, Text]:
        """Give the evidence and the sentence of station ``i``."""
        site = int(findings.site[i])
        street = self._street(site, findings, i)
        stability = None if self._entrance(site) else {"same": int(findings.same[i]), "of": 9}
        evidence: Record = {
            "verdict": VERDICT_NAMES[findings.verdict[i]],
            "rule": RULES[findings.rule[i]],
            "street": street,
            "anchor": self._anchor(site),
            "lines": [self._line(k) for k in self.shown.get(site, [])],
            "way_in": self._way_in(site, findings.centre_rule[i]),
            "stability": stability,
            "sigma_m": _number(findings.sigma_m[i]),
            "floor": _number(findings.floor[i]),
            "street_data_date": self.streets.as_of,
            "parameters": self.parameters.version,
        }
        if findings.rule[i] == rule("unstable"):
            evidence["centre_rule"] = RULES[findings.centre_rule[i]]
        return evidence, self._sentence(findings, i, evidence)

    def _entrance(self, site: int) -> bool:
        return bool(self.anchors.kind[site] == ENTRANCE)

    def _anchor(self, site: int) -> Record:
        kind = int(self.anchors.kind[site])
        own = int(self.anchors.own[np.searchsorted(self.anchors.site, site)])
        building = None if own < 0 else str(self.streets.columns["buildings.osm_id"][own])
        return {"kind": ANCHOR_KINDS[kind], "building": building}

    def _street(self, site: int, findings: Findings, i: int) -> Record | None:
        line, weak = int(self.answers.line[site]), int(self.answers.weak_line[site])
        if line >= 0:
            return self._approached(self.answers.lines, line, self.ways.public)
        if weak >= 0:
            return self._approached(self.answers.weak, weak, self.ways.weak)
        nearest = findings.nearest[i]
        if nearest is None:
            return None
        return self._way(self.ways.public, nearest[0]) | {"edge_m": round(nearest[1], 1)}

    def _approached(self, lines: Lines, line: int, ways: Ways) -> Record:
        return self._way(ways, int(lines.way[line])) | {"edge_m": round(float(lines.edge_m[line]), 1)}

    def _way(self, ways: Ways, way: int) -> Record:
        row = int(ways.rows[way])
        columns, inside = self.streets.columns, int(ways.compound[way])
        width, lanes = columns["streets.width_m"][row], columns["streets.lanes"][row]
        return {
            "name": ways.name[way],
            "class": str(columns["streets.highway"][row]),
            "osm_id": str(columns["streets.osm_id"][row]),
            "half_width_m": round(float(ways.half_width_m[way]), 2),
            "half_width_from": "width" if width > 0 else "lanes" if lanes > 0 else "class",
            "in_compound": None if inside < 0 else str(columns["compounds.osm_id"][inside]),
        }

    def _line(self, k: int) -> Record:
        way, lines = int(self.answers.lines.way[k]), self.answers.lines
        short = {
            "name": self.ways.public.name[way],
            "osm_id": str(self.streets.columns["streets.osm_id"][self.ways.public.rows[way]]),
            "edge_m": round(float(lines.edge_m[k]), 1),
        }
        return short | {"state": STATE_NAMES[self.answers.state[k]], "cuts": self.cuts.get(k, [])}

    def _way_in(self, site: int, centre_rule: int) -> Record | None:
        walked = self.answers.way_in
        if centre_rule == rule("clear_line"):
            length = float(self.answers.lines.edge_m[self.answers.line[site]])
            return {"length_m": round(length, 1), "state": "open", "first_way": None}
        if RULES[centre_rule] not in {"lines_cut", "way_in_known", "way_in_possible"}:
            return None
        known, possible = float(walked.known_m[site]), float(walked.possible_m[site])
        row = int(walked.row[site])
        first = None if row < 0 else str(self.streets.columns["streets.osm_id"][row])
        state = "open" if np.isfinite(known) else "unknown" if np.isfinite(possible) else "none_known"
        length = known if np.isfinite(known) else possible
        return {"length_m": _number(length), "state": state, "first_way": first}

    def _sentence(self, findings: Findings, i: int, evidence: Record) -> Text:
        if findings.rule[i] != rule("unstable"):
            return self._reason(RULES[findings.rule[i]], evidence)
        centre = STREET_FACING["yes" if findings.centre_rule[i] == rule("clear_line") else "no"]
        sigma, same = f"{findings.sigma_m[i]:.0f}", int(findings.same[i])
        return texts.FRONTAGE_REASONS["unstable"].format(
            sigma_m=sigma, same=same, centre_zh=centre.zh, centre_en=centre.en
        )

    def _reason(self, name: str, evidence: Record) -> Text:
        street = evidence["street"]
        if name == "no_street_near" and street is None:
            name = "no_street_known"
        words: Record = {
            "reach_m": f"{self.parameters.reach_m:g}",
            "yes_m": f"{self.parameters.yes_m:g}",
            "data_m": f"{self.parameters.data_m:g}",
        }
        called = street_name(street)
        words |= {"street_zh": called.zh, "street_en": called.en}
        if street is not None:
            words["edge_m"] = f"{street['edge_m']:.1f}"
        if evidence["way_in"] and evidence["way_in"]["length_m"] is not None:
            words["way_in_m"] = f"{evidence['way_in']['length_m']:.0f}"
        if name == "clear_line":
            words |= _clear_words(evidence)
        if name == "lines_cut":
            words |= _cut_words(evidence)
        return texts.FRONTAGE_REASONS[name].format(**words)


def witness(
    answers: Answers,
    anchors: Anchors,
    sites: Index,
    streets: StreetMap,
    ways: Streets,
    parameters: Parameters,
) -> Witness:
    """Choose the lines to show for the given sites (the shortest per street) and describe what they cross."""
    shown = _shown(answers, sites)
    every = np.array(sorted(k for lines in shown.values() for k in lines), dtype=np.intp)
    which = np.flatnonzero(np.isin(answers.found.line, every))
    found = answers.found.take(which)
    at_m = crossing_distance_m(answers.lines.segments, found, streets, parameters)
    cuts: dict[int, list[Record]] = {}
    columns = streets.columns
    for k in np.lexsort((np.round(at_m, 6), found.line)):
        listed = cuts.setdefault(int(found.line[k]), [])
        layer, row, gate = int(found.layer[k]), int(found.row[k]), int(found.gate[k])
        kind = str(columns["obstacles.kind"][row]) if layer == OBSTACLE else LAYER_NAMES[layer]
        listed.append(
            {
                "kind": kind,
                "osm_id": str(columns[f"{LAYER_NAMES[layer]}.osm_id"][row]),
                "at_m": round(float(at_m[k]), 1),
                "state": STATE_NAMES[found.state[k]],
                "gate": None if gate < 0 else str(columns["gates.osm_id"][gate]),
            }
        )
    return Witness(answers, anchors, streets, ways, parameters, shown, cuts)


def bare_record(
    code: int, sigma_m: float, floor: float, streets: StreetMap, parameters: Parameters
) -> Record:
    """Give the evidence of a station that could not be judged: everything but the rule is absent."""
    return {
        "verdict": "unknown",
        "rule": RULES[code],
        "street": None,
        "anchor": None,
        "lines": [],
        "way_in": None,
        "stability": None,
        "sigma_m": _number(sigma_m),
        "floor": _number(floor),
        "street_data_date": streets.as_of,
        "parameters": parameters.version,
    }


def street_name(street: Record | None) -> Text:
    """Name of a street for a sentence: its name, else that it has none, with its OSM id.

    Examples
    --------
    >>> street_name({"name": None, "osm_id": "way/7"}).en
    'an unnamed street (way/7)'
    """
    if street is None:
        return Text("", "")
    if street["name"]:
        return Text(str(street["name"]), str(street["name"]))
    return texts.FRONTAGE_UNNAMED.format(osm_id=street["osm_id"])


def _shown(answers: Answers, sites: Index) -> dict[int, list[int]]:
    """Positions of the shortest tested line per street of each site, nearest first.

    At most ``_LISTED_LINES``; the deciding line comes first.
    """
    lines = answers.lines
    tested = np.flatnonzero((answers.state >= 0) & np.isin(lines.site, sites))
    pairs = np.stack([lines.site[tested], lines.way[tested]], axis=1)
    first = np.sort(np.unique(pairs, axis=0, return_index=True)[1])
    shown: dict[int, list[int]] = {}
    for site in np.unique(sites):
        decided = int(answers.line[site])
        if decided >= 0:
            shown[int(site)] = [decided]
    for k in tested[first]:
        listed = shown.setdefault(int(lines.site[k]), [])
        if len(listed) < _LISTED_LINES and all(lines.way[k] != lines.way[other] for other in listed):
            listed.append(int(k))
    return shown


def _clear_words(evidence: Record) -> Record:
    gates = [cut["gate"] for cut in evidence["lines"][0]["cuts"] if cut["gate"]]
    clear = texts.FRONTAGE_THROUGH_GATE.format(gate=gates[0]) if gates else texts.FRONTAGE_CLEAR
    stability = evidence["stability"]
    stable = texts.FRONTAGE_STABLE.format(same=stability["same"]) if stability else texts.FRONTAGE_ENTRANCE
    words = {"clear_zh": clear.zh, "clear_en": clear.en, "stable_zh": stable.zh, "stable_en": stable.en}
    inside = evidence["street"]["in_compound"]
    where = texts.FRONTAGE_IN_COMPOUND.format(osm_id=inside) if inside else Text("", "")
    return words | {"where_zh": where.zh, "where_en": where.en}


def _cut_words(evidence: Record) -> Record:
    cut = next(cut for cut in evidence["lines"][0]["cuts"] if cut["state"] == "closed")
    by_gate = cut["gate"] is not None
    name = "gate" if by_gate else cut["kind"]
    obstacle = texts.FRONTAGE_OBSTACLES[name].format(osm_id=cut["gate"] if by_gate else cut["osm_id"])
    return {"at_m": f"{cut['at_m']:.0f}", "obstacle_zh": obstacle.zh, "obstacle_en": obstacle.en}


def _number(value: float) -> float | None:
    return round(float(value), 1) if np.isfinite(value) else None
