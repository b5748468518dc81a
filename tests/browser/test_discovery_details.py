"""The details of one station, by list and by marker, by keyboard."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import maps
from tests.browser.looking import MONDAY_MORNING, Visiting

pytestmark = pytest.mark.browser


def test_details_say_everything_and_give_focus_back(visit: Visiting, cast: pd.DataFrame) -> None:
    seen = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING)
    page = seen.page
    page.locator("body").press("Tab")  # the skip link
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "江汉路全天驿站"
    page.keyboard.press("Enter")
    page.wait_for_selector("#details-title")
    assert page.evaluate("document.activeElement.id") == "details-title"
    shown = page.locator("#details").inner_text()
    for text in (
        "24小时开放",
        "户外劳动者",
        "推门即入",
        "1 层",
        "饮水 可用",
        "微波炉 故障",
        "卫生间 状态不详",
        "临街：距江汉路路缘 8.0 米，无遮挡，9/9 稳定",
        "推算",
        "现场核实 2026-08-20",
        "样例",
        "江汉路 1 号",
    ):
        assert text in shown
    assert page.locator("#details a.phone").get_attribute("href") == "tel:02712345678"
    page.keyboard.press("Escape")
    page.wait_for_selector("#browse", state="visible")
    assert page.evaluate("document.activeElement.textContent") == "江汉路全天驿站"
    seen.assert_quiet()


def test_a_marker_opens_by_keyboard_and_gets_focus_back(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING).page
    marker = page.locator(".station[aria-label^='江汉路全天驿站']")
    assert marker.get_attribute("aria-label") == "江汉路全天驿站 · 24小时开放 · 开放中"
    marker.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#details-title")
    page.locator(".back").click()
    page.wait_for_selector("#browse", state="visible")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("江汉路全天驿站")


KINDS = [
    ("clear_line", "yes", "推算"),
    ("visited_street_door", "yes", "现场核实"),
    ("declared_conflict", "unknown", "申报与推算不一致"),
]


@pytest.mark.parametrize(("rule", "verdict", "kind"), KINDS)
def test_a_verdict_says_whether_it_was_computed_or_visited(
    visit: Visiting,
    make_station: Callable[..., Any],
    make_frame: Callable[..., Any],
    rule: str,
    verdict: str,
    kind: str,
) -> None:
    row = make_station(1, street_facing=verdict, street_facing_rule=rule, street_facing_zh="理由")
    page = visit(maps.render(maps.discovery(make_frame(row))), at=MONDAY_MORNING).page
    page.evaluate("yizhan.open(0, false)")
    page.wait_for_selector("#details-title")
    told = page.locator("#details dd").filter(has=page.locator(f".verdict-{verdict}"))
    assert told.locator(".fact").inner_text() == kind
    assert told.locator("p").inner_text() == "理由"
    assert ("待核实" in told.inner_text()) == (verdict == "unknown")
