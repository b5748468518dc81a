"""Every way to say where one is, and every way to go: position, place on the map, text, district; apps and minutes."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import maps
from geo import coordsys
from tests.browser.looking import MONDAY_MORNING, Visiting, names, state_of, wait_until

pytestmark = pytest.mark.browser

AT_8 = {"longitude": 114.332, "latitude": 30.58}  # at the door of station 8
ALLOWED = {"geolocation": AT_8, "permissions": ["geolocation"]}
ANSWERS = "code => void (navigator.geolocation.getCurrentPosition = (ok, no) => code && no({ code }))"


def tap_nearby(page: Any) -> None:
    page.get_by_role("button", name="附近").click()
    wait_until(page, "document.querySelector('#message').textContent.startsWith('已按')")


def message(page: Any) -> str:
    return str(page.locator("#message").inner_text())


def test_the_navigation_link_is_amaps_with_gcj02(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING).page
    link = page.get_by_role("link", name=re.compile("骑行导航到江汉路全天驿站")).get_attribute("href")
    found = re.fullmatch(
        r"https://uri\.amap\.com/navigation\?to=([\d.]+),([\d.]+),%E6%B1%9F[^,&]+&mode=ride&coordinate=gaode"
        r"&src=yizhan&callnative=1",
        link,
    )
    assert found is not None
    # A published pair for 武汉: 114.2999512, 30.5955177 is 114.3053942, 30.5931044 in GCJ-02.
    assert float(found[1]) - 114.304 == pytest.approx(0.0055, abs=0.0005)
    assert float(found[2]) - 30.58 == pytest.approx(-0.0024, abs=0.0005)


def test_the_chosen_app_and_way_hold_for_every_link_and_for_the_visit(
    visit: Visiting, cast: pd.DataFrame
) -> None:
    seen = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING, size="phone")
    page = seen.page
    page.get_by_label("出行方式").select_option("walk")
    page.get_by_label("导航用").select_option("baidu")
    hosts = page.eval_on_selector_all("#list a.go", "all => all.map(a => new URL(a.href).host)")
    assert hosts == ["api.map.baidu.com"] * 8
    page.reload()
    link = page.locator("#list a.go").first
    assert "mode=walking&coord_type=bd09ll" in link.get_attribute("href")
    assert link.get_attribute("aria-label").startswith("步行导航到江汉路全天驿站（百度")
    page.get_by_role("button", name="江汉路全天驿站", exact=True).click()
    page.wait_for_selector("#details-title")
    others = page.locator("#details a.app")
    assert [re.sub(r"^https://([^/]+)/.*$", r"\1", a.get_attribute("href")) for a in others.all()] == [
        "uri.amap.com",
        "apis.map.qq.com",
    ]
    page.get_by_role("button", name="返回列表").click()
    page.get_by_label("出行方式").select_option("ebike")
    assert "先打开位置，再选骑行" in page.locator("#list a.go").first.get_attribute("aria-label")
    assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []


def test_coordinates_agree_with_those_of_the_registry(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast))).page
    points = [(114.3, 30.58), (116.397756, 39.913596), (87.6, 43.8), (110.3, 20.0), (2.35, 48.86)]
    found = page.evaluate(
        "points => points.map(([lon, lat]) => ['gcj02', 'bd09'].map(s => yizhan.coords[s]({ lon, lat })))",
        points,
    )
    back = page.evaluate(
        "points => points.map(([lon, lat]) => yizhan.coords.fromGcj02(yizhan.coords.gcj02({ lon, lat })))",
        points,
    )
    for (lon, lat), pair, again in zip(points, found, back, strict=True):
        for system, there in zip(("gcj02", "bd09"), pair, strict=True):
            expected = coordsys.point_from_wgs84(lon, lat, system)  # type: ignore[arg-type]
            assert (there["lon"], there["lat"]) == pytest.approx(expected, abs=1e-9)
        assert (again["lon"], again["lat"]) == pytest.approx((lon, lat), abs=1e-8)


def test_nearby_sorts_by_distance_and_says_the_minutes(visit: Visiting, cast: pd.DataFrame) -> None:
    seen = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING, **ALLOWED)
    page = seen.page
    tap_nearby(page)
    assert "位置只在本机使用" in message(page)
    assert names(page)[:2] == ["院内驿站", "工作日驿站"]
    assert page.locator("#list .far").all_text_contents()[:2] == ["0 米", "1.5 公里"]
    assert page.locator(".me").count() == 1
    metres = 4 * 0.004 * math.cos(math.radians(30.58)) * 6371008.8 * math.pi / 180
    ride, walk = (math.ceil(metres * 1.3 / (kmh * 1000 / 60)) for kmh in (15, 5))
    assert page.locator("#list .minutes").nth(1).inner_text() == f"骑行约 {ride} 分钟"
    page.get_by_label("出行方式").select_option("walk")
    assert page.locator("#list .minutes").nth(1).inner_text() == f"步行约 {walk} 分钟"
    assert "1.3倍" in page.locator(".foot").inner_text()
    seen.assert_quiet()


def test_what_counts_is_the_state_on_arrival(
    visit: Visiting, make_station: Callable[..., Any], make_frame: Callable[..., Any]
) -> None:
    # About 5.2 km away: 27 minutes by e-bike, 81 on foot. It is 9:45.
    far = {"lon": 114.3, "lat": 30.62}
    rows = make_frame(
        make_station(1, name="十点关门", week=[[540, 600]], **far),
        make_station(2, name="十点开门", week=[[600, 1080]], **far),
        make_station(3, name="整日", week=[[0, 10080]], lon=114.3, lat=30.63),
        make_station(4, name="门口停业", status="temporarily_closed", lon=114.3, lat=30.58),
    )
    here = {"longitude": 114.3, "latitude": 30.58}
    page = visit(
        maps.render(maps.discovery(rows)),
        at="2026-09-28T09:45:00+08:00",
        geolocation=here,
        permissions=["geolocation"],
    ).page
    tap_nearby(page)
    assert names(page) == ["十点开门", "整日", "门口停业", "十点关门"]
    assert state_of(page, "十点关门").endswith("到达时已关门")
    assert state_of(page, "十点开门").endswith("到达时已开放")
    assert page.locator(".arrival").count() == 2


@pytest.mark.parametrize(
    ("code", "says"), [(1, "未获得定位许可。"), (2, "暂时无法定位。"), (3, "定位超时。")]
)
def test_without_a_position_other_ways_are_offered(
    visit: Visiting, cast: pd.DataFrame, code: int, says: str
) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING, size="phone").page
    page.evaluate(ANSWERS, code)
    page.get_by_role("button", name="附近").click()
    assert message(page) == says
    assert "选择区、搜索" in page.locator("#otherwise").inner_text()
    assert len(names(page)) == 8


def test_a_browser_that_never_answers_is_not_waited_for(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast))).page
    page.clock.install()
    page.evaluate(ANSWERS, 0)
    page.get_by_role("button", name="附近").click()
    assert message(page) == "正在定位…"
    page.clock.fast_forward(15_000)
    assert message(page) == "定位超时。"


def test_a_frame_without_permission_and_a_page_without_https_say_why(
    visit: Visiting, cast: pd.DataFrame, tmp_path: Path
) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING).page
    page.evaluate(ANSWERS, 1)
    page.evaluate("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.get_by_role("button", name="附近").click()
    assert message(page).startswith("本页不是 HTTPS")
    host = tmp_path / "host.html"
    host.write_text('<iframe id="inner" src="page.html" width="700" height="700"></iframe>', "utf-8")
    page.goto(host.as_uri())
    inner = page.frame_locator("#inner")
    inner.get_by_role("button", name="附近").click()
    inner.get_by_text("本页嵌在其他网页里").wait_for()


def test_a_place_on_the_map_serves_as_position(visit: Visiting, cast: pd.DataFrame) -> None:
    for base in (None, maps.amap(approval="GS")):
        html = maps.render(maps.discovery(cast, options=maps.DiscoveryOptions(base=base)))
        page = visit(html, at=MONDAY_MORNING).page
        page.evaluate(ANSWERS, 1)
        page.get_by_role("button", name="附近").click()
        page.locator("#pick").click()
        assert page.evaluate("document.activeElement.id") == "pick-centre"
        page.wait_for_selector(".station[data-station='7']")
        page.locator(".station[data-station='7']").click()
        assert message(page) == "已按到所选位置的距离排序。"
        assert names(page)[0] == "院内驿站"
        assert page.locator("#list .far").first.inner_text() == "0 米"
        page.locator(".buttons [data-label=pick]").click()
        page.evaluate("yizhanMap.setView(yizhanMap.getCenter(), 15, { animate: false })")
        centre = page.evaluate("yizhanMap.getCenter()")
        page.get_by_role("button", name="用地图中心").click()
        assert page.locator("#picking").is_hidden()
        here = page.evaluate("yizhan.list.here()")
        expected = coordsys.point_to_wgs84(centre["lng"], centre["lat"], "gcj02" if base else "wgs84")
        assert (here["lon"], here["lat"]) == pytest.approx(expected, abs=1e-7)


def test_a_tap_beside_the_stations_is_taken_where_it_was(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING).page
    page.locator(".buttons [data-label=pick]").click()
    box = page.locator("#stage").bounding_box()
    x, y = box["width"] / 2, box["height"] - 90
    expected = page.evaluate("([x, y]) => yizhanMap.containerPointToLatLng([x, y])", [x, y])
    page.mouse.click(box["x"] + x, box["y"] + y)
    wait_until(page, "yizhan.list.here() !== null")
    here = page.evaluate("yizhan.list.here()")
    assert (here["lon"], here["lat"]) == pytest.approx((expected["lng"], expected["lat"]), abs=1e-4)


def test_search_finds_name_address_and_district_in_any_case(
    visit: Visiting, make_station: Callable[..., Any], make_frame: Callable[..., Any]
) -> None:
    rows = make_frame(
        make_station(1, name="江汉路驿站", district="江岸区", address="江汉路 1 号"),
        make_station(2, name="ICBC Station", district="武昌区", address="中南路 9 号"),
        make_station(3, name="<b>驿站</b>", district="<i>区</i>", address="中南路 ICBC 旁"),
    )
    seen = visit(maps.render(maps.discovery(rows)), at=MONDAY_MORNING)
    page, box = seen.page, seen.page.locator("#search")
    for text, expected in (
        ("江汉", {"江汉路驿站"}),
        ("icbc", {"ICBC Station", "<b>驿站</b>"}),
        ("ＩＣＢＣ 武昌", {"ICBC Station"}),
        ("<b>", {"<b>驿站</b>"}),
        ("汉口", set()),
        ("", {"江汉路驿站", "ICBC Station", "<b>驿站</b>"}),
    ):
        box.fill(text)
        box.press("Enter")
        assert set(names(page)) == expected
    options = page.locator("#district option").all_text_contents()
    assert options[0] == "全部区"
    assert set(options[1:]) == {"江岸区", "武昌区", "<i>区</i>"}
    page.get_by_label("选择区").select_option("武昌区")
    assert names(page) == ["ICBC Station"]
    box.fill("没有")
    box.press("Enter")
    assert names(page) == []
    page.get_by_role("button", name="清除筛选").click()
    assert (len(names(page)), box.input_value(), page.get_by_label("选择区").input_value()) == (3, "", "")
    seen.assert_quiet()


def test_a_second_choice_near_a_station_is_one_tap_away(visit: Visiting, cast: pd.DataFrame) -> None:
    page = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING).page
    page.get_by_role("button", name="暂停驿站", exact=True).click()
    page.wait_for_selector("#details-title")
    page.get_by_role("button", name="看这里附近的其他站点").click()
    page.wait_for_selector("#browse", state="visible")
    assert message(page) == "已按到该站点的距离排序。"
    assert json.loads(page.evaluate("JSON.stringify(yizhan.list.here())")) == {"lon": 114.328, "lat": 30.58}
