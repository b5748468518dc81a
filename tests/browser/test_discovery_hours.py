"""Open now, opens at, unknown: what the page makes of weekly intervals and dated exceptions as time passes."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

import maps
from tests.browser.looking import MONDAY_MORNING, Visiting, state_of

pytestmark = pytest.mark.browser

STATES = (
    (MONDAY_MORNING, "江汉路全天驿站", "● 开放中 24小时开放"),
    (MONDAY_MORNING, "扫码自助驿站", "● 开放中 至18:00"),
    ("2026-09-28T23:00:00+08:00", "扫码自助驿站", "● 可自助进入"),
    (MONDAY_MORNING, "售货柜旁驿站", "● 开放中 至18:00"),
    ("2026-09-28T23:00:00+08:00", "售货柜旁驿站", "○ 未开放 明天 08:00开放"),
    ("2026-09-28T18:00:00+08:00", "工作日驿站", "○ 未开放 明天 08:00开放"),
    ("2026-09-26T12:00:00+08:00", "工作日驿站", "○ 未开放 周一 08:00开放"),
    # A holiday Thursday, a make-up Saturday, a Monday nobody knows about.
    ("2026-10-01T10:00:00+08:00", "工作日驿站", "○ 未开放 明天 08:00开放"),
    ("2026-10-10T10:00:00+08:00", "工作日驿站", "● 开放中 至18:00"),
    ("2026-10-12T10:00:00+08:00", "工作日驿站", "? 时间待核实"),
    ("2026-10-11T20:00:00+08:00", "工作日驿站", "○ 未开放"),
    ("2026-09-28T21:00:00+08:00", "夜间驿站", "● 开放中 至明天 02:00"),
    ("2026-09-29T01:59:00+08:00", "夜间驿站", "● 开放中 至02:00"),
    ("2026-09-29T02:00:00+08:00", "夜间驿站", "○ 未开放 今天 20:00开放"),
    (MONDAY_MORNING, "时间不详驿站", "? 时间待核实"),
    (MONDAY_MORNING, "暂停驿站", "⊘ 暂停开放"),
)


def test_open_state_follows_beijing_time_while_the_page_stays_open(
    visit: Visiting, cast: pd.DataFrame
) -> None:
    # A phone that is set to New York sees the same.
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING, timezone_id="America/New_York").page
    for at, name, state in STATES:
        page.clock.set_fixed_time(datetime.fromisoformat(at))
        page.evaluate("yizhan.list.tick()")
        assert (at, name, state_of(page, name)) == (at, name, state)


def test_states_agree_with_counting_by_hand(visit: Visiting, cast: pd.DataFrame) -> None:
    rng = random.Random(7)
    monday = date(2026, 9, 21)
    cases = []
    for _ in range(300):
        week = [
            [day * 1440 + start, day * 1440 + start + rng.choice([60, 240, 540, 1000])]
            for day in range(7)
            for start in rng.sample(range(0, 1440, 30), rng.randint(0, 2))
        ]
        days = [monday + timedelta(rng.randint(0, 13)) for _ in range(3)]
        exceptions = {day.isoformat(): rng.choice([None, [], [[600, 1500]]]) for day in days}
        cases.append((rng.choice([week, week, week, None]), exceptions, rng.randrange(3 * 1440, 12 * 1440)))

    def by_hand(week: Any, exceptions: Any, minute: int) -> str:
        today, answer = minute // 1440, "closed"
        for number in range(today - 2, today + 1):
            day = monday + timedelta(number)
            plain = (
                None
                if week is None
                else [
                    [s - day.weekday() * 1440, e - day.weekday() * 1440]
                    for s, e in week
                    if s // 1440 == day.weekday()
                ]
            )
            spans = exceptions.get(day.isoformat(), plain)
            if spans is None and number == today:
                answer = "unknown" if answer == "closed" else answer
            elif any(number * 1440 + s <= minute < number * 1440 + e for s, e in spans or []):
                answer = "open"
        return answer

    page = visit(maps.render(maps.discovery(cast))).page
    start_ms = int(datetime.fromisoformat("2026-09-21T00:00:00+08:00").timestamp() * 1000)
    found = page.evaluate(
        "([cases, start]) => cases.map(([w, x, m]) => yizhan.hours.at(w, x, start + m * 60000).code)",
        [cases, start_ms],
    )
    expected = [by_hand(*case) for case in cases]
    assert found == expected
    assert min(expected.count(code) for code in ("open", "closed", "unknown")) > 20


def test_after_the_last_known_day_only_round_the_clock_counts_as_open(
    visit: Visiting, cast: pd.DataFrame
) -> None:
    options = maps.DiscoveryOptions(valid_until=date(2026, 12, 31))
    seen = visit(maps.render(maps.discovery(cast, options=options)), at="2027-01-04T10:00:00+08:00")
    assert state_of(seen.page, "工作日驿站") == "? 时间待核实"
    assert state_of(seen.page, "江汉路全天驿站") == "● 开放中 24小时开放"
    assert "2026-12-31" in seen.page.locator("#stale").inner_text()
