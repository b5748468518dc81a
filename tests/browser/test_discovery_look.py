"""The page on every screen: it fits, its targets are large enough, axe finds nothing serious."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

import maps
from tests.browser.looking import MONDAY_MORNING, Visiting

pytestmark = pytest.mark.browser


SMALL = """() => [...document.querySelectorAll('button, input, select, a.go, a.app, summary, .station')].filter(e => {
    const r = e.getBoundingClientRect();
    return r.width > 0 && (r.width < 43.5 || r.height < 43.5) && !e.classList.contains('name');
}).map(e => e.outerHTML.slice(0, 80))"""
OVERLAPS = """() => [...document.querySelectorAll('#list .card')].some(card => {
    const parts = [...card.querySelectorAll('h3, .facts, .muted, .go, .badge')].map(e => e.getBoundingClientRect());
    return parts.some((a, i) => parts.slice(i + 1).some(b => a.left < b.right - 1 && b.left < a.right - 1 &&
        a.top < b.bottom - 1 && b.top < a.bottom - 1));
})"""
FITS = "document.documentElement.scrollWidth <= innerWidth"
NIGHT = "2026-09-29T02:10:00+08:00"


def serious(page: Any) -> list[str]:
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:120]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["narrow", "phone", "tablet", "desktop"])
def test_the_page_fits_the_screen_and_axe_finds_nothing_serious(
    visit: Visiting, cast: pd.DataFrame, size: str, language: str, screenshots: Any
) -> None:
    options = maps.DiscoveryOptions(notice="虚构数据", attribution="样例", data_date=date(2026, 9, 20))
    page = visit(
        maps.render(maps.discovery(cast, options=options)), at=NIGHT, size=size, query=f"#lang={language}"
    ).page
    for step in ("list", "map", "legend", "details"):
        if step == "map" and size in ("narrow", "phone"):
            page.locator("[data-show=map]").click()
        elif step == "legend" and page.locator("#legend").get_attribute("open") is None:
            page.locator("#legend summary").click()
        elif step == "details":
            page.evaluate("yizhan.open(0, false)")
            page.wait_for_selector("#details-title")
        assert page.evaluate(FITS)
        assert page.evaluate(SMALL) == []
        assert not page.evaluate(OVERLAPS)
        if screenshots is not None:
            page.screenshot(path=screenshots / f"{size}-{step}-{language}.png")
        assert serious(page) == []


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_without_a_position_and_without_stations_nothing_breaks_the_look(
    visit: Visiting, make_station: Any, make_frame: Any, size: str
) -> None:
    page = visit(maps.render(maps.discovery(make_frame(make_station(1, audience="staff")))), size=size).page
    page.evaluate("void (navigator.geolocation.getCurrentPosition = (ok, no) => no({ code: 1 }))")
    page.get_by_role("button", name="附近").click()
    assert page.locator("#otherwise").is_visible()
    assert page.evaluate(FITS)
    assert page.evaluate(SMALL) == []
    assert serious(page) == []


def test_a_tap_anywhere_on_a_card_opens_it_and_the_link_stays_a_link(
    visit: Visiting, cast: pd.DataFrame
) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING, size="phone").page
    card = page.locator("#list .card").first
    box = card.bounding_box()
    hit = "([x, y]) => document.elementFromPoint(x, y).closest('button, a').className"
    assert page.evaluate(hit, [box["x"] + 6, box["y"] + box["height"] - 6]) == "name"
    go = card.locator(".go").bounding_box()
    assert page.evaluate(hit, [go["x"] + go["width"] / 2, go["y"] + go["height"] / 2]) == "go"
    page.mouse.click(box["x"] + 6, box["y"] + box["height"] - 6)
    page.wait_for_selector("#details-title")


def test_paper_gets_the_whole_list_and_no_buttons(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING).page
    page.emulate_media(media="print")
    assert page.locator("#list .card").last.is_visible()
    assert page.evaluate("document.querySelector('#panel').scrollHeight <= document.body.scrollHeight")
    for hidden in ("#stage", "#nearby", "#search", ".switch", "#list .go"):
        assert not page.locator(hidden).first.is_visible()


def test_whoever_wants_no_motion_gets_none(visit: Visiting, cast: pd.DataFrame) -> None:
    html = maps.render(maps.discovery(cast))
    moves = "getComputedStyle(document.querySelector('#list .go')).transitionDuration"
    assert visit(html, reduced_motion="reduce").page.evaluate(moves) == "0s"
    assert visit(html, reduced_motion="no-preference").page.evaluate(moves) != "0s"


def test_without_script_the_stations_are_listed(visit: Visiting, cast: pd.DataFrame) -> None:
    seen = visit(maps.render(maps.discovery(cast)), java_script_enabled=False)
    text = seen.page.locator("noscript").inner_text()
    for name in ("江汉路全天驿站", "院内驿站", "24小时", "导航"):
        assert name in text
    assert seen.requests == [seen.page.url]
