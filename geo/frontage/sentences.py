"""The sentence of a computed verdict, from its evidence alone, Chinese and English."""

from typing import Any

from geo import texts
from geo.frontage.parameters import Parameters
from geo.texts import Text
from geo.vocabulary import STREET_FACING

Record = dict[str, Any]

_WALKS = ("way_in_known", "way_in_possible")
_NAMED_PASSAGES = 3


def sentence(evidence: Record, parameters: Parameters) -> Text:
    """Say why a station got its computed verdict.

    Parameters
    ----------
    evidence
        The record of ``geo.frontage.evidence``.
    parameters
        The numbers it was made with.

    Returns
    -------
    sentence
        Of the rule that decided, with names, ids and metres filled in.
    """
    name, street = str(evidence["rule"]), evidence["street"]
    if name == "no_street_near" and street is None:
        name = "no_street_known"
    called = street_name(street, weak=name == "weak_way")
    words: Record = {
        "reach_m": f"{parameters.reach_m:g}",
        "yes_m": f"{parameters.yes_m:g}",
        "data_m": f"{parameters.data_m:g}",
        "street_zh": called.zh,
        "street_en": called.en,
    }
    if street is not None:
        words["edge_m"] = f"{street['edge_m']:.1f}"
    if evidence["way_in"] and evidence["way_in"]["length_m"] is not None:
        words["way_in_m"] = f"{evidence['way_in']['length_m']:.0f}"
    if name == "clear_line":
        words |= _clear_words(evidence, parameters.snap_m)
    elif name in _WALKS:
        words |= _passed_words(evidence)
    elif name == "lines_cut":
        words |= _cut_words(evidence)
    elif name == "unstable":
        words |= _shaky_words(evidence)
    return texts.FRONTAGE_REASONS[name].format(**words)


def street_name(street: Record | None, *, weak: bool = False) -> Text:
    """Name of a street (or of a ``weak`` way) for a sentence: its name, else that it has none, with its OSM id.

    Examples
    --------
    >>> street_name({"name": None, "osm_id": "way/7"}).en
    'an unnamed street (way/7)'
    """
    if street is None:
        return Text("", "")
    if street["name"]:
        return Text(str(street["name"]), str(street["name"]))
    unnamed = texts.FRONTAGE_UNNAMED_WAY if weak else texts.FRONTAGE_UNNAMED
    return unnamed.format(osm_id=street["osm_id"])


def _clear_words(evidence: Record, far_m: float) -> Record:
    gates = [cut["gate"] for cut in evidence["lines"][0]["cuts"] if cut["gate"]]
    clear = texts.FRONTAGE_THROUGH_GATE.format(gate=gates[0]) if gates else texts.FRONTAGE_CLEAR
    stability = evidence["stability"]
    stable = texts.FRONTAGE_STABLE.format(same=stability["same"]) if stability else texts.FRONTAGE_ENTRANCE
    words = {"clear_zh": clear.zh, "clear_en": clear.en, "stable_zh": stable.zh, "stable_en": stable.en}
    inside = evidence["street"]["in_compound"]
    where = texts.FRONTAGE_IN_COMPOUND.format(osm_id=inside) if inside else Text("", "")
    front_m = evidence["anchor"]["from_point_m"]
    front = texts.FRONTAGE_FAR_FRONT.format(m=f"{front_m:.0f}") if front_m > far_m else Text("", "")
    return words | {"where_zh": where.zh + front.zh, "where_en": where.en + front.en}


def _passed_words(evidence: Record) -> Record:
    """Name the first gates, steps and openings of a walk; nothing where it crosses none."""
    passed = evidence["way_in"]["crosses"][:_NAMED_PASSAGES]
    if not passed:
        return {"passed_zh": "", "passed_en": ""}
    named = [
        texts.FRONTAGE_PASSED[p["kind"] if p["kind"] != "gate" else f"gate_{p['state']}"].format(
            osm_id=p["osm_id"]
        )
        for p in passed
    ]
    between = texts.LIST_SEPARATOR
    joined = {
        "passed_zh": between.zh.join(n.zh for n in named),
        "passed_en": between.en.join(n.en for n in named),
    }
    told = texts.FRONTAGE_PASSING.format(**joined)
    return {"passed_zh": told.zh, "passed_en": told.en}


def _cut_words(evidence: Record) -> Record:
    cut = next(cut for cut in evidence["lines"][0]["cuts"] if cut["state"] == "closed")
    by_gate = cut["gate"] is not None
    name = "gate" if by_gate else cut["kind"]
    obstacle = texts.FRONTAGE_OBSTACLES[name].format(osm_id=cut["gate"] if by_gate else cut["osm_id"])
    return {"at_m": f"{cut['at_m']:.0f}", "obstacle_zh": obstacle.zh, "obstacle_en": obstacle.en}


def _shaky_words(evidence: Record) -> Record:
    centre = STREET_FACING["yes" if evidence["centre_rule"] == "clear_line" else "no"]
    sigma, same = f"{evidence['sigma_m']:.0f}", evidence["stability"]["same"]
    return {"sigma_m": sigma, "same": same, "centre_zh": centre.zh, "centre_en": centre.en}
