"""The list of the discovery page: what it holds, its order, filters and language."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import maps
from tests.browser.looking import MONDAY_MORNING, Visiting, names, on_map, state_of

pytestmark = pytest.mark.browser


def test_list_and_map_hold_every_public_station_and_nothing_else(visit: Visiting, cast: pd.DataFrame) -> None:
    seen = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING)
    public = cast[(cast.audience == "outdoor_workers") & cast.status.isin(["open", "temporarily_closed"])]
    expected = sorted(public.loc[public.lon.notna(), "name"])
    assert sorted(names(seen.page)) == expected
    assert on_map(seen.page) == len(expected) == 8
    left_out = seen.page.locator("#left-out").inner_text()
    assert left_out == (
        "另有 7 处未显示：服务对象不详 2 处、仅限工会会员 1 处、仅限本单位职工 1 处、"
        "筹建中 1 处、已关闭 1 处、没有位置 1 处。"
    )
    seen.assert_quiet()


def test_filters_narrow_list_and_map_alike(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at="2026-09-28T23:00:00+08:00").page
    page.get_by_role("button", name="现在开放").click()
    assert set(names(page)) == {"江汉路全天驿站", "扫码自助驿站", "夜间驿站"}
    assert on_map(page) == 3
    page.get_by_role("button", name="24小时", exact=True).click()
    assert set(names(page)) == {"江汉路全天驿站", "扫码自助驿站"}
    page.get_by_role("button", name="临街", exact=True).click()
    assert names(page) == ["江汉路全天驿站"]
    assert page.locator("#count").inner_text() == "1 / 8 处站点"
    page.get_by_role("button", name="清除筛选").click()
    assert len(names(page)) == 8


def test_a_broken_facility_is_not_offered(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING).page
    page.get_by_role("button", name="设施").click()
    page.get_by_role("button", name="微波炉").click()
    assert names(page) == []
    assert page.locator("#none").inner_text() == "没有符合条件的站点。"
    page.get_by_role("button", name="微波炉").click()
    page.get_by_role("button", name="无线网络").click()
    assert names(page) == ["扫码自助驿站"]


def test_usable_round_the_clock_stations_come_first(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at="2026-09-28T23:00:00+08:00").page
    order = names(page)
    assert order[:3] == ["江汉路全天驿站", "扫码自助驿站", "夜间驿站"]
    assert order[-1] == "暂停驿站"


def test_english_by_address_and_by_switch(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING, query="#lang=en").page
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("#count").inner_text() == "Stations: 8"
    assert state_of(page, "江汉路全天驿站") == "● open now open 24 hours"
    page.get_by_role("button", name="切换到中文").click()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.locator("#count").inner_text() == "共 8 处站点"


def test_an_empty_registry_gives_a_page_that_says_so(
    visit: Visiting, make_station: Callable[..., Any], make_frame: Callable[..., Any]
) -> None:
    seen = visit(
        maps.render(maps.discovery(make_frame(make_station(1, audience="staff")))), at=MONDAY_MORNING
    )
    assert seen.page.locator("#none").inner_text() == "目前没有可以显示的站点。"
    assert seen.page.locator("#left-out").inner_text() == "另有 1 处未显示：仅限本单位职工 1 处。"
    seen.assert_quiet()
