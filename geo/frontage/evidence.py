"""The evidence of a verdict: a JSON-ready record for each station.

The record's keys are a contract with the API and the review map; absent knowledge is None:

``verdict``, ``rule``, ``kind``   the answer, what decided, and whether geometry (computed) or a visit did
``computed``      verdict, rule and reasons of geometry where facts overruled it, else None
``facts``         what was stated: fact, value, kind (visited, declared) and date ``on``
``street``        name, class, osm_id, half_width_m and where it is from, compound it lies in, metres to its edge
``anchor``        kind (point, entrance, mapped_entrance, facade), the building that bears it, and metres from the
                  station's point to where the deciding line starts (``from_point_m``)
``lines``         the nearest approach line per street, the deciding one first: street, ``from`` and ``to`` (offsets),
                  ``state``, and ``cuts``: each obstacle it meets with kind, osm_id, metres from the anchor
                  (``at_m``) and offset (``at``), state, gate and that gate's own ``gate_state``
``obstacles``     the obstacles of all listed lines, each once, as in ``cuts``
``way_in``        metres, state (open, unknown, none_known) and first way of the walk to the street, and what it
                  ``crosses``: gates (each with its own state), steps, and walls or borders that stand open there, in
                  the order of the walk (``geo.frontage.walked``)
``positions``     tested positions ``[dx_m, dy_m, verdict]``, the centre first: nine, or one for an entrance
``stability``     how many of nine share the centre's answer; None for an entrance
``centre_rule``   the rule of the centre where the answer is unstable, else None
``sigma_m``, ``floor``, ``street_data_date``, ``parameters`` (version)
``crs``           code of the metric CRS of all offsets

Offsets are metres ``[dx, dy]`` from the station's point, east and north on the grid of ``crs``; a map may draw
them without that CRS (the grid turns from true north by less than 1 in 50).
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.frontage.anchors import ANCHOR_KINDS, ENTRANCE
from geo.frontage.approach import Lines
from geo.frontage.gates import STATE_NAMES, gate_states
from geo.frontage.judging import Findings
from geo.frontage.obstacles import LAYER_NAMES, OBSTACLE, crossing_distance_m
from geo.frontage.parameters import Parameters
from geo.frontage.rules import CIRCLE, RULES, VERDICT_NAMES, Answers, rule
from geo.frontage.streetmap import Index, StreetMap
from geo.frontage.streets import Streets, Ways
from geo.frontage.walked import Walked, follow

Record = dict[str, Any]
Floats = NDArray[np.float64]

_LISTED_LINES: Final = 5
_WALKING: Final = ("lines_cut", "way_in_known", "way_in_possible", "way_round")


@dataclass(frozen=True)
class Witness:
    """Collects the records: the findings, the map, and the shown lines with their crossings by site."""

    findings: Findings
    streets: StreetMap
    ways: Streets
    parameters: Parameters
    shown: dict[int, list[int]]
    cuts: dict[int, list[Record]]
    positions: list[list[list[float | str]]]
    walked: dict[int, Walked]

    @property
    def answers(self) -> Answers:
        """The answers of all sites."""
        return self.findings.answers

    def record(self, i: int) -> Record:
        """Give the evidence of the ``i``-th judged station."""
        findings = self.findings
        site = int(findings.site[i])
        entrance = bool(self.findings.anchors.kind[site] == ENTRANCE)
        here = float(findings.x[i]), float(findings.y[i])
        line = int(findings.line[i])
        lines = [self._line(k, here) for k in self._listed(site, line)]
        return {
            "verdict": VERDICT_NAMES[findings.verdict[i]],
            "rule": RULES[findings.rule[i]],
            "kind": "computed",
            "computed": None,
            "centre_rule": RULES[findings.centre_rule[i]] if findings.rule[i] == rule("unstable") else None,
            "facts": [],
            "street": self._street(site, line, findings.nearest[i]),
            "anchor": self._anchor(site, line, here),
            "lines": lines,
            "obstacles": _distinct(lines),
            "way_in": self._way_in(site, line, int(findings.centre_rule[i])),
            "positions": self.positions[i][:1] if entrance else self.positions[i],
            "stability": None if entrance else {"same": int(findings.same[i]), "of": 9},
            "sigma_m": _number(findings.sigma_m[i]),
            "floor": _number(findings.floor[i]),
            "street_data_date": self.streets.as_of,
            "crs": self.streets.crs_code,
            "parameters": self.parameters.version,
        }

    def _listed(self, site: int, line: int) -> list[int]:
        """Lines to tell: the deciding one, then the shortest to each other street."""
        decided = [line] if line >= 0 else []
        way = self.answers.lines.way
        others = [k for k in self.shown.get(site, []) if line < 0 or way[k] != way[line]]
        return (decided + others)[:_LISTED_LINES]

    def _anchor(self, site: int, line: int, here: tuple[float, float]) -> Record:
        kind = int(self.findings.anchors.kind[site])
        own = int(self.findings.anchors.own[np.searchsorted(self.findings.anchors.site, site)])
        building = None if own < 0 else str(self.streets.columns["buildings.osm_id"][own])
        lines = self.answers.lines.segments
        far = float(np.hypot(lines.x0[line] - here[0], lines.y0[line] - here[1])) if line >= 0 else np.nan
        return {"kind": ANCHOR_KINDS[kind], "building": building, "from_point_m": _number(far)}

    def _street(self, site: int, line: int, nearest: tuple[int, float] | None) -> Record | None:
        weak = int(self.answers.weak_line[site])
        if line >= 0:
            return self._approached(self.answers.lines, line, self.ways.public)
        if weak >= 0:
            return self._approached(self.answers.weak, weak, self.ways.weak)
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

    def _line(self, k: int, here: tuple[float, float]) -> Record:
        way, lines = int(self.answers.lines.way[k]), self.answers.lines
        ends = lines.segments
        return {
            "name": self.ways.public.name[way],
            "osm_id": str(self.streets.columns["streets.osm_id"][self.ways.public.rows[way]]),
            "edge_m": round(float(lines.edge_m[k]), 1),
            "from": _offset(ends.x0[k], ends.y0[k], here),
            "to": _offset(ends.x1[k], ends.y1[k], here),
            "state": STATE_NAMES[self.answers.state[k]],
            "cuts": [cut | {"at": _offset(cut["at"][0], cut["at"][1], here)} for cut in self.cuts.get(k, [])],
        }

    def _way_in(self, site: int, line: int, centre_rule: int) -> Record | None:
        walked = self.answers.way_in
        if centre_rule == rule("clear_line"):
            length = float(self.answers.lines.edge_m[line])
            crosses = [_passed(cut) for cut in self.cuts.get(line, [])]
            return {"length_m": round(length, 1), "state": "open", "first_way": None, "crosses": crosses}
        if RULES[centre_rule] not in _WALKING:
            return None
        if centre_rule == rule("way_round"):
            length = walked.round_m[site]
            return {"length_m": _number(length), "state": "unknown", "first_way": None, "crosses": []}
        known, possible = float(walked.known_m[site]), float(walked.possible_m[site])
        told = self.walked[site]
        state = "open" if np.isfinite(known) else "unknown" if np.isfinite(possible) else "none_known"
        return {
            "length_m": _number(known if np.isfinite(known) else possible),
            "state": state,
            "first_way": told.ways[0] if told.ways else None,
            "crosses": told.crosses,
        }


def witness(findings: Findings, streets: StreetMap, ways: Streets, parameters: Parameters) -> Witness:
    """Choose the lines to show for the judged stations (the shortest per street) and describe what they cross."""
    answers = findings.answers
    shown = _shown(answers, findings.site)
    every = np.array([k for lines in shown.values() for k in lines], dtype=np.intp)
    which = np.flatnonzero(np.isin(answers.found.line, np.append(every, findings.line)))
    found = answers.found.take(which)
    segments, columns = answers.lines.segments, streets.columns
    at_m = crossing_distance_m(segments, found, streets, parameters)
    share = at_m / np.maximum(segments.length_m[found.line], 1e-12)
    at_x = segments.x0[found.line] * (1 - share) + segments.x1[found.line] * share
    at_y = segments.y0[found.line] * (1 - share) + segments.y1[found.line] * share
    own_state = gate_states(streets.gates)
    cuts: dict[int, list[Record]] = {}
    for k in np.lexsort((np.round(at_m, 6), found.line)):
        layer, row, gate = int(found.layer[k]), int(found.row[k]), int(found.gate[k])
        kind = str(columns["obstacles.kind"][row]) if layer == OBSTACLE else LAYER_NAMES[layer]
        cuts.setdefault(int(found.line[k]), []).append(
            {
                "kind": kind,
                "osm_id": str(columns[f"{LAYER_NAMES[layer]}.osm_id"][row]),
                "at_m": round(float(at_m[k]), 1),
                "at": (float(at_x[k]), float(at_y[k])),
                "state": STATE_NAMES[found.state[k]],
                "gate": None if gate < 0 else str(columns["gates.osm_id"][gate]),
                "gate_state": None if gate < 0 else STATE_NAMES[own_state[gate]],
            }
        )
    walking = np.isin(findings.centre_rule, [rule(name) for name in _WALKING])
    sites = np.unique(findings.site[walking])
    walked = dict(zip(sites.tolist(), follow(answers.way_in, sites, streets, parameters), strict=True))
    return Witness(findings, streets, ways, parameters, shown, cuts, _positions(findings), walked)


def bare_record(
    code: int, sigma_m: float, floor: float, streets: StreetMap, parameters: Parameters
) -> Record:
    """Give the evidence of a station that could not be judged: everything but the rule is absent."""
    return {
        "verdict": "unknown",
        "rule": RULES[code],
        "kind": "computed",
        "computed": None,
        "centre_rule": None,
        "facts": [],
        "street": None,
        "anchor": None,
        "lines": [],
        "obstacles": [],
        "way_in": None,
        "positions": [],
        "stability": None,
        "sigma_m": _number(sigma_m),
        "floor": _number(floor),
        "street_data_date": streets.as_of,
        "crs": streets.crs_code,
        "parameters": parameters.version,
    }


def _positions(findings: Findings) -> list[list[list[float | str]]]:
    """List the nine positions of each judged station with their answers, the centre first."""
    offsets = np.round(CIRCLE * findings.sigma_m[:, None, None], 1) + 0.0
    names = np.array(VERDICT_NAMES, dtype=object)[findings.nine]
    return [
        [[dx, dy, name] for (dx, dy), name in zip(nine, told, strict=True)]
        for nine, told in zip(offsets.tolist(), names.tolist(), strict=True)
    ]


def _passed(cut: Record) -> Record:
    """Tell an open crossing of a clear line as one of a walk."""
    if cut["gate"] is None:
        return {"kind": cut["kind"], "osm_id": cut["osm_id"], "state": cut["state"]}
    return {"kind": "gate", "osm_id": cut["gate"], "state": cut["gate_state"]}


def _distinct(lines: list[Record]) -> list[Record]:
    """List the obstacles of all lines once each, where the first line meets them."""
    found: dict[tuple[str, str], Record] = {}
    for line in lines:
        for cut in line["cuts"]:
            found.setdefault((cut["kind"], cut["osm_id"]), cut)
    return list(found.values())


def _offset(x: float, y: float, here: tuple[float, float]) -> list[float]:
    return [round(float(x) - here[0], 1), round(float(y) - here[1], 1)]


def _shown(answers: Answers, sites: Index) -> dict[int, list[int]]:
    """Positions of the shortest tested line per street of each site, nearest first, at most ``_LISTED_LINES``."""
    lines = answers.lines
    tested = np.flatnonzero((answers.state >= 0) & np.isin(lines.site, sites))
    pairs = np.stack([lines.site[tested], lines.way[tested]], axis=1)
    first = np.sort(np.unique(pairs, axis=0, return_index=True)[1])
    shown: dict[int, list[int]] = {}
    for k in tested[first]:
        listed = shown.setdefault(int(lines.site[k]), [])
        if len(listed) < _LISTED_LINES and all(lines.way[k] != lines.way[other] for other in listed):
            listed.append(int(k))
    return shown


def _number(value: float) -> float | None:
    return round(float(value), 1) if np.isfinite(value) else None
