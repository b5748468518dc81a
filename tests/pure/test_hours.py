"""Schedules against a plain evaluator of our own, minute by minute, and on days known by hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import HoursError
from data.hours import osm_hours, rules
from data.hours import schedule as hours
from data.hours.dated import dated_rules
from data.hours.holidays import HolidayTable
from data.hours.schedule import Schedule, access_24h, is_24h, three_facts
from geo.vocabulary import ACCESS_24H, ACCESS_METHOD, OPEN_STATE, TERNARY_VALUES, UNATTENDED_ACCESS

TABLE = HolidayTable.from_library()
CHINA = ZoneInfo("Asia/Shanghai")
NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def schedule(text: str | None, makeup_days: bool = False) -> Schedule:
    return Schedule(text, makeup_days, TABLE)


KINDS = {
    "24/7": ("24/7", False),
    "plain": ("Mo-Fr 09:00-17:30", False),
    "working": ("Mo-Fr 09:00-17:30; PH off", True),
    "daily": ("Mo-Su 08:00-20:00", False),
    "no holidays": ("Mo-Su 08:00-20:00; PH off", False),
}


@pytest.mark.parametrize(
    ("noon", "expected"),
    [
        # a Friday in National Day week
        (
            "2026-10-02T12:00",
            {"24/7": "open", "plain": "open", "working": "closed", "daily": "open", "no holidays": "closed"},
        ),
        # a Saturday that is worked for it
        (
            "2026-10-10T12:00",
            {"24/7": "open", "plain": "closed", "working": "open", "daily": "open", "no holidays": "open"},
        ),
        # a Wednesday of a year not announced, far from any holiday
        (
            "2027-03-10T12:00",
            {"24/7": "open", "plain": "open", "working": "open", "daily": "open", "no holidays": "open"},
        ),
        # a Saturday of a year not announced, in National Day week
        (
            "2027-10-02T12:00",
            {
                "24/7": "open",
                "plain": "closed",
                "working": "unknown",
                "daily": "open",
                "no holidays": "unknown",
            },
        ),
    ],
)
def test_the_clock_is_set(noon, expected):
    assert TABLE.kind(date(2026, 10, 2)) == "holiday"
    assert TABLE.kind(date(2026, 10, 10)) == "workday"
    assert {name: schedule(*KINDS[name]).state_at(at(noon)).state for name in KINDS} == expected


def test_which_schedules_depend_on_holidays():
    depends = {name: schedule(*given_).depends_on_holidays for name, given_ in KINDS.items()}
    assert depends == {"24/7": False, "plain": False, "working": True, "daily": False, "no holidays": True}
    assert not schedule(None).depends_on_holidays


class Oracle:
    """What a person would work out: which spans begin on a day, then whether a minute lies in one."""

    def __init__(self, weekdays: set[int], spans: list[tuple[int, int]], holiday: str, makeup: bool) -> None:
        self.weekdays, self.spans, self.holiday, self.makeup = weekdays, spans, holiday, makeup

    @property
    def text(self) -> str:
        wrapped = [(a, b - 1440 if b > 1440 else b) for a, b in self.spans]
        times = ",".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in wrapped)
        week = f"{','.join(NAMES[d] for d in sorted(self.weekdays))} {times}"
        return week + {"same": "", "off": "; PH off", "unknown": "; PH unknown"}[self.holiday]

    def begins(self, day: date, kind: str):
        weekly = self.spans if day.weekday() in self.weekdays else []
        if kind == "holiday":
            return {"same": weekly, "off": [], "unknown": None}[self.holiday]
        if kind == "workday" and self.makeup and day.weekday() >= 5:
            count = len(self.weekdays & set(range(5)))
            return None if 0 < count < 5 else self.spans if count else []
        if kind == "unknown":
            possible = [self.begins(day, "ordinary"), self.begins(day, "holiday")]
            possible += [self.begins(day, "workday")] if day.weekday() >= 5 else []
            return possible[0] if all(each == possible[0] for each in possible) else None
        return weekly

    def state(self, moment: datetime) -> str:
        day, minute = moment.date(), moment.hour * 60 + moment.minute
        today = self.begins(day, TABLE.kind(day))
        yesterday = self.begins(day - timedelta(1), TABLE.kind(day - timedelta(1)))
        late = max(b for _, b in self.spans) - 1440
        if any(a <= minute < b for a, b in today or ()):
            return "open"
        if any(minute < b - 1440 for _, b in yesterday or ()):
            return "open"
        return "unknown" if today is None or (yesterday is None and minute < late) else "closed"


SPANS = st.one_of(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda s: s[0] < s[1]).map(lambda s: [s]),
    st.tuples(st.integers(960, 1439), st.integers(1, 900)).map(lambda s: [(s[0], s[1] + 1440)]),
    st.lists(st.integers(1, 1439), min_size=4, max_size=4, unique=True)
    .map(sorted)
    .map(lambda e: [(e[0], e[1]), (e[2], e[3])]),
)
ORACLES = st.builds(
    Oracle,
    st.sets(st.integers(0, 6), min_size=1),
    SPANS,
    st.sampled_from(["same", "off", "unknown"]),
    st.booleans(),
)
STARTS = st.sampled_from(
    [
        date(2026, 9, 18),
        date(2026, 9, 30),
        date(2026, 10, 8),
        date(2026, 2, 12),
        date(2026, 12, 29),
        date(2027, 2, 4),
        date(2027, 9, 24),
    ]
)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(ORACLES, STARTS, st.lists(st.integers(0, 4 * 1440), min_size=12, max_size=12))
def test_states_equal_those_of_a_plain_evaluator(oracle, first, minutes):
    given_ = schedule(oracle.text, oracle.makeup)
    edges = [
        a + d * 1440 + e for a, d, e in product({m for span in oracle.spans for m in span}, range(4), (-1, 0))
    ]
    for minute in [*minutes, *edges]:
        moment = datetime.combine(first, datetime.min.time(), CHINA) + timedelta(minutes=minute)
        assert given_.state_at(moment).state == oracle.state(moment), (oracle.text, oracle.makeup, moment)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(ORACLES, STARTS, st.integers(0, 1439))
def test_changes_are_the_first_minutes_of_another_state(oracle, first, minute):
    moment = datetime.combine(first, datetime.min.time(), CHINA) + timedelta(minutes=minute)
    state, change, opens = schedule(oracle.text, oracle.makeup).state_at(moment)
    limit = 12 * 1440
    later = (moment + timedelta(minutes=i) for i in range(1, limit))
    expected = next((each for each in later if oracle.state(each) != state), None)
    if expected is None:
        assert change is None or change - moment >= timedelta(minutes=limit)
    else:
        assert change == expected
        assert opens == (expected if state == "closed" and oracle.state(expected) == "open" else None)


def test_a_night_shift_goes_on_into_a_holiday_and_out_of_one():
    night = schedule("Mo-Su 20:00-06:00; PH off")
    assert night.state_at(at("2026-10-01T05:59")).state == "open"  # began on 30 September
    assert night.state_at(at("2026-10-01T06:00")).state == "closed"
    assert night.state_at(at("2026-10-01T23:00")).state == "closed"
    assert night.state_at(at("2026-10-08T05:00")).state == "closed"  # nothing began on 7 October
    assert night.state_at(at("2026-10-08T20:00")).state == "open"
    assert schedule("Fr 20:00-06:00; Sa 09:00-12:00").state_at(at("2026-10-17T03:00")).state == "open"


def test_the_end_of_a_span_is_closed_and_seconds_count_down():
    plain = schedule("Mo-Fr 09:00-17:30")
    assert plain.state_at(at("2026-10-14T17:29:59")).state == "open"
    assert plain.state_at(at("2026-10-14T17:30:00")).state == "closed"
    assert plain.state_at(at("2026-10-14T08:59:59")).next_open == at("2026-10-14T09:00")


def test_next_open_is_never_claimed_across_the_unknown():
    working = schedule(*KINDS["working"])
    evening = working.state_at(at("2027-09-27T18:00"))  # a Monday; from Tuesday on a holiday is possible
    assert evening == ("closed", at("2027-09-28T00:00"), None)
    assert working.state_at(at("2027-09-28T12:00")).next_open is None
    assert schedule(*KINDS["plain"]).state_at(at("2027-09-27T18:00")).next_open == at("2027-09-28T09:00")


def test_a_long_closure_is_looked_through():
    july = schedule("Jul 10:00-12:00")
    assert july.state_at(at("2026-08-01T12:00")).next_open == at("2027-07-01T10:00")
    assert schedule("2020 10:00-12:00").state_at(at("2026-08-01T12:00")) == ("closed", None, None)
    assert schedule("24/7").state_at(at("2026-08-01T12:00")) == ("open", None, None)


def test_any_zone_is_understood_and_a_naive_time_is_an_error():
    plain = schedule("Mo-Fr 09:00-17:30")
    assert plain.state_at(datetime(2026, 10, 14, 1, 0, tzinfo=UTC)).state == "open"
    assert plain.state_at(datetime(2026, 10, 14, 9, 30, tzinfo=UTC)).state == "closed"
    with pytest.raises(HoursError, match="no zone"):
        plain.state_at(datetime(2026, 10, 14, 9, 0))


def test_the_ends_of_time_are_unknown_and_no_crash():
    for moment in (datetime.min.replace(tzinfo=CHINA), datetime.max.replace(tzinfo=UTC) - timedelta(days=2)):
        assert schedule("Mo-Fr 09:00-17:30").state_at(moment).state == "unknown"


@pytest.mark.parametrize(
    "text", [None, "", "9am-5pm", "Mo-Fr sunrise-sunset", '"by appointment"', "08:00+", "x" * 9999]
)
def test_hours_that_cannot_be_evaluated_are_unknown(text):
    broken = schedule(text)
    assert not broken.known
    assert broken.state_at(at("2026-10-14T12:00")) == ("unknown", None, None)
    assert broken.week() is None
    assert broken.exceptions(date(2026, 10, 1), 7) == {}
    if text:
        with pytest.raises(HoursError):
            hours.validate(text)


def test_months_with_holidays_are_unknown_where_the_holiday_matters():
    winter = schedule("Oct-Mar 09:00-17:00; PH off")
    states = [winter.state_at(at(f"2026-10-{day:02d}T12:00")).state for day in (1, 7, 8, 9)]
    assert states == ["unknown", "unknown", "unknown", "open"]  # 8 October follows a day that is not expanded
    assert winter.week() is None
    assert winter.exceptions(date(2026, 10, 7), 3) == {
        date(2026, 10, 7): None,
        date(2026, 10, 8): None,
        date(2026, 10, 9): [(540, 1020)],
    }


def test_the_week_and_its_exceptions():
    working = schedule(*KINDS["working"])
    assert working.week() == [(d * 1440 + 540, d * 1440 + 1050) for d in range(5)]
    assert working.exceptions(date(2026, 10, 5), 7) == {
        date(2026, 10, 5): [],
        date(2026, 10, 6): [],
        date(2026, 10, 7): [],
        date(2026, 10, 10): [(540, 1050)],
    }
    assert working.exceptions(date(2027, 10, 2), 1) == {date(2027, 10, 2): None}
    assert schedule("24/7").week() == [(d * 1440, d * 1440 + 1440) for d in range(7)]
    assert schedule("Su 20:00-06:00").week() == [(6 * 1440 + 1200, 7 * 1440 + 360)]
    assert schedule("Mo-Fr unknown").week() is None
    assert schedule("off").week() == []


@settings(max_examples=40, derandomize=True, deadline=None)
@given(ORACLES, STARTS)
def test_a_page_can_work_out_the_state_from_week_and_exceptions(oracle, first):
    given_ = schedule(oracle.text, oracle.makeup)
    week, exceptions = given_.week(), given_.exceptions(first - timedelta(1), 6)
    assert week is not None

    def spans(day: date) -> list[tuple[int, int]] | None:
        monday = day.weekday() * 1440
        return exceptions.get(day, [(a - monday, b - monday) for a, b in week if 0 <= a - monday < 1440])

    for i, minute in product(range(5), range(0, 1440, 53)):
        day = first + timedelta(i)
        today, before = spans(day), spans(day - timedelta(1))
        inside = any(a <= minute < b for a, b in today or ()) or any(
            minute < b - 1440 for _, b in before or ()
        )
        page = "open" if inside else "unknown" if today is None else "closed"
        truth = oracle.state(datetime.combine(day, datetime.min.time(), CHINA) + timedelta(minutes=minute))
        small_hours = before is None and minute < max(b for _, b in oracle.spans) - 1440
        assert page == truth or (small_hours and truth == "unknown")


def test_the_expansion_holds_no_holiday_word_and_no_span_past_midnight():
    plan = osm_hours.weekly_plan("Mo-Su 20:00-06:00; PH off", True)
    text = dated_rules(plan, TABLE, date(2026, 9, 28), 14)
    assert "PH" not in text
    assert "2026 Oct 01 00:00-06:00" in text
    assert "2026 Oct 02 off" in text
    assert "20:00-06:00" not in text


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Fr 09:00-17:30; PH off",
        "24/7",
        "Mo,We 08:00-12:00, Sa 22:00-02:00",
        "Su,PH off",
        "PH unknown",
        "Mo 00:00-30:00",
    ],
)
def test_rules_are_written_as_they_were_read(text):
    assert rules.parse(rules.render(rules.parse(text))) == rules.parse(text)
    hours.validate(hours.canonical(text))


@pytest.mark.parametrize(
    "text",
    [
        "PH Mo-Fr 09:00-12:00",
        "PH -1 day off",
        "SH off",
        "Mo || 10:00-11:00",
        "Mo 10:00-12:00/00:30",
        "easter off",
    ],
)
def test_what_rests_on_something_unknown_is_refused(text):
    with pytest.raises(HoursError):
        hours.validate(text)


def test_threads_see_the_same_states():
    moments = [at("2026-09-30T08:30") + timedelta(hours=7 * i) for i in range(60)]
    texts = [f"Mo-Fr {6 + i % 5:02d}:{i:02d}-17:30; PH off" for i in range(40)]

    def states(moment):
        return [hours.schedule(text, i % 2 == 0, TABLE).state_at(moment) for i, text in enumerate(texts)]

    expected = [states(moment) for moment in moments]
    hours.schedule.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(states, moments)) == expected


LIMITED, ALWAYS = "Mo-Su 08:00-20:00", "24/7"


@pytest.mark.parametrize(
    ("opening_hours", "access", "given_", "expected"),
    [
        (ALWAYS, "open_door", {}, ("yes", "unknown", "unknown")),
        (ALWAYS, "staff", {}, ("yes", "unknown", "unknown")),
        (ALWAYS, "unknown", {}, ("yes", "unknown", "unknown")),
        (ALWAYS, "unknown", {"facilities": {"vending_24h": "working"}}, ("unknown", "unknown", "yes")),
        (ALWAYS, "unknown", {"unattended_24h": "yes"}, ("unknown", "yes", "unknown")),
        (ALWAYS, "unknown", {"door_24h": "no"}, ("no", "unknown", "unknown")),
        *((ALWAYS, way, {}, ("unknown", "yes", "unknown")) for way in sorted(UNATTENDED_ACCESS)),
        (ALWAYS, "qr", {"unattended_24h": "no"}, ("unknown", "no", "unknown")),
        (LIMITED, "open_door", {}, ("no", "no", "unknown")),
        (LIMITED, "unknown", {}, ("no", "no", "unknown")),
        (LIMITED, "qr", {}, ("no", "unknown", "unknown")),
        (LIMITED, "staff", {"unattended_24h": "yes"}, ("no", "yes", "unknown")),
        (LIMITED, "staff", {"facilities": {"vending_24h": "unknown"}}, ("no", "no", "yes")),
        (LIMITED, "staff", {"facilities": {"vending_24h": "broken"}}, ("no", "no", "unknown")),
        (LIMITED, "open_door", {"door_24h": "yes"}, ("yes", "no", "unknown")),
        ("24/7; PH off", "open_door", {}, ("no", "no", "unknown")),
        (None, "open_door", {}, ("unknown", "unknown", "unknown")),
        ("broken", "qr", {}, ("unknown", "unknown", "unknown")),
        (None, "unknown", {"facilities": {"vending_24h": "working"}}, ("unknown", "unknown", "yes")),
    ],
)
def test_three_facts(opening_hours, access, given_, expected):
    assert three_facts(opening_hours, access, **given_) == expected


def test_what_is_declared_is_never_overruled():
    for text, way, door, alone, goods in product(
        (ALWAYS, LIMITED, None), ACCESS_METHOD, *[TERNARY_VALUES] * 3
    ):
        facts = three_facts(text, way, door_24h=door, unattended_24h=alone, goods_24h=goods)
        assert all(said in (fact, "unknown") for fact, said in zip(facts, (door, alone, goods), strict=True))


def test_only_a_door_or_unattended_entry_makes_a_24_hour_station():
    for facts in product(TERNARY_VALUES, repeat=3):
        code = access_24h(*facts)
        assert code in ACCESS_24H
        assert is_24h(code) == ("yes" in facts[:2])
    assert access_24h("no", "no", "unknown") == "no"
    assert access_24h("no", "no", "yes") == "goods_only"
    assert access_24h("unknown", "no", "no") == "unknown"


OSM_WORDS = [
    *(
        "Mo",
        "Tu-Fr",
        "Sa,Su",
        "Mo[1]",
        "Su[-1]",
        "PH",
        "24/7",
        "off",
        "closed",
        "open",
        "unknown",
        "-",
        " ",
        "; ",
        ", ",
    ),
    *("10:00-12:00", "22:00-02:00", "08:00-08:00", "00:00-48:00", "10:00-34:00", "+1 day", "week 1-10"),
    *("Jan", "Feb 29", "2026", "2026-2027", "1900-1950/2", "Dec 31-Jan 02"),
]


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(OSM_WORDS), max_size=7), st.sampled_from(["", " "]), st.booleans())
def test_whatever_passes_validation_can_be_evaluated_and_written_again(words, space, makeup):
    text = space.join(words)
    given_ = schedule(text, makeup)
    moment = at("2026-09-30T23:00")
    state = given_.state_at(moment)
    assert state.state in OPEN_STATE
    assert state.next_change is None or state.next_change > moment
    assert len(given_.exceptions(moment.date(), 3)) <= 3
    if given_.known:
        again = hours.canonical(text)
        assert hours.canonical(again) == again
        assert schedule(again, makeup).state_at(moment) == state
