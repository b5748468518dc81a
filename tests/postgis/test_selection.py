"""Campaigns and candidates on a real registry: the four steps in order, each kept, whoever writes."""

import threading
from contextlib import closing
from dataclasses import replace
from datetime import date

import psycopg2
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from data.criteria import rulesets
from data.errors import ConflictError, InputError
from data.hours import holidays
from data.hours.holiday_table import HolidayTable
from data.postgres import db
from data.selection import campaigns, candidates
from data.selection.campaigns import Campaign, Level
from data.selection.candidates import BEFORE, Step
from data.selection.shortlist import Quota
from data.selection.workdays import last_day

TODAY = date(2026, 11, 30)
TERMS = Campaign(
    "zhengzhou-2026",
    "2026年最美驿站",
    rulesets.load("seven_2021"),
    (Level("national", Quota("全国最美", 1)), Level("city", Quota("市级最美", 2, {"410102": 1}))),
    5,
    date(2026, 11, 2),
    "市总工会",
)


def add_stations(conn, *ids, audience="outdoor_workers"):
    with conn.cursor() as cursor:
        for station_id in ids:
            cursor.execute(
                "INSERT INTO yizhan.station (station_id, name, source, audience) VALUES (%s, %s, 's', %s)",
                (station_id, f"驿站{station_id}", audience),
            )
    conn.commit()


@pytest.fixture
def campaign(connection):
    add_stations(connection, "A", "B", "C")
    with db.transaction(connection):
        holidays.write(connection, HolidayTable.from_library())
    campaigns.open_campaign(connection, TERMS)
    return TERMS


def go(conn, to, *ids, on=date(2026, 11, 3), by="市总工会", **more):
    return candidates.advance(conn, TERMS.campaign_id, Step(to, by, on, **more), ids, today=TODAY)


def results(outcomes):
    return [outcome.result for outcome in outcomes]


def standing(conn):
    return {c.station_id: c.step for c in candidates.read(conn, TERMS.campaign_id)}


def test_four_steps_lead_from_recommendation_to_confirmation_and_all_are_kept(connection, campaign):
    go(connection, "recommended", "A", level="city", by="金水区总工会")
    go(connection, "reviewed", "A", on=date(2026, 11, 4))
    go(connection, "in_notice", "A", on=date(2026, 11, 5))
    (early,) = go(connection, "confirmed", "A", on=date(2026, 11, 11))
    assert (early.result, "2026-11-11" in early.reason.zh) == ("refused", True)
    assert results(go(connection, "confirmed", "A", on=date(2026, 11, 12))) == ["done"]
    made = candidates.history(connection, campaign.campaign_id)
    assert [(m.from_step, m.to_step, m.by) for m in made] == [
        (None, "recommended", "金水区总工会"),
        ("recommended", "reviewed", "市总工会"),
        ("reviewed", "in_notice", "市总工会"),
        ("in_notice", "confirmed", "市总工会"),
    ]
    (candidate,) = candidates.read(connection, campaign.campaign_id)
    assert (candidate.notice_until, candidate.card["unknown"]) == (date(2026, 11, 11), 7)


@pytest.mark.parametrize("to", ["reviewed", "in_notice", "confirmed"])
def test_a_step_out_of_order_is_refused_in_words_and_changes_nothing(connection, campaign, to):
    assert "推荐" in go(connection, to, "A")[0].reason.zh
    go(connection, "recommended", "A", level="city")
    if to == "reviewed":
        go(connection, "reviewed", "A")
        to = "recommended"
    before = candidates.history(connection, campaign.campaign_id)
    (outcome,) = go(connection, to, "A", level="city", by="别的单位")
    assert outcome.result == "refused"
    assert "基层推荐 → 综合评议 → 公示 → 确认" in outcome.reason.zh
    assert candidates.history(connection, campaign.campaign_id) == before


def test_rows_that_cannot_go_on_are_told_why_and_the_others_go_on(connection, campaign):
    add_stations(connection, "staff", audience="staff")
    outcomes = go(connection, "recommended", "A", "nobody", "staff", "A", level="city")
    assert [(o.station_id, o.result) for o in outcomes] == [
        ("A", "done"),
        ("nobody", "refused"),
        ("staff", "refused"),
    ]
    assert "nobody" in outcomes[1].reason.zh
    assert "本单位职工" in outcomes[2].reason.zh


def test_the_same_step_again_is_no_step(connection, campaign):
    go(connection, "recommended", "A", level="city")
    assert results(go(connection, "recommended", "A", level="city")) == ["unchanged"]
    (other,) = go(connection, "recommended", "A", level="national")
    assert "退回" in other.reason.zh
    assert len(candidates.history(connection, campaign.campaign_id)) == 1


def test_a_return_needs_a_reason_and_a_returned_one_begins_anew(connection, campaign):
    go(connection, "recommended", "A", level="city")
    with pytest.raises(InputError, match="理由"):
        go(connection, "returned", "A")
    go(connection, "returned", "A", reason="门口没有标识")
    assert results(go(connection, "reviewed", "A")) == ["refused"]
    assert results(go(connection, "recommended", "A", level="national")) == ["done"]
    (candidate,) = candidates.read(connection, campaign.campaign_id)
    assert (candidate.step, candidate.level, candidate.reason) == ("recommended", "national", None)


def test_days_run_forward_and_none_is_yet_to_come(connection, campaign):
    with pytest.raises(InputError, match="2026-12-01"):
        go(connection, "recommended", "A", level="city", on=date(2026, 12, 1))
    go(connection, "recommended", "A", level="city", on=date(2026, 11, 10))
    assert "2026-11-10" in go(connection, "reviewed", "A", on=date(2026, 11, 9))[0].reason.zh


def test_a_notice_beyond_the_table_of_holidays_is_refused(connection, campaign):
    go(connection, "recommended", "A", level="city")
    go(connection, "reviewed", "A")
    step = Step("in_notice", "市总工会", date(2026, 12, 30))
    with pytest.raises(InputError, match="holidays import"):
        candidates.advance(connection, campaign.campaign_id, step, ["A"], today=date(2026, 12, 31))
    assert standing(connection) == {"A": "reviewed"}


def test_of_two_reviewers_at_once_the_second_is_told_who_was_first(connection, campaign, database_url):
    go(connection, "recommended", "A", level="city")
    told, ready = [], threading.Barrier(2)

    def review(unit, to, **more):
        with closing(db.connect(database_url, role="writer")) as conn:
            ready.wait(10)
            told.append((unit, go(conn, to, "A", by=unit, **more)[0]))

    threads = [
        threading.Thread(target=review, args=("甲单位", "reviewed"), kwargs={"versions": {"A": 1}}),
        threading.Thread(
            target=review, args=("乙单位", "returned"), kwargs={"versions": {"A": 1}, "reason": "重复"}
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    (first, done), (second, refused) = sorted(told, key=lambda pair: pair[1].result)
    assert (done.result, refused.result) == ("done", "refused")
    assert first in refused.reason.zh
    assert second not in refused.reason.zh
    assert len(candidates.history(connection, campaign.campaign_id)) == 2


def test_of_two_who_recommend_at_once_the_second_is_told_and_the_others_go_on(
    connection, campaign, database_url
):
    told = []

    def recommend():
        with closing(db.connect(database_url, role="writer")) as conn:
            told.extend(go(conn, "recommended", "A", "B", level="city", by="乙单位"))

    second = threading.Thread(target=recommend)
    with closing(db.connect(database_url, role="writer")) as first, first.cursor() as cursor:
        cursor.execute(
            """INSERT INTO yizhan.candidate (campaign_id, station_id, step, level, on_day, by_whom, card)
               VALUES (%s, 'A', 'recommended', 'city', '2026-11-02', '甲单位', '{}')""",
            (campaign.campaign_id,),
        )
        second.start()
        second.join(1.0)
        assert second.is_alive(), "it waits for the first"
        first.commit()
    second.join(30)
    assert [(o.station_id, o.result) for o in told] == [("A", "refused"), ("B", "done")]
    assert "甲单位" in told[0].reason.zh


def test_terms_change_until_the_notice_and_no_longer(connection, campaign):
    changed = campaigns.change(connection, replace(campaign, notice_days=7))
    assert (changed.version, campaigns.read(connection, campaign.campaign_id).notice_days) == (2, 7)
    with pytest.raises(ConflictError, match="他人"):
        campaigns.change(connection, replace(campaign, notice_days=9))
    go(connection, "recommended", "A", level="city")
    go(connection, "reviewed", "A")
    go(connection, "in_notice", "A")
    with pytest.raises(ConflictError, match="公示"):
        campaigns.change(connection, replace(changed, notice_days=1))
    go(connection, "returned", "A", reason="撤回公示")
    with pytest.raises(ConflictError, match="公示"):
        campaigns.change(connection, replace(changed, notice_days=1))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"campaign_id": "北京"}, "北京"),
        ({"title": ""}, "title"),
        ({"opened_by": "a\nb"}, "by"),
        ({"levels": ()}, "名额"),
        ({"levels": (Level("X!", Quota("x", 1)),)}, "X!"),
        ({"levels": (Level("a", Quota("x", 1)), Level("a", Quota("y", 1)))}, "两次"),
        ({"levels": (Level("a", Quota("x", -1)),)}, "名额"),
        ({"levels": (Level("a", Quota("x", 1, {"": 1})),)}, "110101"),
        ({"notice_days": 0}, "公示天数"),
        ({"campaign_id": "zhengzhou-2026"}, "已经有了"),
    ],
)
def test_terms_that_cannot_be_meant_are_refused_by_field(connection, campaign, wrong, named):
    with pytest.raises(InputError, match=named):
        campaigns.open_campaign(connection, replace(TERMS, **({"campaign_id": "other"} | wrong)))


def test_a_level_or_campaign_that_is_not_there_is_named_with_those_that_are(connection, campaign):
    with pytest.raises(InputError, match=r"county.*national.*city"):
        go(connection, "recommended", "A", level="county")
    with pytest.raises(InputError, match=r"elsewhere.*zhengzhou-2026"):
        candidates.advance(connection, "elsewhere", Step("reviewed", "u", TODAY), ["A"], today=TODAY)


def test_the_rules_are_kept_as_they_were(connection, campaign):
    kept = campaigns.read(connection, campaign.campaign_id)
    assert kept == TERMS


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE yizhan.candidate SET step = 'confirmed', notice_until = '2026-11-01'",
        "UPDATE yizhan.candidate SET step = 'recommended'",
        "DELETE FROM yizhan.candidate",
        "UPDATE yizhan.candidate_step SET by_whom = 'x'",
        "DELETE FROM yizhan.candidate_step",
        "DELETE FROM yizhan.campaign",
    ],
)
def test_psql_is_held_to_the_same(connection, campaign, statement):
    go(connection, "recommended", "A", level="city")
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.IntegrityError):
        cursor.execute(statement)
    connection.rollback()


def test_no_path_reaches_confirmation_without_the_steps(connection, campaign):
    ids = ("A", "B", "C")
    counter = iter(range(10_000))

    class Selection(RuleBasedStateMachine):
        """Any steps, in any order, on any day; what is believed is written down beside and compared."""

        def __init__(self):
            super().__init__()
            self.terms = replace(TERMS, campaign_id=f"run-{next(counter)}")
            campaigns.open_campaign(connection, self.terms)
            self.believed = {}
            self.day = 2

        @rule(days=st.integers(1, 9))
        @precondition(lambda self: self.day < 28)
        def wait(self, days):
            self.day = min(28, self.day + days)

        @rule(
            station=st.sampled_from(ids),
            to=st.sampled_from(sorted(BEFORE)),
            level=st.sampled_from(["national", "city"]),
        )
        def step(self, station, to, level):
            step = Step(
                to,
                "单位",
                date(2026, 11, self.day),
                level=level if to == "recommended" else None,
                reason="因",
            )
            now, until, same = self.believed.get(station, (None, None, None))
            allowed = now in BEFORE[to] and not (to == "confirmed" and step.on <= until)
            if now == to and same == (step.on, step.level if to == "recommended" else None):
                expected = "unchanged"
            else:
                expected = "done" if allowed else "refused"
            (outcome,) = candidates.advance(connection, self.terms.campaign_id, step, [station], today=TODAY)
            assert outcome.result == expected
            if expected == "done":
                if to == "in_notice":
                    until = last_day(step.on, 5, HolidayTable.from_library())
                self.believed[station] = (to, until, (step.on, step.level if to == "recommended" else None))

        @invariant()
        def the_registry_agrees(self):
            found = {c.station_id: c.step for c in candidates.read(connection, self.terms.campaign_id)}
            assert found == {station: state for station, (state, _, _) in self.believed.items()}

        @invariant()
        def whoever_is_confirmed_made_every_step(self):
            for station, (state, _, _) in self.believed.items():
                if state == "confirmed":
                    made = [
                        m.to_step for m in candidates.history(connection, self.terms.campaign_id, station)
                    ]
                    assert made[-4:] == ["recommended", "reviewed", "in_notice", "confirmed"]

    run_state_machine_as_test(
        Selection,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
