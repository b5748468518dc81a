"""The page of a public notice in Chromium: one file, readable by all, printable, whatever stands in the registry."""

import re
from dataclasses import replace
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe

import maps
from data.criteria import facts, rulesets, scorecard
from geo.texts import Text
from maps import BaseMap
from maps.notice import Nominee, NoticeOptions, notice

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}"
OPTIONS = NoticeOptions(
    title="2026年最美驿站",
    unit="郑州市总工会",
    first=date(2026, 11, 6),
    last=date(2026, 11, 12),
    days=5,
    rules=(Text("七有标准", "seven haves"), "seven-2021.1"),
    objections="异议请致电 12351",
)


def nominee(number, **given):
    stated = {"press": {"declared": {"state": "yes", "on": "2026-11-02", "by": "金水区总工会"}}}
    card = scorecard.make(f"s{number}", facts.of_station({}, stated), rulesets.load()).to_json()
    row = {
        "station_id": f"s{number}",
        "name": f"驿站{number}号",
        "level": "全国最美" if number < 3 else "市级最美",
        "card": card,
        "address": "中原路1号",
        "lon": 113.6 + number / 100,
        "lat": 34.7 + number / 200,
    }
    return Nominee(**(row | given))


def page_of(nominees, **given):
    return maps.render(notice(nominees, replace(OPTIONS, **given)))


CAST = [nominee(n) for n in (1, 2)] + [nominee(3, lon=None, lat=None), *(nominee(n) for n in range(4, 12))]


@pytest.mark.parametrize("size", ["narrow", "phone", "desktop"])
def test_it_is_one_quiet_file_that_everybody_can_use(visit, size):
    seen = visit(page_of(CAST), size=size)
    page = seen.page
    page.wait_for_selector(".leaflet-marker-icon")
    assert page.locator("li.nominee").count() == 11
    assert page.locator(".leaflet-marker-icon").count() == 10
    assert "位置未登记" in page.locator("#n3").inner_text()
    text = page.locator("main").inner_text()
    for said in (
        "2026-11-06 至 2026-11-12",
        "5 个工作日",
        "郑州市总工会",
        "异议请致电 12351",
        "全国最美：2 个站点",
    ):
        assert said in text
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    seen.assert_quiet()


def test_a_pin_leads_to_its_entry_by_mouse_and_by_keyboard(visit):
    seen = visit(page_of(CAST))
    page = seen.page
    page.locator(".leaflet-marker-icon", has_text=re.compile(r"^11$")).click()
    assert page.evaluate("location.hash") == "#n11"
    assert page.locator("#n11:target").is_visible()
    page.keyboard.press("Tab")
    page.locator(".leaflet-marker-icon", has_text=re.compile(r"^4$")).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#n4"
    summary = page.locator("#n4 summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert "金水区总工会" in page.locator("#n4 details").inner_text()
    seen.assert_quiet()


def test_the_first_tab_leads_past_the_map_to_the_list(visit):
    page = visit(page_of(CAST)).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#list"


def test_hostile_names_and_units_are_text(visit):
    cast = [nominee(1, name=HOSTILE, address=HOSTILE, operator=HOSTILE, hours_posted=HOSTILE, level=HOSTILE)]
    cast[0].card["haves"][0]["facts"][0]["by"] = HOSTILE
    dialogs = []
    seen = visit(page_of(cast, title=HOSTILE, unit=HOSTILE, objections=HOSTILE))
    seen.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    seen.page.reload()
    seen.page.wait_for_selector(".leaflet-marker-icon")
    assert seen.page.locator("#n1 h3").inner_text() == HOSTILE
    assert seen.page.locator("main img, main script:not([type])").count() == 0
    assert dialogs == []
    seen.assert_quiet()


def test_the_list_stands_without_any_script(browser, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(page_of(CAST), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("li.nominee").count() == 11
    context.close()


def test_it_prints_on_a4_with_every_station_and_without_foreign_words(visit, tmp_path):
    page = visit(page_of(CAST)).page
    page.wait_for_selector(".leaflet-marker-icon")
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    sizes = {
        tuple(round(float(n)) for n in m.split()) for m in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", printed)
    }
    assert sizes == {(0, 0, 595, 842)}
    page.emulate_media(media="print")
    assert page.locator("li.nominee").last.is_visible()
    assert not page.locator(".lead .en").first.is_visible()
    assert not page.locator(".leaflet-control-zoom").is_visible()
    ground = "getComputedStyle(document.querySelector('.number')).printColorAdjust"
    assert page.evaluate(ground) == "exact", (
        "white numbers need their ground, which browsers leave out by default"
    )


def test_a_base_map_is_named_with_its_approval_number(visit):
    base = BaseMap(
        urls=("https://t.example.cn/{z}/{x}/{y}",),
        coordsys="wgs84",
        attribution="天地图",
        approval="GS(2024)0568号",
    )
    html = page_of(CAST, base=base)
    page = visit(html).page
    said = page.locator(".attribution").inner_text()
    assert "天地图" in said
    assert "GS(2024)0568号" in said


def test_nobody_and_the_confirmed_are_said(visit):
    assert "没有公示的站点" in visit(page_of([])).page.locator("main").inner_text()
    once = {"confirmed": True, "first": OPTIONS.last, "objections": ""}
    text = visit(page_of(CAST, **once)).page.locator("main").inner_text()
    assert "确认名单" in text
    assert "2026-11-12 确认" in text
    assert "异议" not in text


def test_stations_whose_notices_began_on_different_days_each_tell_their_own(visit):
    later = (date(2026, 11, 9), date(2026, 11, 13))
    cast = [nominee(1, period=(OPTIONS.first, OPTIONS.last)), nominee(2, period=later)]
    page = visit(page_of(cast, last=later[1])).page
    lead = page.locator(".lead").inner_text()
    assert "2026-11-06 至 2026-11-13，分批公示，每批 5 个工作日" in lead
    assert "2026-11-06 至 2026-11-12" in page.locator("#n1").inner_text()
    assert "2026-11-09 至 2026-11-13" in page.locator("#n2").inner_text()
    confirmed = visit(page_of(CAST, confirmed=True)).page.locator(".lead").inner_text()
    assert "2026-11-06 至 2026-11-12 陆续确认" in confirmed
