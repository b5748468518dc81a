"""The rules of the street-facing verdict, on arrays: one answer per site, then one per station.

Codes of answers: ``NO``, ``NOT_SURE``, ``YES``. A rule id names what decided (``RULES``); it is stored with
the verdict and is the key of its sentence in ``geo.texts``.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.frontage.anchors import FACADE, POINT, Anchors
from geo.frontage.approach import Lines, approach_lines
from geo.frontage.gates import CLOSED, OPEN, UNKNOWN, States
from geo.frontage.obstacles import COMPOUND, Crossings, crossings
from geo.frontage.parameters import Parameters
from geo.frontage.streetmap import Index, StreetMap
from geo.frontage.streets import Streets
from geo.frontage.wallends import ways_round
from geo.frontage.wayin import WayIn, ways_in

Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]

NO: Final = 0
NOT_SURE: Final = 1
YES: Final = 2
VERDICT_NAMES: Final = ("no", "unknown", "yes")
CIRCLE: Final = np.array(
    [(0.0, 0.0)] + [(math.cos(a), math.sin(a)) for a in (k * math.pi / 4 for k in range(8))]
)
"""The nine positions of the stability test, the centre first, in units of the position's uncertainty."""

RULES: Final = (
    "clear_line",
    "lines_cut",
    "no_street_near",
    "gate_unknown",
    "enclosure_unknown",
    "looks_away",
    "single_point",
    "too_far",
    "way_in_known",
    "way_in_possible",
    "weak_way",
    "no_street_data",
    "off_grade",
    "deep_inside",
    "unlocated",
    "position_kind_unknown",
    "unstable",
    "visited_registration",
    "visited_guarded",
    "visited_no_lift",
    "visited_no_street_door",
    "visited_street_door",
    "visited_in_compound",
    "declared_conflict",
    "way_round",
)
_FEW: Final = 3
_CODE: Final = {name: code for code, name in enumerate(RULES)}


def rule(name: str) -> int:
    """Code of a rule id: its position in ``RULES``."""
    return _CODE[name]


@dataclass(frozen=True)
class Answers:
    """What each site answers, with what was looked at.

    ``verdict, rule`` per site; ``line`` the deciding line in ``lines`` (-1 none), ``weak_line`` likewise in
    ``weak``; ``lines`` to public streets within reach with ``state`` (-1 not tested), ``found`` crossings and
    ``good`` (clear, short, and paired on a facade: each of these says yes); ``way_in`` per site.
    """

    verdict: Codes
    rule: Codes
    line: Index
    weak_line: Index
    lines: Lines
    state: States
    found: Crossings
    good: Flags
    weak: Lines
    way_in: WayIn


def answer_sites(anchors: Anchors, streets: StreetMap, ways: Streets, parameters: Parameters) -> Answers:
    """Judge every site by its approach lines and, where all are cut, by its way in.

    Parameters
    ----------
    anchors
        Anchors of all sites.
    streets, ways
        The map and its classified ways.
    parameters
        The numbers of the rule.

    Returns
    -------
    answers
        Arrays over the sites, shape (sites,).

    Notes
    -----
    Short lines are tested first; sites that they make street-facing need no others.
    """
    sites = len(anchors.kind)
    every = approach_lines(anchors, np.arange(len(anchors.x)), ways.public, parameters.reach_m, parameters)
    near = _any(every.site, sites)
    lines = every.take(np.flatnonzero(every.looks))
    short = lines.edge_m <= parameters.yes_m + 1e-6
    first = np.flatnonzero(short)
    state, found = _tested(lines, first, anchors, streets, parameters)
    good, single = _clear(lines.take(first), state[first], first, anchors, sites, len(lines))
    yes_line = _first(lines.site, good, sites)
    settled = yes_line >= 0
    rest = np.flatnonzero(~short & ~settled[lines.site])
    late_state, late_found = _tested(lines, rest, anchors, streets, parameters)
    state[rest] = late_state[rest]
    found = _both(found, late_found)
    state[~short & settled[lines.site]] = -1

    doubtful = _first(lines.site, state == UNKNOWN, sites)
    clear = _first(lines.site, state == OPEN, sites)
    cut = _first(lines.site, state == CLOSED, sites)
    choice = _Choice(np.full(sites, -1, dtype=np.intp), np.full(sites, -1, dtype=np.int8))
    choice.where("clear_line", yes_line)
    choice.where("single_point", single)
    reason = _doubt(lines, found, doubtful)
    for within_m in (parameters.yes_m, np.inf):
        choice.where("too_far", clear if within_m == np.inf else np.full(sites, -1))
        for name in ("gate_unknown", "enclosure_unknown", "looks_away"):
            choice.where(name, np.where((reason == name) & _at_most(lines, doubtful, within_m), doubtful, -1))
    shut = (choice.rule < 0) & (cut >= 0)
    way_in = _walks(anchors, shut, streets, parameters)
    choice.where("way_in_known", np.where(way_in.known_m <= parameters.way_in_good_m, cut, -1))
    choice.where("way_in_possible", np.where(way_in.possible_m <= parameters.way_in_good_m, cut, -1))
    round_m = ways_round(anchors, lines, state, found, (choice.rule < 0) & (cut >= 0), streets, parameters)
    choice.where("way_round", np.where(np.isfinite(round_m), cut, -1))
    way_in = replace(way_in, round_m=round_m)
    choice.where("lines_cut", cut)
    choice.rule[near & (choice.rule < 0)] = rule("looks_away")
    lonely = ~near
    weak, weak_line = _weak(anchors, lonely, streets, ways, parameters)
    choice.rule[lonely] = rule("no_street_near")
    choice.rule[lonely & ~_mapped(anchors, lonely, ways, parameters)] = rule("no_street_data")
    choice.rule[lonely & (weak_line >= 0)] = rule("weak_way")
    return Answers(
        verdict_of(choice.rule), choice.rule, choice.line, weak_line, lines, state, found, good, weak, way_in
    )


@dataclass(frozen=True)
class _Choice:
    """The deciding line and rule of each site, -1 while undecided; the first rule that fits wins."""

    line: Index
    rule: Codes

    def where(self, name: str, line: Index) -> None:
        """Let a rule decide the undecided sites that have a line for it."""
        take = (self.rule < 0) & (line >= 0)
        self.line[take], self.rule[take] = line[take], rule(name)


def verdict_of(rules: Codes) -> Codes:
    """Answer that each rule gives: one says yes, two say no, all others leave it open.

    Examples
    --------
    >>> verdict_of(np.array([rule("clear_line"), rule("lines_cut"), rule("too_far")])).tolist()
    [2, 0, 1]
    """
    verdict = np.full(len(rules), NOT_SURE, dtype=np.int8)
    verdict[rules == rule("clear_line")] = YES
    verdict[np.isin(rules, [rule("lines_cut"), rule("no_street_near")])] = NO
    return verdict


def combine(answers: Answers, site: Index, second: Index) -> tuple[Codes, Codes, Index]:
    """Answer of each position from its site and, behind mapped entrances, from the facades.

    Mapped entrances may be other people's doors, so they say no only when the facades say no too.

    Parameters
    ----------
    answers
        Answers of all sites.
    site, second
        Sites of the positions, shape (positions,); ``second`` is -1 where there is none.

    Returns
    -------
    verdict, rule, site
        Per position; ``site`` is the one whose line is shown.
    """
    verdict, code, shown = answers.verdict[site], answers.rule[site], site.copy()
    contested = (second >= 0) & (verdict == NO) & (answers.verdict[second] != NO)
    behind = second[contested]
    facades_say_yes = answers.verdict[behind] == YES
    verdict[contested], shown[contested] = NOT_SURE, behind
    code[contested] = np.where(facades_say_yes, rule("looks_away"), answers.rule[behind])
    return verdict, code, shown


def stable(verdict: Codes, parameters: Parameters) -> tuple[NDArray[np.intp], Flags]:
    """How many of the nine positions share the centre's answer, and whether that is enough.

    Parameters
    ----------
    verdict
        Answers, shape (stations, 9); the centre comes first.
    parameters
        ``stable_of_nine``.

    Examples
    --------
    >>> nine = np.array([[2, 2, 2, 2, 2, 2, 2, 1, 0], [2, 1, 1, 1, 1, 1, 1, 1, 1]])
    >>> same, enough = stable(nine, Parameters())
    >>> same.tolist(), enough.tolist()
    ([7, 1], [True, False])
    """
    same = (verdict == verdict[:, :1]).sum(axis=1)
    return same, same >= parameters.stable_of_nine


def _tested(
    lines: Lines, which: Index, anchors: Anchors, streets: StreetMap, parameters: Parameters
) -> tuple[States, Crossings]:
    """States of the chosen lines (-1 for the others) and their crossings."""
    state = np.full(len(lines), -1, dtype=np.int8)
    some = lines.take(which)
    found = crossings(some.segments, streets, parameters)
    worst = found.worst(len(some))
    worst[(worst == OPEN) & _through_own(some, anchors, streets, parameters)] = UNKNOWN
    state[which] = worst
    return state, Crossings(which[found.line], found.layer, found.row, found.state, found.gate)


def _through_own(lines: Lines, anchors: Anchors, streets: StreetMap, parameters: Parameters) -> Flags:
    """Whether a line from an entrance runs through its own building: the door is on another side."""
    through = np.zeros(len(lines), dtype=bool)
    kind = anchors.kind[lines.site]
    which = np.flatnonzero((lines.segments.own >= 0) & (kind != FACADE) & (kind != POINT))
    if len(which):
        part = lines.segments.take(which)
        ends = np.stack([np.column_stack([part.x0, part.y0]), np.column_stack([part.x1, part.y1])], axis=1)
        footprint = streets.buildings.geometry.to_numpy()[part.own]
        inside_m = shapely.length(shapely.intersection(shapely.linestrings(ends), footprint))
        through[which] = inside_m > parameters.own_depth_m
    return through


def _clear(
    lines: Lines, state: States, at: Index, anchors: Anchors, sites: int, total: int
) -> tuple[Flags, Index]:
    """Which of all lines count as yes, and the first clear line of each site, lone facade points included.

    ``lines`` and ``state`` are those at the positions ``at`` of all lines.
    """
    clear = state == OPEN
    seen = np.zeros(len(anchors.x), dtype=bool)
    seen[lines.anchor[clear]] = True
    following = np.maximum(anchors.following, 0)
    ahead = seen & seen[following] & (anchors.following >= 0) & (following != np.arange(len(seen)))
    paired = ahead.copy()
    paired[following[ahead]] = True
    facade = anchors.kind[lines.site] == FACADE
    enough = clear & (~facade | paired[lines.anchor]) if len(lines) else clear
    good = np.zeros(total, dtype=bool)
    good[at[enough]] = True
    return good, _at(_first(lines.site, clear, sites), at)


def _at(position: Index, at: Index) -> Index:
    return np.where(position >= 0, at[np.maximum(position, 0)], -1) if len(at) else position


def _first(site: Index, mask: Flags, sites: int) -> Index:
    """Position of the first (shortest) line of each site where the mask holds, -1 where none."""
    first = np.full(sites, -1, dtype=np.intp)
    which = np.flatnonzero(mask)[::-1]
    first[site[which]] = which
    return first


def _any(site: Index, sites: int) -> Flags:
    return np.bincount(site, minlength=sites) > 0


def _at_most(lines: Lines, line: Index, within_m: float) -> Flags:
    """Whether each site's line exists and is at most so long to the edge."""
    fits = line >= 0
    fits[fits] = lines.edge_m[line[fits]] <= within_m + 1e-6
    return fits


def _both(one: Crossings, two: Crossings) -> Crossings:
    names = ("line", "layer", "row", "state", "gate")
    return Crossings(*(np.concatenate([getattr(one, n), getattr(two, n)]) for n in names))


def _doubt(lines: Lines, found: Crossings, doubtful: Index) -> NDArray[np.object_]:
    """Why the first doubtful line of each site is in doubt: gate, enclosure, or a door that looks away."""
    unknown = found.state == UNKNOWN
    gate, border = np.zeros(len(lines) + 1, dtype=bool), np.zeros(len(lines) + 1, dtype=bool)
    bare = unknown & (found.layer == COMPOUND) & (found.gate < 0)
    border[found.line[bare]] = True
    gate[found.line[unknown & ~bare]] = True
    reason = np.full(len(doubtful), "looks_away", dtype=object)
    reason[border[doubtful]] = "enclosure_unknown"
    reason[gate[doubtful]] = "gate_unknown"
    reason[doubtful < 0] = None
    return reason


def _walks(anchors: Anchors, shut: Flags, streets: StreetMap, parameters: Parameters) -> WayIn:
    which = np.flatnonzero(shut[anchors.site])
    return ways_in(anchors, which, len(shut), streets, parameters)


def _weak(
    anchors: Anchors, lonely: Flags, streets: StreetMap, ways: Streets, parameters: Parameters
) -> tuple[Lines, Index]:
    """Clear lines to weak ways for the sites with no public street in reach."""
    which = np.flatnonzero(lonely[anchors.site])
    lines = approach_lines(anchors, which, ways.weak, parameters.yes_m, parameters)
    lines = lines.take(np.flatnonzero(lines.looks))
    state = np.full(len(lines), -1, dtype=np.int8)
    turn = np.arange(len(lines)) - np.searchsorted(lines.site, lines.site, side="left")
    # The shortest lines settle most sites; the others are tested where these did not.
    for now in (turn < _FEW, turn >= _FEW):
        settled = _first(lines.site, state == OPEN, len(lonely)) >= 0
        some = np.flatnonzero(now & ~settled[lines.site])
        state[some] = crossings(lines.segments.take(some), streets, parameters).worst(len(some))
    return lines, _first(lines.site, state == OPEN, len(lonely))


def _mapped(anchors: Anchors, lonely: Flags, ways: Streets, parameters: Parameters) -> Flags:
    """Whether streets are mapped around the lonely sites."""
    mapped = ~lonely
    if not len(ways.mapped):
        return mapped
    for among in (np.unique(anchors.site, return_index=True)[1], np.arange(len(anchors.site))):
        # One anchor answers for nearly every site; all are asked where it finds nothing.
        which = among[~mapped[anchors.site[among]]]
        near = ways.mapped.tree.query_nearest(
            anchors.points[which], max_distance=parameters.data_m, all_matches=False
        )
        mapped[anchors.site[which[near[0]]]] = True
    return mapped
