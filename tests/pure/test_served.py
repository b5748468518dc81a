"""What a served page is made of: a shell without stations, an overview, counts of stations in cells."""

import json
import re
from datetime import date
from typing import Any

import folium
import numpy as np
import pandas as pd
import pytest
from folium.plugins import MarkerCluster
from hypothesis import given
from hypothesis import strategies as st

import maps
from geo import frames
from maps import assets, cells, payload
from maps.options import Served

DEGREES = st.tuples(st.floats(-180, 179.9), st.floats(-84, 84))
WORLD = (-180.0, -85.0, 180.0, 85.0)


def shell(**served: Any) -> str:
    options = maps.DiscoveryOptions(served=Served(**served))
    return maps.render(maps.discovery(frames.empty(frames.STATIONS), options=options))


def data(html: str) -> dict[str, Any]:
    found = re.search(r'id="yz-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def policy(html: str) -> str:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert found is not None
    return found[1]


def counted(places: list[tuple[float, float]], zoom: int, extent: Any = WORLD) -> dict[str, list[float]]:
    lon, lat = np.array(places, dtype=float).reshape(-1, 2).T
    told: dict[str, list[float]] = json.loads(cells.encode(lon, lat, lon > 0, zoom, extent))["columns"]
    return told


def test_a_shell_is_the_same_bytes_each_time_and_knows_its_service_by_relative_addresses_only() -> None:
    told = {"count": 3, "extent": (114.0, 30.0, 115.0, 31.0), "adcode": "4201"}
    html = shell(**told)
    assert html == shell(**told)
    source = data(html)["source"]
    addresses = (
        [source[name] for name in ("nearest", "station", "overview")] + source["scripts"] + source["sheets"]
    )
    assert not any(address.startswith(("/", "http")) for address in addresses)
    assert data(html)["total"] == 3
    assert '"columns":null' in html


def test_only_a_served_page_may_ask_a_service() -> None:
    assert "connect-src 'self'" in policy(shell())
    one_file = maps.render(maps.discovery(frames.empty(frames.STATIONS)))
    assert "connect-src" not in policy(one_file)
    assert "'self'" not in policy(one_file)


def test_what_a_served_page_loads_is_named_after_its_bytes() -> None:
    named = data(shell())["source"]
    loaded = [*named["scripts"], *named["sheets"]]
    assert {name.removeprefix("assets/") for name in loaded} == set(maps.files())
    assert "sourceMappingURL" not in maps.files()[assets.address("leaflet.js").removeprefix("assets/")]


def test_stock_layers_find_leaflet_before_them_in_a_served_page() -> None:
    options = maps.DiscoveryOptions(served=Served(), extra_hosts=("https://cdnjs.cloudflare.com",))
    page_map = maps.discovery(frames.empty(frames.STATIONS), options=options)
    MarkerCluster([(30.5, 114.3)]).add_to(page_map)
    html = maps.render(page_map)
    assert html.index(f'<script src="{assets.address("leaflet.js")}"') < html.index(
        "leaflet.markercluster.js"
    )
    assert html.index("leaflet.markercluster.js") < html.index("window.yizhanStart = function")
    plain = maps.discovery(frames.empty(frames.STATIONS), options=maps.DiscoveryOptions(served=Served()))
    folium.GeoJson({"type": "Point", "coordinates": [114.3, 30.5]}).add_to(plain)
    assert "<script src=" not in maps.render(plain)


@given(st.lists(DEGREES, min_size=1, max_size=60), st.integers(0, 14))
def test_cells_hold_every_station_exactly_once(places: list[tuple[float, float]], zoom: int) -> None:
    found = counted(places, zoom)
    assert sum(found["n"]) == len(places)
    assert sum(found["n24"]) == sum(lon > 0 for lon, _ in places)
    for west, lon, east in zip(found["west"], found["lon"], found["east"], strict=True):
        assert west - 1e-5 <= lon <= east + 1e-5


@given(st.lists(DEGREES, max_size=60), st.integers(0, 24))
def test_an_answer_has_no_more_cells_than_a_screen_can_show(
    places: list[tuple[float, float]], zoom: int
) -> None:
    found = counted(places, zoom)
    assert len(found["n"]) <= min(len(places), (cells.MOST_CELLS_ACROSS + 1) ** 2)


def test_cells_of_a_view_are_whole_and_do_not_depend_on_what_is_outside() -> None:
    inside, outside = [(114.30, 30.50), (114.31, 30.51)], [(120.0, 40.0)]
    view = (114.305, 30.505, 114.32, 30.52)
    assert counted(inside, 8, view) == counted(inside + outside, 8, view)
    assert counted(inside, 8, view)["n"] == [2], "both lie in the one cell that the view touches"
    assert counted(outside, 8, view)["n"] == []


@given(DEGREES, st.integers(12, 18))
def test_a_tile_lies_within_its_parent(place: tuple[float, float], zoom: int) -> None:
    lon, lat = np.array([place[0]]), np.array([place[1]])
    child, parent = cells.tile_of(lon, lat, zoom), cells.tile_of(lon, lat, zoom - 1)
    assert [int(v[0]) // 2 for v in child] == [int(v[0]) for v in parent]
    assert all(0 <= int(v[0]) < 2**zoom for v in child)


@pytest.mark.parametrize("place", [(-180.0, 85.06), (180.0, -85.06), (180.0, 90.0)])
def test_the_edges_of_the_world_have_tiles(place: tuple[float, float]) -> None:
    x, y = cells.tile_of(np.array([place[0]]), np.array([place[1]]), 12)
    assert 0 <= int(x[0]) < 4096
    assert 0 <= int(y[0]) < 4096


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y"])), max_size=8))
def test_facilities_read_back_as_they_were(held: list[dict[str, str]]) -> None:
    column = payload._facilities(pd.Series(held, dtype=object))
    of = column["of"]
    signs = of if isinstance(of, list) else [of["u"][number] for number in of["i"]]
    read = [
        {
            code: column["states"][int(sign)]
            for code, sign in zip(column["codes"], one, strict=False)
            if sign != "."
        }
        for one in signs
    ]
    assert read == held


def test_an_overview_says_what_it_was_made_of() -> None:
    told = json.loads(
        maps.overview(
            frames.empty(frames.STATIONS),
            data_date=date(2026, 11, 2),
            data_version=7,
            valid_until=date(2027, 1, 2),
            unlocated=3,
        )
    )
    assert (told["data_version"], told["data_date"], told["valid_until"]) == (7, "2026-11-02", "2027-01-02")
    assert (told["count"], [n for _, n, _ in told["left_out"]]) == (0, [3])
