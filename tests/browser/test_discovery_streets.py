"""The served page where the service knows streets: minutes along them, and estimates everywhere else."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString

from geo import network
from maps import DiscoveryOptions
from service.commands.serving import map_builder
from service.keeper import FrameKeeper
from service.roads.keeper import NoRoads, Roads
from service.settings import Settings
from tests.browser.looking import names, wait_until
from tests.http.made import frame_of
from tests.http.running import Running

pytestmark = pytest.mark.browser

HERE = {"longitude": 116.4, "latitude": 39.9}


def town() -> NoRoads:
    """One street from here to the east, and one to the north that comes round from the east: a canal lies between."""
    lines = [
        LineString([(116.4, 39.9), (116.43, 39.9)]),
        LineString([(116.43, 39.9), (116.43, 39.903), (116.4, 39.903)]),
    ]
    frame = gpd.GeoDataFrame({"highway": ["residential"] * 2}, geometry=lines, crs="EPSG:4326")
    keeper = NoRoads("ready")
    keeper.roads = Roads(1, "2026-01-01", {mode: network.build(frame, mode) for mode in ("walk", "ebike")})
    return keeper


STATIONS: list[dict[str, Any]] = [
    {
        "station_id": "north",
        "name": "河北站",
        "lon": 116.4,
        "lat": 39.903,
        "opening_hours": "24/7",
        "door_24h": "yes",
    },
    {
        "station_id": "east",
        "name": "东街站",
        "lon": 116.41,
        "lat": 39.9,
        "opening_hours": "24/7",
        "door_24h": "yes",
    },
    {
        "station_id": "far",
        "name": "远站",
        "lon": 116.4,
        "lat": 39.95,
        "opening_hours": "24/7",
        "door_24h": "yes",
    },
]


def test_minutes_and_order_follow_the_streets(open_visit: Callable[..., Any]) -> None:
    build = map_builder(DiscoveryOptions())
    keeper = FrameKeeper(frame_of(STATIONS))
    with Running(Settings(port=0), keeper, map_page=build, roads=town()) as server:
        seen = open_visit(server.url, size="phone", geolocation=HERE, permissions=["geolocation"])
        page = seen.page
        page.goto(server.url + "/map")
        page.get_by_role("button", name="附近").click()
        wait_until(page, "document.querySelector('#list').innerText.includes('沿道路')")
        # in a straight line the north is nearer: 333 m against 855 m; along the streets it is 5.4 km
        assert names(page) == ["东街站", "河北站", "远站"]
        told = page.locator("#list .minutes").all_text_contents()
        assert told[:2] == ["沿道路骑行 4 分钟", "沿道路骑行 22 分钟"]
        assert told[2:] in ([], [""]), (
            "no street leads there within an hour: 5.6 km in a straight line say nothing"
        )
        page.locator("#mode").select_option("walk")
        wait_until(page, "document.querySelector('#list').innerText.includes('沿道路步行 11 分钟')")
        seen.assert_quiet()


def test_without_streets_minutes_are_estimates(open_visit: Callable[..., Any]) -> None:
    keeper = FrameKeeper(frame_of(STATIONS))
    with Running(Settings(port=0), keeper, map_page=map_builder(DiscoveryOptions())) as server:
        seen = open_visit(server.url, size="phone", geolocation=HERE, permissions=["geolocation"])
        page = seen.page
        page.goto(server.url + "/map")
        page.get_by_role("button", name="附近").click()
        wait_until(page, "document.querySelectorAll('#list .minutes').length === 3")
        page.wait_for_load_state("networkidle")
        assert names(page) == ["河北站", "东街站", "远站"]
        assert all("约" in words for words in page.locator("#list .minutes").all_text_contents())
        seen.assert_quiet()
