"""Finding what is near: a position, or none, and the link that leads there."""

import re

import pandas as pd
import pytest

import maps
from tests.browser.looking import MONDAY_MORNING, Visiting, names

pytestmark = pytest.mark.browser


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
