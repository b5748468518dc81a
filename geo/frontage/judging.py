"""The judgement of stations on arrays: nine positions each, their answers, and what they say together."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.frontage.anchors import ENTRANCE, MAPPED_ENTRANCE, Anchors, place
from geo.frontage.candidates import Candidates
from geo.frontage.parameters import Parameters
from geo.frontage.rules import CIRCLE, NOT_SURE, YES, Answers, answer_sites, combine, rule, stable
from geo.frontage.streetmap import Index, StreetMap
from geo.frontage.streets import Streets

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Findings:
    """What is known of the judged stations; arrays over these, shape (stations,).

    ``row`` in the candidates, ``x, y`` the point, ``site`` the site shown, ``line`` the deciding line to a public
    street (-1 none; of several clear ones that which starts nearest to the point: the street that the station faces,
    and not its neighbour at the other end of the building), ``verdict`` and ``rule`` the final ones,
    ``centre_rule`` the centre's own, ``same`` how many of nine agree, ``nine`` their answers, shape (stations, 9),
    ``sigma_m`` and ``floor`` (NaN unknown), ``nearest`` the nearest street beyond reach and its edge where that is
    told. ``anchors`` and ``answers`` of all sites.
    """

    row: Index
    x: Floats
    y: Floats
    site: Index
    line: Index
    verdict: Codes
    rule: Codes
    centre_rule: Codes
    same: NDArray[np.intp]
    nine: Codes
    sigma_m: Floats
    floor: Floats
    nearest: list[tuple[int, float] | None]
    anchors: Anchors
    answers: Answers


def judge(
    asked: Candidates, rows: Index, streets: StreetMap, ways: Streets, parameters: Parameters
) -> Findings:
    """Judge some stations by geometry.

    Parameters
    ----------
    asked
        All stations.
    rows
        Which of them.
    streets, ways
        The map and its classified ways.
    parameters
        The numbers of the rule.

    Returns
    -------
    findings
        Of those ``rows`` that can be judged (``asked.early`` below 0), in their order.
    """
    able = rows[asked.early[rows] < 0]
    entrance, sigma_m = asked.entrance[able], asked.sigma_m[able]
    # An entrance stands where it stands: one position answers for all nine.
    around = np.where(entrance, 1, 9)
    owner = np.repeat(np.arange(len(able)), around)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(around) - around, around)
    x = asked.x[able][owner] + sigma_m[owner] * CIRCLE[turn, 0]
    y = asked.y[able][owner] + sigma_m[owner] * CIRCLE[turn, 1]
    tested = able[owner]
    placed = place(x, y, sigma_m[owner], entrance[owner], asked.snap[tested], streets, parameters)
    answers = answer_sites(placed.anchors, streets, ways, parameters)
    verdict, code, site = combine(answers, placed.site, placed.second)
    blocked = _blocked(asked, tested, placed.anchors.kind[placed.site], placed.deep)
    code = np.where(blocked >= 0, blocked, code).astype(np.int8)
    centre = np.cumsum(around) - around
    all_nine = np.where(entrance[:, None], centre[:, None], centre[:, None] + np.arange(9))
    nine = np.where(blocked >= 0, NOT_SURE, verdict).astype(np.int8)[all_nine]
    same, enough = stable(nine, parameters)
    shaky = ~enough & (nine[:, 0] != NOT_SURE)
    return Findings(
        row=able,
        x=asked.x[able],
        y=asked.y[able],
        site=site[centre],
        line=_facing(answers, placed.anchors, site[centre], asked.x[able], asked.y[able]),
        verdict=np.where(shaky, NOT_SURE, nine[:, 0]).astype(np.int8),
        rule=np.where(shaky, rule("unstable"), code[centre]).astype(np.int8),
        centre_rule=code[centre],
        same=same,
        nine=nine,
        sigma_m=sigma_m,
        floor=asked.floor[able],
        nearest=_nearest(code[centre], asked.x[able], asked.y[able], ways, parameters),
        anchors=placed.anchors,
        answers=answers,
    )


def _facing(answers: Answers, anchors: Anchors, site: Index, x: Floats, y: Floats) -> Index:
    """Give the deciding line of each station: of those that say yes the one that starts nearest to its point."""
    line = answers.line[site].copy()
    good = np.flatnonzero(answers.good)
    of = answers.lines.site[good]
    first, last = np.searchsorted(of, site, side="left"), np.searchsorted(of, site, side="right")
    count = np.where(answers.verdict[site] == YES, last - first, 0)
    station = np.repeat(np.arange(len(site)), count)
    turn = np.arange(len(station)) - np.repeat(np.cumsum(count) - count, count)
    choice = good[first[station] + turn]
    at = answers.lines.anchor[choice]
    far = np.hypot(anchors.x[at] - x[station], anchors.y[at] - y[station])
    order = np.lexsort((turn, np.round(far, 6), station))
    nearest = np.unique(station[order], return_index=True)[1]
    line[station[order][nearest]] = choice[order][nearest]
    return line


def _blocked(asked: Candidates, tested: Index, kind: Codes, deep: NDArray[np.bool_]) -> Codes:
    """Rule of the positions that geometry can't judge without an entrance, -1 for the others."""
    door = np.isin(kind, [ENTRANCE, MAPPED_ENTRANCE])
    blocked = np.full(len(tested), -1, dtype=np.int8)
    blocked[(deep | asked.indoor[tested]) & ~door] = rule("deep_inside")
    off_grade = (asked.below[tested] & (kind != ENTRANCE)) | (asked.upstairs[tested] & ~door)
    blocked[off_grade] = rule("off_grade")
    return blocked


def _nearest(
    centre_rule: NDArray[np.int8], x: Floats, y: Floats, ways: Streets, parameters: Parameters
) -> list[tuple[int, float] | None]:
    """Nearest public street and its edge for stations with none in reach; None beyond ``data_m``."""
    nearest: list[tuple[int, float] | None] = [None] * len(x)
    far = np.flatnonzero(centre_rule == rule("no_street_near"))
    if len(far) and len(ways.public):
        points = shapely.points(x[far], y[far])
        (source, way), distance = ways.public.tree.query_nearest(
            points, max_distance=parameters.data_m, return_distance=True, all_matches=False
        )
        for i, w, d in zip(far[source], way, distance, strict=True):
            nearest[i] = (int(w), max(float(d - ways.public.half_width_m[w]), 0.0))
    return nearest
