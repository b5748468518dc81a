"""The review map as a reviewer meets it: in Chromium, from disk, with the network off."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import maps
from service import review
from tests.pure import reviewed

pytestmark = pytest.mark.browser

Visiting = Callable[..., Any]
UNKNOWN = ["gate", "new", "stated"]
HOSTILE = '</script><img src=x onerror="window.hacked=1">${window.hacked = 1}{{ 7*7 }}'


def page(cases: gpd.GeoDataFrame | None = None, **options: Any) -> str:
    chosen = reviewed.cases() if cases is None else cases
    drawn = review.drawn_layers(reviewed.layers(), chosen) if len(chosen) else {}
    return maps.render(maps.review(chosen, drawn, options=maps.ReviewOptions(**options)))


@pytest.fixture(scope="module")
def html() -> str:
    return page(unlocated=2, left_out=3, data_version=7, made_on="2026-11-22")


def names(page: Any) -> list[str]:
    return page.locator("#cases .entry-name").all_text_contents()


def shown(page: Any) -> str:
    return page.evaluate("decodeURIComponent(location.hash.slice(1))")


def drawn(page: Any, what: str) -> int:
    return page.locator(f"#stage {what}").count()


def test_list_filters_and_map_agree_with_the_data(visit: Visiting, html: str) -> None:
    seen = visit(html)
    page = seen.page
    stations = reviewed.STATIONS
    assert names(page) == [stations[i]["name"] for i in sorted(stations)]
    counts = page.eval_on_selector_all(
        "[data-verdict]",
        "all => Object.fromEntries(all.map(e => [e.dataset.verdict, +e.querySelector('b').textContent]))",
    )
    assert counts == {"": 6, "unknown": 3, "no": 1, "yes": 2}
    page.locator("[data-verdict=unknown]").click()
    assert names(page) == [stations[i]["name"] for i in UNKNOWN]
    choices = page.locator("#reason option").all_text_contents()
    assert sorted(choices[1:]) == ["位置类型未说明（1）", "尚未核查（1）", "有门，状态未标注（1）"]
    page.locator("#reason").select_option("gate_unknown")
    assert names(page) == ["院门驿站"]
    page.locator("[data-verdict='']").click()
    page.locator("button[data-label=zoom_all]").click()
    # The selected one is drawn as a target, the others as signs.
    assert drawn(page, ".case-icon") == len(stations) - 1
    assert page.locator("#foot").inner_text() == (
        "另有 2 处没有位置，不在图上。 · 另有 3 处超出数量限制，未列入。 · 生成日期 2026-11-22 · 数据版本 7"
    )
    seen.assert_quiet()


def test_the_page_opens_at_the_first_to_verify_and_walks_through_all(visit: Visiting, html: str) -> None:
    page = visit(html).page
    assert shown(page) == UNKNOWN[0]
    walked = []
    for _ in range(4):
        walked.append((shown(page), page.locator("#turn").inner_text()))
        page.get_by_role("button", name="下一处待核实").click()
    assert walked == [
        ("gate", "第 1 / 3 处"),
        ("new", "第 2 / 3 处"),
        ("stated", "第 3 / 3 处"),
        ("gate", "第 1 / 3 处"),
    ]
    # The address changes first, and what it names is shown in the turn after.
    expect(page.locator("#status")).to_have_text("已打开：未核查驿站，待核实")
    page.get_by_role("button", name="上一处待核实").click()
    assert shown(page) == "gate"
    page.locator("#cases .entry", has_text="门面驿站").click()
    assert (shown(page), page.locator("#turn").inner_text()) == ("nine", "共 3 处")
    page.get_by_role("button", name="下一处待核实").click()
    assert shown(page) == "stated"


def test_keys_walk_too_but_not_while_choosing_and_not_when_turned_off(visit: Visiting, html: str) -> None:
    page = visit(html).page
    page.keyboard.press("n")
    assert shown(page) == "new"
    page.keyboard.press("p")
    assert shown(page) == "gate"
    page.locator("#reason").focus()
    page.keyboard.press("n")
    assert shown(page) == "gate"
    page.locator("#keys").uncheck()
    page.keyboard.press("n")
    assert shown(page) == "gate"
    page.locator("#keys").check()
    page.keyboard.press("Control+p")
    assert shown(page) == "gate"


def test_the_list_works_by_keyboard_and_hands_on_the_focus(visit: Visiting, html: str) -> None:
    page = visit(html).page
    page.locator("#cases .entry").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert shown(page) == "gate"
    assert page.evaluate("document.activeElement.id") == "case-title"
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "case"
    assert page.locator("#case-title").inner_text() == "院门驿站"


def test_an_address_with_an_id_opens_that_station(visit: Visiting, html: str) -> None:
    page = visit(html, query="#cut").page
    assert page.locator("#case-title").inner_text() == "楼后驿站"
    assert page.locator("[aria-current=true] .entry-name").inner_text() == "楼后驿站"
    page.evaluate("location.hash = '#yes'")
    page.wait_for_function("document.querySelector('#case-title').textContent === '临街驿站'")
    page.go_back()
    page.wait_for_function("document.querySelector('#case-title').textContent === '楼后驿站'")


def test_a_blocked_station_shows_what_blocks_it(visit: Visiting, html: str) -> None:
    seen = visit(html, query="#cut")
    page = seen.page
    case = page.locator("#case").inner_text()
    sentence = "不临街：朝甲街方向 15 米处被建筑 way/20 阻挡"
    assert page.locator(".verdict-words").inner_text() == sentence
    assert "Not street-facing" in page.locator(".verdict-en").inner_text()
    assert "15 米处 · 建筑 way/20 · 不可通行" in case
    assert "甲街 · 居住区道路 · way/1" in case
    assert "半幅宽 4 米（按宽度标注）" in case
    assert "frontage-2" in case
    assert "2026-01-01" in case
    labels = page.locator(".cut-label").all_text_contents()
    assert labels == ["15 米 · 建筑 way/20"]
    assert page.locator(".street-name.met").all_text_contents() == ["甲街"]
    # The building that blocks is filled apart from the others.
    fills = page.evaluate(
        "Object.values(yizhanMap._layers).filter(l => l instanceof L.Polygon)"
        ".map(l => [l.options.fillColor, l.getLatLngs().length])"
    )
    assert ["#f3c6b0", 1] in fills
    assert page.locator(".notes").inner_text().startswith("街道：© OpenStreetMap")
    seen.assert_quiet()


def test_a_gate_is_drawn_with_its_state_and_nine_positions_with_theirs(visit: Visiting, html: str) -> None:
    page = visit(html, query="#gate").page
    assert drawn(page, ".sign-icon .gate-unknown") == 1
    assert page.locator(".cut-label").all_text_contents() == ["15 米 · 门 node/40"]
    page.evaluate("location.hash = '#nine'")
    page.wait_for_function("document.querySelector('#case-title').textContent === '门面驿站'")
    assert drawn(page, ".sign-icon .sign-yes") == 9
    assert "临街 9，不临街 0，待核实 0" in page.locator("#case").inner_text()
    assert page.locator(".nine .sign-yes").count() == 9


def test_facts_are_told_by_their_kind(visit: Visiting) -> None:
    visited = {"on": "2026-10-01", "by": "某区总工会", "street_door": "no", "note": "门朝院内"}
    cases = reviewed.cases(
        yes={
            "street_door": "yes",
            "declared_by": "某支行",
            "declared_on": "2026-09-01",
            "visited": visited,
            "kind": "visited",
            "street_facing": "no",
            "street_facing_rule": "visited_no_street_door",
            "evidence": reviewed.cases().set_index("station_id").loc["yes", "evidence"]
            | {"computed": {"verdict": "yes", "rule": "clear_line", "reason_zh": "", "reason_en": ""}},
        },
        new={"stale": True},
    )
    page = visit(page_of(cases), query="#yes").page
    told = page.locator(".said-by").all_inner_texts()
    assert [" ".join(line.split()) for line in told] == [
        "申报 门直接朝街：是（某支行 · 2026-09-01）",
        "推算 按地图推算：临街（无遮挡直达街道）",
        "核实 2026-10-01 某区总工会 · 门直接朝街：否 · 门朝院内",
    ]
    assert page.locator(".marks .kind-visited").inner_text() == "核实"


def page_of(cases: gpd.GeoDataFrame) -> str:
    return page(cases)


def test_texts_of_strangers_are_shown_as_texts(visit: Visiting) -> None:
    layers = reviewed.layers()
    layers["streets"]["name"] = HOSTILE
    strange = {"name": HOSTILE, "address": HOSTILE, "street_facing_zh": HOSTILE}
    cases = reviewed.cases(cut=strange | {"visited": {"on": "2026-01-01", "by": HOSTILE, "note": HOSTILE}})
    made = maps.review(
        cases, review.drawn_layers(layers, cases), options=maps.ReviewOptions(title=HOSTILE, notice=HOSTILE)
    )
    seen = visit(maps.render(made), query="#cut")
    assert seen.page.locator("#case-title").inner_text() == HOSTILE
    assert seen.page.locator(".verdict-words").inner_text() == HOSTILE
    assert seen.page.locator("h1").inner_text() == HOSTILE
    assert seen.page.evaluate("window.hacked") is None
    assert seen.page.locator("img[src=x]").count() == 0
    seen.assert_quiet()


def test_the_page_reads_in_english_too(visit: Visiting, html: str) -> None:
    page = visit(html, query="#cut").page
    page.get_by_role("button", name="Switch to English").click()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("[data-verdict=no] span").inner_text() == "not street-facing"
    assert page.locator(".cut-label").all_text_contents() == ["15 m · building way/20"]
    assert "not a public map" in page.locator(".internal").inner_text()


def test_nothing_to_review_says_so(visit: Visiting) -> None:
    seen = visit(page(reviewed.case_frame([])))
    assert seen.page.locator("#none").inner_text() == "没有可以评审的站点。"
    assert seen.page.get_by_role("button", name="下一处待核实").is_disabled()
    seen.assert_quiet()


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
def test_the_page_fits_the_screen_and_axe_finds_nothing_serious(
    visit: Visiting, html: str, size: str, screenshots: Any
) -> None:
    seen = visit(html, size=size)
    page = seen.page
    assert page.locator(".internal").is_visible()
    for station in (None, "cut", "gate"):
        if station is not None:
            page.evaluate(f"location.hash = '#{station}'")
            page.wait_for_selector("#case-title")
        elif size == "phone":
            assert page.locator("#cases .entry").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if screenshots is not None:
            page.screenshot(path=screenshots / f"review-{size}-{station or 'start'}.png")
        found = Axe().run(page).response["violations"]
        serious = [
            f"{v['id']}: {v['nodes'][0]['html'][:120]}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]
        assert serious == []
    if size == "phone":
        page.get_by_role("button", name="列表", exact=True).click()
        assert page.locator("#cases .entry").first.is_visible()
    seen.assert_quiet()
