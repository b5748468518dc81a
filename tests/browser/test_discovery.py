"""The discovery page as people meet it: in Chromium, from disk, with the network off."""

import random
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import pytest
import shapely
from axe_playwright_python.sync_playwright import Axe

import maps

pytestmark = pytest.mark.browser

MONDAY_MORNING = "2026-09-28T10:00:00+08:00"
Visiting = Callable[..., Any]
HOSTILE = [
    "${alert(1)}",
    "`backtick` ${window.hacked = 1}",
    '</script><img src=x onerror="window.hacked=1">',
    "<!-- <script>window.hacked=1</script>",
    "{{ 7*7 }} {% for x in y %} {# note #}",
    "\u202eright to left\u202c \u2028 \u2029",
    "驿站 🛵👩‍🔧 emoji",
    "x" * 10_000,
    "'\"><svg onload=window.hacked=1>",
]


def names(page: Any) -> list[str]:
    return page.locator("#list .name").all_text_contents()


def state_of(page: Any, name: str) -> str:
    card = page.locator("#list .card").filter(has=page.get_by_role("button", name=name, exact=True))
    return " ".join(card.locator(".state").inner_text().split())


def on_map(page: Any) -> int:
    counts = page.eval_on_selector_all(".station[data-count]", "all => all.map(e => +e.dataset.count)")
    return int(sum(counts))


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


def test_filters_narrow_list_and_map_alike(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at="2026-09-28T23:00:00+08:00").page
    page.get_by_role("button", name="现在开放").click()
    assert set(names(page)) == {"江汉路全天驿站", "扫码自助驿站", "夜间驿站"}
    assert on_map(page) == 3
    page.get_by_role("button", name="24小时", exact=True).click()
    assert set(names(page)) == {"江汉路全天驿站", "扫码自助驿站"}
    page.get_by_role("button", name="临街").click()
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


def test_the_navigation_link_is_amaps_with_gcj02(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING).page
    link = page.get_by_role("link", name=re.compile("导航到江汉路全天驿站")).get_attribute("href")
    found = re.fullmatch(
        r"https://uri\.amap\.com/navigation\?to=([\d.]+),([\d.]+),%E6%B1%9F[^,&]+&mode=ride&coordinate=gaode"
        r"&src=yizhan&callnative=1",
        link,
    )
    assert found is not None
    # A published pair for 武汉: 114.2999512, 30.5955177 is 114.3053942, 30.5931044 in GCJ-02.
    assert float(found[1]) - 114.304 == pytest.approx(0.0055, abs=0.0005)
    assert float(found[2]) - 30.58 == pytest.approx(-0.0024, abs=0.0005)


def test_nearby_sorts_by_distance_and_a_refusal_gets_a_sentence(visit: Visiting, cast: pd.DataFrame) -> None:
    html = maps.render(maps.discovery(cast))
    place = {"longitude": 114.332, "latitude": 30.58}  # at the door of station 8
    page = visit(html, at=MONDAY_MORNING, geolocation=place, permissions=["geolocation"]).page
    page.get_by_role("button", name="附近").click()
    page.wait_for_function("document.querySelector('#message').textContent.startsWith('已按距离')")
    assert names(page)[:2] == ["院内驿站", "工作日驿站"]
    assert page.locator("#list .far").all_text_contents()[:2] == ["0 米", "1.5 公里"]
    assert page.locator(".me").count() == 1

    refused = visit(html, at=MONDAY_MORNING, permissions=[]).page
    refused.evaluate("void (navigator.geolocation.getCurrentPosition = (ok, no) => no({ code: 1 }))")
    refused.get_by_role("button", name="附近").click()
    assert "未获得定位许可" in refused.locator("#status").inner_text()
    assert len(names(refused)) == 8


def test_english_by_address_and_by_switch(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING, query="#lang=en").page
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("#count").inner_text() == "Stations: 8"
    assert state_of(page, "江汉路全天驿站") == "● open now open 24 hours"
    page.get_by_role("button", name="切换到中文").click()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.locator("#count").inner_text() == "共 8 处站点"


def test_hostile_texts_are_shown_as_text(
    visit: Visiting, make_station: Callable[..., Any], make_frame: Callable[..., Any]
) -> None:
    rows = [
        make_station(
            i,
            name=text,
            address=text,
            hours_posted=text,
            street_facing_zh=text,
            source=text,
            status_reason=text,
        )
        for i, text in enumerate(HOSTILE)
    ]
    options = maps.DiscoveryOptions(title=HOSTILE[2], notice=HOSTILE[0], attribution=HOSTILE[4])
    seen = visit(maps.render(maps.discovery(make_frame(*rows), options=options)), at=MONDAY_MORNING)
    page = seen.page
    assert sorted(names(page)) == sorted(HOSTILE)
    assert page.title() == HOSTILE[2]
    assert page.locator("#notice").inner_text() == HOSTILE[0]
    for position in range(len(HOSTILE)):
        page.locator("#list .name").nth(position).click()
        page.wait_for_selector("#details-title")
        assert page.locator("#details-title").text_content() in HOSTILE
        page.locator(".back").click()
        page.wait_for_selector("#browse", state="visible")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    wide = (
        "document.documentElement.scrollWidth <= innerWidth && document.querySelector('#panel').scrollWidth"
    )
    assert page.evaluate(wide + " <= document.querySelector('#panel').clientWidth + 1")
    seen.assert_quiet()


def test_stock_folium_layers_can_be_added(visit: Visiting, cast: pd.DataFrame) -> None:
    page_map = maps.discovery(cast)
    area = shapely.box(114.30, 30.575, 114.32, 30.59)
    areas = gpd.GeoDataFrame({"name": ["江岸"]}, geometry=[area], crs=4326)
    folium.GeoJson(areas, tooltip=folium.GeoJsonTooltip(["name"])).add_to(page_map)
    group = folium.FeatureGroup("marks").add_to(page_map)
    folium.Marker([30.58, 114.31], popup="a popup").add_to(group)
    folium.CircleMarker([30.585, 114.31], radius=6).add_to(group)
    folium.LayerControl().add_to(page_map)
    seen = visit(maps.render(page_map), at=MONDAY_MORNING)
    page = seen.page
    assert page.locator(".leaflet-control-layers").count() == 1
    drawn = "Object.values(yizhanMap._layers).filter(l => l instanceof L.Polygon).length"
    assert page.evaluate(drawn) == 1
    page.locator("img.leaflet-marker-icon").click(force=True)
    assert page.locator(".leaflet-popup-content").inner_text().strip() == "a popup"
    assert on_map(page) == 8
    seen.assert_quiet()


def test_an_empty_registry_gives_a_page_that_says_so(
    visit: Visiting, make_station: Callable[..., Any], make_frame: Callable[..., Any]
) -> None:
    seen = visit(
        maps.render(maps.discovery(make_frame(make_station(1, audience="staff")))), at=MONDAY_MORNING
    )
    assert seen.page.locator("#none").inner_text() == "目前没有可以显示的站点。"
    assert seen.page.locator("#left-out").inner_text() == "另有 1 处未显示：仅限本单位职工 1 处。"
    seen.assert_quiet()


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
def test_the_page_fits_the_screen_and_axe_finds_nothing_serious(
    visit: Visiting, cast: pd.DataFrame, size: str, screenshots: Any
) -> None:
    options = maps.DiscoveryOptions(notice="虚构数据", attribution="样例", data_date=date(2026, 9, 20))
    seen = visit(maps.render(maps.discovery(cast, options=options)), at=MONDAY_MORNING, size=size)
    page = seen.page
    small = """() => [...document.querySelectorAll('button, a.go, summary, .station')].filter(e => {
        const r = e.getBoundingClientRect();
        return r.width > 0 && (r.width < 43.5 || r.height < 43.5) && !e.classList.contains('name');
    }).map(e => e.outerHTML.slice(0, 80))"""
    for step in ("list", "map", "details"):
        if step == "map" and size == "phone":
            page.get_by_role("button", name="地图", exact=True).click()
        elif step == "details":
            page.evaluate("yizhan.open(0, false)")
            page.wait_for_selector("#details-title")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(small) == []
        if screenshots is not None:
            page.screenshot(path=screenshots / f"{size}-{step}.png")
        found = Axe().run(page).response["violations"]
        serious = [
            f"{v['id']}: {v['nodes'][0]['html'][:120]}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_a_crowd_is_grouped_and_still_complete(
    visit: Visiting, make_station: Callable[..., Any], make_frame: Callable[..., Any]
) -> None:
    rows = [
        make_station(
            i,
            lon=114.0 + (i % 50) * 0.004,
            lat=30.4 + (i // 50) * 0.004,
            door_24h="yes" if i % 40 == 0 else "no",
        )
        for i in range(2000)
    ]
    seen = visit(maps.render(maps.discovery(make_frame(*rows))), at=MONDAY_MORNING)
    page = seen.page
    assert on_map(page) == 2000
    assert page.locator(".station").count() < 500
    assert page.locator("#list .card").count() == 60
    page.get_by_role("button", name="再显示 60 处").click()
    assert page.locator("#list .card").count() == 120
    before = page.evaluate("yizhanMap.getZoom()")
    page.locator(".station.cluster").first.click(force=True)
    page.wait_for_function(f"yizhanMap.getZoom() > {before}")
    seen.assert_quiet()


def test_stations_at_one_spot_are_listed_when_zooming_cannot_part_them(
    visit: Visiting, make_station: Callable[..., Any], make_frame: Callable[..., Any]
) -> None:
    rows = [make_station(1, lon=114.3, lat=30.5), make_station(2, lon=114.3, lat=30.5), make_station(3)]
    page = visit(maps.render(maps.discovery(make_frame(*rows))), at=MONDAY_MORNING, size="phone").page
    page.get_by_role("button", name="地图", exact=True).click()
    page.locator(".station.cluster").click()
    page.wait_for_selector("#list", state="visible")
    assert names(page) == ["驿站1号", "驿站2号"]
    page.get_by_role("button", name=re.compile("只看此处 2 处")).click()
    assert len(names(page)) == 3


def test_streets_and_a_base_map_carry_their_attribution_at_the_lower_left(
    visit: Visiting, cast: pd.DataFrame
) -> None:
    streets = gpd.GeoDataFrame(
        {"highway": ["primary", "residential"], "name": ["江汉大道", None]},
        geometry=[
            shapely.LineString([(114.29, 30.581), (114.34, 30.581)]),
            shapely.LineString([(114.31, 30.57), (114.31, 30.59)]),
        ],
        crs=4326,
    )
    options = maps.DiscoveryOptions(streets=streets, streets_attribution="虚构街道")
    seen = visit(maps.render(maps.discovery(cast, options=options)), at=MONDAY_MORNING)
    corner = seen.page.locator(".leaflet-bottom.leaflet-left .notes")
    assert corner.inner_text() == "虚构街道"
    assert seen.page.locator(".street-name").all_text_contents() == ["江汉大道"]
    seen.assert_quiet()

    base = maps.tianditu("0123abc", approval="审图号 GS（2024）0000号")
    tiled = visit(
        maps.render(maps.discovery(cast, options=maps.DiscoveryOptions(base=base))), at=MONDAY_MORNING
    )
    assert tiled.page.locator(".notes").inner_text() == "天地图 · 审图号 GS（2024）0000号"
    # Off line no tile comes: stations stay, one quiet sentence says so.
    tiled.page.wait_for_selector("#tiles-failed", state="visible")
    assert on_map(tiled.page) == 8
    hosts = {
        re.sub(r"^https://(t\d\.)?", "", url).split("/")[0]
        for url in tiled.requests
        if url.startswith("http")
    }
    assert hosts == {"tianditu.gov.cn"}
    assert not [c for c in tiled.complaints if "Content Security Policy" in c]


def test_a_station_chosen_on_the_list_is_shown_on_the_map(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING).page
    page.get_by_role("button", name="院内驿站", exact=True).click()
    page.wait_for_selector("#details-title")
    marker = page.locator(".station.selected")
    assert marker.get_attribute("aria-label").startswith("院内驿站")
    box, stage = marker.bounding_box(), page.locator("#stage").bounding_box()
    assert box["x"] + 22 == pytest.approx(stage["x"] + stage["width"] / 2, abs=2)
    assert page.evaluate("location.hash") == "#s=s00008"


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
