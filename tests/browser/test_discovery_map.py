"""The map of the discovery page: markers, clusters, layers, attribution."""

import re
from collections.abc import Callable
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import pytest
import shapely

import maps
from tests.browser.looking import MONDAY_MORNING, Visiting, names, on_map, wait_until

pytestmark = pytest.mark.browser


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
    wait_until(page, f"yizhanMap.getZoom() > {before}")
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
    seen.page.evaluate("void yizhanMap.setView([30.581, 114.315], 16, { animate: false })")
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


def test_layers_can_be_switched_and_the_legend_explains_only_what_is_drawn(
    visit: Visiting, cast: pd.DataFrame
) -> None:
    seen = visit(maps.render(maps.discovery(cast)), at=MONDAY_MORNING)
    page = seen.page
    legend = page.locator("#legend-body")
    assert "24小时自助进入" in legend.inner_text()
    assert "不临街" not in legend.inner_text()
    assert page.locator(".station .diamond").count() == 1
    page.locator("[data-layer='24h']").click()
    assert "24小时自助进入" not in legend.inner_text()
    assert page.locator(".station .diamond").count() == 0
    page.locator("[data-layer='street']").click()
    assert "不临街" in legend.inner_text()
    assert page.locator(".station[aria-label^='院内驿站']").get_attribute("aria-label").endswith("不临街")
    assert on_map(page) == 8
    seen.assert_quiet()
