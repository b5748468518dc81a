"""The coverage report as a planner meets it: in Chromium, from disk, with the network off, and on paper."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

import maps
from geo.study import Study
from tests.browser.looking import wait_until
from tests.pure import studies

pytestmark = pytest.mark.browser

Visiting = Callable[..., Any]
HOSTILE = '</script><img src=x onerror="window.hacked=1">${window.hacked = 1}{{ 7*7 }}'


@pytest.fixture(scope="module")
def study() -> Study:
    return studies.example()


@pytest.fixture(scope="module")
def html(study: Study) -> str:
    return maps.render(maps.coverage_report(study))


def share(page: Any) -> str:
    return str(page.locator("#now-share").inner_text())


def percent(value: float) -> str:
    return f"{value:.1%}".replace(".0%", ".0%")


def picture(page: Any) -> str:
    """What the cells' canvas shows, once the frame has been drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return str(page.evaluate("document.querySelector('canvas.yz-cells').toDataURL()"))


def test_the_slider_moves_map_numbers_and_cursor_by_keyboard(
    visit: Visiting, html: str, study: Study
) -> None:
    seen = visit(html)
    page = seen.page
    slider = page.locator("#hour")
    assert slider.get_attribute("aria-valuetext") == "周三 02:00"
    by_night, drawn_by_night = share(page), picture(page)
    assert by_night == percent(study.week["walk_share"][100])
    cursor = page.locator("#week-cursor").get_attribute("d")
    slider.focus()
    for _ in range(14):
        page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "周三 09:00"
    assert page.locator("#hour-said").inner_text() == "周三 09:00"
    assert share(page) == percent(study.week["walk_share"][114]) != by_night
    assert picture(page) != drawn_by_night
    assert page.locator("#week-cursor").get_attribute("d") != cursor
    page.keyboard.press("PageUp")
    assert slider.get_attribute("aria-valuetext") == "周四 09:00"
    page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == "周日 23:30"
    page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "周一 00:00"
    page.keyboard.press("PageDown")
    assert slider.get_attribute("aria-valuetext") == "周日 00:00"
    wait_until(page, "document.getElementById('status').textContent.includes('周日 00:00')")
    seen.assert_quiet()


def test_every_hour_shows_the_share_of_the_study(visit: Visiting, html: str, study: Study) -> None:
    page = visit(html).page
    for standard in ("walk", "straight"):
        page.locator(f"[data-standard={standard}]").click()
        shown = page.evaluate(
            "Array.from({length: 336}, (_, slot) => { yizhan.report.set({slot: slot, mode: 'hour'});"
            " return document.getElementById('now-share').textContent; })"
        )
        assert shown == [percent(value) for value in study.week[f"{standard}_share"]]


def test_cells_on_the_map_are_covered_as_the_study_says(visit: Visiting, html: str, study: Study) -> None:
    page = visit(html).page
    rows = study.cells[study.cells["weight"] > 0]
    for mode, column in (("hour", "0200"), ("24h", "24h"), ("any", "any")):
        for standard in ("walk", "straight"):
            counted = page.evaluate(
                f"yizhan.cells.counts({{mode: '{mode}', slot: 100, standard: '{standard}'}})"
            )
            assert counted["covered"] == rows[f"{standard}_{column}"].sum()
            assert counted["covered"] + counted["left"] == len(rows)


def test_buttons_for_day_night_24_hours_and_any_hour(visit: Visiting, html: str, study: Study) -> None:
    page = visit(html).page
    whole = study.areas.iloc[0]
    wanted = {
        "day": study.week["walk_share"][116],
        "night": study.week["walk_share"][100],
        "24h": whole["walk_24h_share"],
        "any": whole["walk_any_share"],
    }
    for moment, value in wanted.items():
        button = page.locator(f"[data-moment='{moment}']")
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert page.locator("[data-moment][aria-pressed=true]").count() == 1
        assert share(page) == percent(value)
    assert page.locator("#now-left").inner_text() == "没有去处：970 人"
    assert page.locator("#now-open").inner_text() == "计入的驿站：3 处"
    worst = page.locator("#now-worst li").first.inner_text()
    rows = study.areas[study.areas["level"] == "township"]
    assert rows.loc[rows["walk_any_gap"].idxmax(), "name"] in worst


def test_the_worst_townships_follow_the_hour(visit: Visiting, html: str, study: Study) -> None:
    page = visit(html).page
    rows = (study.areas["level"] == "township").to_numpy()
    for slot in (100, 116):
        page.evaluate(f"yizhan.report.set({{slot: {slot}, mode: 'hour'}})")
        left = study.gap_week[rows, 1, slot]
        told = page.locator("#now-worst li").all_inner_texts()
        numbers = [float(re.search(r"：([\d,.]+) 人", line)[1].replace(",", "")) for line in told]  # type: ignore[index]
        assert numbers == pytest.approx(sorted(left[left > 0.5], reverse=True)[:5], abs=0.6)


def test_a_click_tells_what_is_there(visit: Visiting, html: str) -> None:
    page = visit(html).page
    for kind, words in (("sites", "建议新址第 1"), ("stations", "驿站：A 号驿站 <b>&（24小时驿站）")):
        point = page.evaluate(
            f"(() => {{ const d = yizhan.data.{kind}[0] || yizhan.data.{kind};"
            "const p = yizhanMap.latLngToContainerPoint([d.lat[0], d.lon[0]]); return [p.x, p.y]; })()"
        )
        page.locator("#stage .folium-map").click(position={"x": point[0], "y": point[1]})
        assert words in page.locator("#info").inner_text()
    page.locator("#stage .folium-map").click(position={"x": 640, "y": 200})
    said = page.locator("#info").inner_text()
    assert said == "点地图上的任意处查看详情。" or "168 小时中有去处" in said


def test_tables_sort_by_their_headers(visit: Visiting, html: str) -> None:
    page = visit(html).page
    header = page.locator("#township-table thead tr:last-child th").nth(1)
    values = (
        "[...document.querySelectorAll('#township-table tbody td:nth-child(2)')].map(td => +td.dataset.v)"
    )
    header.locator("button").focus()
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "descending"
    assert page.evaluate(values) == sorted(page.evaluate(values), reverse=True)
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    assert page.evaluate(values) == sorted(page.evaluate(values))
    assert "升序" in page.locator("#status").inner_text()
    assert page.locator("#township-table [aria-sort]").count() == 1


def test_captions_stand_above_their_tables_on_a_phone(visit: Visiting, html: str) -> None:
    page = visit(html, size="phone").page
    below = page.evaluate(
        "[...document.querySelectorAll('.wide table')].filter(t => t.caption.getBoundingClientRect().bottom >"
        " t.tHead.getBoundingClientRect().top + 1).map(t => t.id)"
    )
    assert below == []
    assert page.locator("#township-table").count() == 1


def test_headers_are_read_along_lines_beside_a_long_unit(visit: Visiting, study: Study) -> None:
    unit = dict(study.parameters) | {"demand_unit": "家餐馆（含外卖）"}
    page = visit(maps.render(maps.coverage_report(replace(study, parameters=unit)))).page
    lines = page.evaluate(
        "[...document.querySelectorAll('#township-table thead button')].map(b =>"
        " b.getBoundingClientRect().height / parseFloat(getComputedStyle(b).lineHeight))"
    )
    assert len(lines) > 10
    assert max(lines) < 4


def test_the_page_reads_in_english_too(visit: Visiting, html: str) -> None:
    page = visit(html).page
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.locator("#summary-title").inner_text() == "主要结论"
    page.locator("#language").click()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("#summary-title").inner_text() == "Findings"
    assert page.locator("#now-left").inner_text() == "Left out: 1,600 people"
    assert page.locator("#hour").get_attribute("aria-valuetext") == "Wed 02:00"
    visible = page.evaluate("document.querySelector('main').innerText")
    assert "At two in the morning 13.5% of all 1,850 people" in visible
    assert "没有去处" not in visible


def test_texts_of_strangers_are_shown_as_texts(visit: Visiting, study: Study) -> None:
    frames = {}
    for name in ("cells", "stations", "areas", "gaps", "sites"):
        frame = getattr(study, name).copy()
        for column in {"name", "district", "township"} & set(frame.columns):
            frame[column] = pd.Series([HOSTILE] * len(frame), index=frame.index, dtype=object)
        frames[name] = frame
    strange = dict(study.parameters) | {"title": HOSTILE, "stand_in": HOSTILE, "attribution": HOSTILE}
    seen = visit(maps.render(maps.coverage_report(replace(study, parameters=strange, **frames))))
    page = seen.page
    for moment in ("day", "24h", "any"):
        page.locator(f"[data-moment='{moment}']").click()
    page.locator("#stage .folium-map").click(position={"x": 300, "y": 300})
    page.locator("#language").click()
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0
    assert HOSTILE in page.locator("h1").inner_text()
    assert HOSTILE in page.locator(".watermark").inner_text()
    seen.assert_quiet()


@pytest.mark.parametrize("size", ["narrow", "phone", "tablet", "desktop"])
def test_the_page_fits_the_screen_and_axe_finds_nothing(
    visit: Visiting, html: str, size: str, screenshots: Path | None
) -> None:
    seen = visit(html, size=size)
    page = seen.page
    assert page.locator(".stand-in").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found] == []
    page.locator("#map").scroll_into_view_if_needed()
    assert page.locator(".watermark").is_visible()
    if screenshots is not None:
        page.screenshot(path=screenshots / f"report-{size}.png", full_page=True)
    seen.assert_quiet()


def test_without_scripts_words_pictures_and_tables_are_there(visit: Visiting, html: str) -> None:
    page = visit(html, java_script_enabled=False).page
    assert page.locator("#summary li").first.is_visible()
    assert page.locator(".map-sites .picture").first.is_visible()
    assert page.locator("#week svg").is_visible()
    assert page.locator("#township-table").is_visible()
    assert not page.locator("#desk").is_visible()
    assert page.locator("noscript p").is_visible()


def test_on_paper_controls_go_and_still_maps_come(
    visit: Visiting, html: str, tmp_path: Path, screenshots: Path | None
) -> None:
    page = visit(html).page
    page.emulate_media(media="print")
    for gone in ("#desk", ".contents", "#language", "#downloads"):
        assert not page.locator(gone).is_visible()
    for here in (
        ".stand-in",
        ".map-sites .picture",
        ".map-moment .picture",
        "#week svg",
        "#method",
        "#parameters",
    ):
        assert page.locator(here).first.is_visible()
    target = (screenshots or tmp_path) / "report.pdf"
    page.pdf(path=target, prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", target.read_bytes())
    sizes = {tuple(sorted(round(float(v)) for v in box)) for box in boxes}
    # A4 in points, upright or (tables by area) across.
    assert sizes <= {(595, 842), (594, 842), (595, 841)}
    assert 5 <= len(boxes) <= 16
