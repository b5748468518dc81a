"""The shortlist against a plain reading of its rule, and by laws."""

import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from data.errors import InputError
from data.selection.shortlist import Entry, Quota, shortlist

GEOD = Geod(ellps="WGS84")
STREET = ("yes", "unknown", "no")

PLACES = st.one_of(
    st.tuples(st.sampled_from([116.3, 116.35, 116.4, 116.5]), st.sampled_from([39.8, 39.9, 40.0])),
    st.tuples(st.none(), st.none()),
)


@st.composite
def pools(draw):
    count = draw(st.integers(1, 9))
    places = [draw(PLACES) for _ in range(count)]
    return [
        Entry(
            f"s{number}",
            met=draw(st.integers(4, 5)),
            unmet=draw(st.integers(0, 1)),
            unknown=1,
            preferred=draw(st.integers(0, 1)),
            street_facing=draw(st.sampled_from(STREET)),
            district=draw(st.sampled_from(["110101", "110102", None])),
            lon=place[0],
            lat=place[1],
        )
        for number, place in enumerate(places)
    ]


QUOTAS = st.builds(
    Quota,
    st.just("市级"),
    st.integers(0, 6),
    st.dictionaries(st.sampled_from(["110101", "110102"]), st.integers(0, 3), max_size=2),
)


def away(entry, chosen):
    """Metres to the nearest chosen one, straight through the ground like the rule's; rounded."""
    placed = [c for c in chosen if c.lon is not None]
    if not placed:
        return math.inf
    if entry.lon is None:
        return 0.0
    # A geodesic of some kilometres and its chord differ by far less than a metre.
    return min(round(GEOD.inv(entry.lon, entry.lat, c.lon, c.lat)[2]) for c in placed)


def plainly(entries, level, taken=()):
    """The rule read out: the chosen ids, in order, and the rest."""
    pool = Counter(e.district for e in (*entries, *taken))
    left, chosen, rest = list(entries), list(taken), []
    while left:
        best = min(
            left,
            key=lambda e: (
                -e.met,
                e.unmet,
                -e.preferred,
                STREET.index(e.street_facing),
                Fraction(sum(c.district == e.district for c in chosen), pool[e.district]),
                -away(e, chosen),
                e.station_id,
            ),
        )
        left.remove(best)
        most = level.districts.get(best.district or "")
        full = most is not None and sum(c.district == best.district for c in chosen) >= most
        (rest if full or len(chosen) >= level.quota else chosen).append(best)
    return [e.station_id for e in chosen[len(taken) :]], [e.station_id for e in rest]


@settings(max_examples=300, derandomize=True, deadline=None)
@given(pools(), QUOTAS)
def test_the_list_is_what_the_rule_says_read_out_one_by_one(entries, level):
    ranked = shortlist(entries, level, short=True)
    assert (
        [line.entry.station_id for line in ranked if line.chosen],
        [line.entry.station_id for line in ranked if not line.chosen],
    ) == plainly(entries, level)
    assert [line.rank for line in ranked] == list(range(1, len(entries) + 1))


@settings(max_examples=300, derandomize=True, deadline=None)
@given(pools(), QUOTAS, st.integers(0, 4))
def test_who_has_a_place_already_counts_as_chosen_before(entries, level, count):
    taken, others = entries[:count], entries[count:]
    ranked = shortlist(others, level, short=True, taken=taken)
    assert (
        [line.entry.station_id for line in ranked if line.chosen],
        [line.entry.station_id for line in ranked if not line.chosen],
    ) == plainly(others, level, taken)


def test_a_district_that_has_a_place_already_comes_after_one_that_has_none():
    taken, same, other = entry("a"), entry("b"), entry("c", district="110102")
    ranked = shortlist([same, other], Quota("市级", 2), taken=[taken])
    assert [line.entry.station_id for line in ranked if line.chosen] == ["c"]
    full = shortlist([same, other], Quota("市级", 2, {"110101": 1}), taken=[taken])[1]
    assert "名额 1 个已满" in full.reason.zh


@settings(max_examples=100, derandomize=True, deadline=None)
@given(pools(), QUOTAS, st.randoms(use_true_random=False))
def test_the_order_in_which_candidates_are_given_changes_nothing(entries, level, random):
    shuffled = random.sample(entries, len(entries))
    assert shortlist(shuffled, level, short=True) == shortlist(entries, level, short=True)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(pools(), QUOTAS)
def test_no_limit_is_passed_and_a_better_card_never_costs_a_place(entries, level):
    ranked = shortlist(entries, level, short=True)
    chosen = [line.entry for line in ranked if line.chosen]
    taken = Counter(e.district for e in chosen)
    assert len(chosen) <= level.quota
    assert all(taken[name] <= most for name, most in level.districts.items())
    for entry in chosen:
        better = [replace(e, met=e.met + 1) if e is entry else e for e in entries]
        assert entry.station_id in [
            r.entry.station_id for r in shortlist(better, level, short=True) if r.chosen
        ]


def entry(station_id, **values):
    plain = {"met": 5, "unmet": 0, "unknown": 2, "preferred": 0, "street_facing": "yes", "district": "110101"}
    return Entry(station_id, **(plain | values))


def test_equals_on_both_sides_of_the_cut_are_marked_for_people_to_decide():
    ranked = shortlist([entry("a"), entry("b"), entry("c", met=4), entry("d", met=6)], Quota("市级", 2))
    assert [(r.entry.station_id, r.chosen, r.tied) for r in ranked] == [
        ("d", True, False),
        ("a", True, True),
        ("b", False, True),
        ("c", False, False),
    ]
    assert "评议决定" in ranked[1].reason.zh


def test_whom_only_the_limit_of_the_district_keeps_out_is_no_tie():
    level = Quota("市级", 2, {"110101": 1})
    ranked = shortlist([entry("a", met=6), entry("b"), entry("c", district="110102")], level)
    assert [(r.entry.station_id, r.chosen, r.tied) for r in ranked] == [
        ("a", True, False),
        ("c", True, False),
        ("b", False, False),
    ]
    assert "已满" in ranked[2].reason.zh


def test_where_a_district_is_full_its_equals_are_for_people_to_decide():
    level = Quota("市级", 2, {"110101": 1})
    ranked = shortlist([entry("a"), entry("b"), entry("c", district="110102")], level)
    assert [(r.entry.station_id, r.chosen, r.tied) for r in ranked] == [
        ("a", True, True),
        ("c", True, False),
        ("b", False, True),
    ]
    assert "已满" in ranked[2].reason.zh
    assert "评议决定" in ranked[2].reason.zh


@settings(max_examples=300, derandomize=True, deadline=None)
@given(pools(), QUOTAS)
def test_a_tie_is_whoever_could_change_places_with_an_equal_within_the_limits(entries, level):
    ranked = shortlist(entries, level, short=True)
    chosen = [line.entry for line in ranked if line.chosen]

    def stands(out, into):
        taken = Counter(e.district for e in chosen if e is not out)
        return taken[into.district] < level.districts.get(into.district or "", len(entries) + 1)

    pairs = [
        (one.entry, other.entry)
        for one in ranked
        for other in ranked
        if one.chosen and not other.chosen and one.entry.merit == other.entry.merit
    ]
    tied = {e.station_id for pair in pairs if stands(*pair) for e in pair}
    assert {line.entry.station_id for line in ranked if line.tied} == tied


def test_unknown_haves_count_for_nothing():
    sure, hopeful = entry("z", met=5, unknown=0), entry("a", met=4, unknown=3)
    assert shortlist([hopeful, sure], Quota("市级", 1))[0].entry is sure


@pytest.mark.parametrize(("districts", "able"), [({}, 2), ({"110101": 1}, 1)])
def test_a_quota_above_the_candidates_is_refused_with_the_numbers(districts, able):
    entries, level = [entry("a"), entry("b")], Quota("全国级", 3, districts)
    with pytest.raises(InputError, match=rf"全国级 .* 3.* {able} ") as refused:
        shortlist(entries, level)
    assert "--short" in str(refused.value)
    assert sum(line.chosen for line in shortlist(entries, level, short=True)) == able
