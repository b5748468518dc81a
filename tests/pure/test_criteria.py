"""Rule sets and score cards: broken files are told by place and field, and unknown never counts as met."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.criteria import facts, rulesets, scorecard
from data.criteria import texts as criteria_texts
from data.criteria.facts import Fact
from data.errors import InputError
from geo import vocabulary

GOOD = """
version = "eight-1"
title = { zh = "八有", en = "eight" }
"""
HAVE = """
[[have]]
code = "%s"
name = { zh = "有", en = "have" }
asks = { zh = "问", en = "asks" }
needs = %s
"""
EIGHT = GOOD + "".join(HAVE % (f"h{n}", '{ fact = "press" }') for n in range(7)) + HAVE % (
    "h7", '{ any = [{ all = [{ fact = "ledger" }, { fact = "facility:aed" }] }, { at_least = 2, of = ['
    '{ fact = "press" }, { fact = "activities" }, { fact = "staff_on_duty" }] }] }'
)  # fmt: skip
CODES = (*criteria_texts.FACT, *(f"facility:{code}" for code in vocabulary.FACILITY))
STATES = st.sampled_from(["yes", "no", "unknown"])
SETS = [rulesets.load("seven_2021"), rulesets.load("six"), rulesets.read(EIGHT, "eight.toml")]
ORDER = {"no": 0, "unknown": 1, "yes": 2}


@pytest.mark.parametrize(
    ("text", "place", "field", "mend"),
    [
        ("version = [", "mine.toml", "TOML", "自带"),
        (GOOD, "mine.toml", "have", "列表"),
        (EIGHT.replace('version = "eight-1"', 'version = ""'), "mine.toml", "version", "文字"),
        (EIGHT.replace('title = { zh = "八有", en = "eight" }', 'title = "八有"'), "mine.toml", "title", "文字"),
        (EIGHT.replace('en = "eight"', "en = 8"), "mine.toml title", "en", "文字"),
        (EIGHT.replace('version = "eight-1"', r'version = "eight\u00001"'), "mine.toml", "version", "文字"),
        (EIGHT.replace('en = "eight"', r'en = "\u001b[31m"'), "mine.toml title", "en", "文字"),
        (EIGHT + 'colour = "red"', "have 8", "colour", "asks"),
        (EIGHT.replace('"h3"', '"H 3"'), "have 4", "code", "小写"),
        (EIGHT.replace('"h3"', '"h2"'), "have 4", "code", "不重复"),
        (GOOD + HAVE % ("a", '{ fact = "sofa" }'), "have 1", "fact", "sofa"),
        (GOOD + HAVE % ("a", '{ fact = "facility:sofa" }'), "have 1", "fact", "facility"),
        (GOOD + HAVE % ("a", '"press"'), "have 1", "needs", "at_least"),
        (GOOD + HAVE % ("a", '{ fact = "press", all = [] }'), "have 1", "needs", "at_least"),
        (GOOD + HAVE % ("a", "{ all = [] }"), "have 1", "all", "列表"),
        (GOOD + HAVE % ("a", '{ any = "press" }'), "have 1", "any", "列表"),
        (GOOD + HAVE % ("a", '{ at_least = 3, of = [{ fact = "press" }] }'), "have 1", "at_least", "1 到 1"),
        (GOOD + HAVE % ("a", '{ at_least = true, of = [{ fact = "press" }] }'), "have 1", "at_least", "1 到 1"),
        (EIGHT + '[[preference]]\ncode = "p"\nhave = "zz"\nname = { zh = "x", en = "x" }\nneeds = { fact = "press" }',
         "preference 1", "have", "h0"),
        ('have = ["x"]\n' + GOOD, "have 1", "have", "列表"),
    ],
)  # fmt: skip
def test_a_broken_rule_set_is_told_by_file_place_field_and_mend(text, place, field, mend):
    with pytest.raises(InputError) as refused:
        rulesets.read(text, "mine.toml")
    for part in ("mine.toml", place, field, mend):
        assert part in refused.value.text.zh


@pytest.mark.parametrize("name", ["nine", "nine.toml", "../seven_2021", ""])
def test_a_rule_set_that_is_not_there_is_told_with_those_that_are(name):
    with pytest.raises(InputError, match=r"seven_2021.*\.toml"):
        rulesets.load(name)


def test_a_file_that_is_no_text_or_far_too_long_is_refused(tmp_path):
    file = tmp_path / "mine.toml"
    for content in (b"\xff\xfe\x00", b"#" * (rulesets.MOST_BYTES + 1)):
        file.write_bytes(content)
        with pytest.raises(InputError, match=r"mine\.toml"):
            rulesets.load(str(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_eight_haves_of_another_city_are_a_file(tmp_path, encoding):
    file = tmp_path / "eight.toml"
    file.write_text(EIGHT, encoding)
    rules = rulesets.load(str(file))
    stated = {code: {"visited": {"state": "yes", "on": "2026-11-02"}} for code in ("press", "activities")}
    card = scorecard.make("S", facts.of_station({}, stated), rules)
    assert (len(card.haves), card.met, card.unmet, card.unknown) == (8, 8, 0, 0)


def made(states):
    return {code: Fact(code, state, "declared") for code, state in states.items()}


@settings(derandomize=True, max_examples=80, deadline=None)
@given(
    states=st.fixed_dictionaries(dict.fromkeys(CODES, STATES)),
    changed=st.sampled_from(CODES),
    rules=st.sampled_from(SETS),
)
def test_learning_a_yes_never_lowers_and_learning_a_no_never_raises(states, changed, rules):
    def marks(**learnt):
        card = scorecard.make("S", made(states | learnt), rules)
        return [ORDER[mark.state] for mark in (*card.haves, *card.preferences)]

    base, better, worse = marks(**{changed: "unknown"}), marks(**{changed: "yes"}), marks(**{changed: "no"})
    assert all(w <= b <= y for w, b, y in zip(worse, base, better, strict=True))


@settings(derandomize=True, max_examples=80, deadline=None)
@given(states=st.fixed_dictionaries(dict.fromkeys(CODES, STATES)), rules=st.sampled_from(SETS))
def test_what_is_met_is_met_whatever_the_unknown_ones_turn_out_to_be(states, rules):
    """The states of Kleene's logic against both extremes of what is unknown, by two-valued logic."""

    def holds(need, yes):
        if need.fact is not None:
            return need.fact in yes
        return sum(holds(part, yes) for part in need.parts) >= need.count

    least = {code for code, state in states.items() if state == "yes"}
    most = {code for code, state in states.items() if state != "no"}
    card = scorecard.make("S", made(states), rules)
    for mark in (*card.haves, *card.preferences):
        worst, best = holds(mark.have.needs, least), holds(mark.have.needs, most)
        assert mark.state == ("yes" if worst else "no" if not best else "unknown")
    assert card.met + card.unmet + card.unknown == len(rules.haves)


def test_of_a_station_of_which_nothing_is_known_nothing_is_met_and_nothing_unmet():
    for rules in SETS:
        card = scorecard.make("S", facts.of_station({}, {}), rules)
        assert (card.met, card.unmet, card.preferred) == (0, 0, 0)


STATION = {
    "kind": "fixed", "street_facing": "yes", "street_facing_kind": "computed", "audience": "outdoor_workers",
    "opening_hours": "24/7", "door_24h": "yes", "declared_on": "2026-03-01", "declared_by": "金水区总工会",
    "facilities": {"hot_water": "working", "fridge": "unknown", "microwave": "broken", "phone_charging": "working",
                   "tyre_pump": "working", "toilet": "working"},
}  # fmt: skip


def stated(**of):
    return {code: {"declared": {"state": state, "on": "2026-03-01", "by": "x"}} for code, state in of.items()}


def by_hand(station, of):
    card = scorecard.make("S", facts.of_station(station, of), rulesets.load("seven_2021"))
    return {mark.have.code: mark.state for mark in (*card.haves, *card.preferences)}


def test_haves_of_a_station_worked_out_by_hand():
    sign = stated(sign_uniform="yes", sign_served="yes", sign_hours="yes", sign_services="yes")
    rest = stated(publicity_media="yes", qr_member="no", activities="yes", person_in_charge="yes", satisfaction="yes",
                  press="yes", recognition="no", ledger="yes", feedback_records="yes")  # fmt: skip
    assert by_hand(STATION, sign | rest) == {
        "premises": "yes",
        "sign": "yes",
        # Water, fridge, one kind of charging and pumping: three; the microwave is broken, three more are not known.
        "facilities": "unknown",
        "publicity": "no",
        "service": "unknown",
        "rules": "unknown",
        "results": "yes",
        "rest_or_24h": "yes",
        "ledger_and_feedback": "unknown",
    }
    equipped = STATION | {"facilities": STATION["facilities"] | {"first_aid": "unknown"}}
    assert by_hand(equipped, {})["facilities"] == "yes"
    assert by_hand(STATION | {"kind": "vehicle"}, {})["premises"] == "no"
    assert by_hand(STATION | {"street_facing": "unknown"}, {})["premises"] == "unknown"
    assert by_hand(STATION | {"door_24h": "no"}, {})["rest_or_24h"] == "unknown"


def test_a_visit_beats_a_declaration_in_both_directions():
    for declared, visited in (("yes", "no"), ("no", "yes")):
        said = {"press": {"declared": {"state": declared}, "visited": {"state": visited, "on": "2026-05-01"}}}
        found = facts.of_station({}, said)["press"]
        assert (found.state, found.kind, found.on) == (visited, "visited", "2026-05-01")


def test_rules_that_a_campaign_keeps_stay_readable():
    text = EIGHT.replace('version = "eight-1"', r'version = "eight\t1"')
    assert rulesets.read(text, "zz-2026", kept=True).version == "eight\t1"
