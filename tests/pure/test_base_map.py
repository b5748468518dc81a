"""The base map that the settings ask for, with what map law wants shown beside it."""

import pytest

from maps.errors import OptionError
from service.discovery import base_map
from service.settings import Settings


def test_without_a_setting_there_is_no_base_map():
    assert base_map(Settings()) is None


def test_tianditu_needs_its_key_and_shows_the_approval_number():
    with pytest.raises(OptionError, match="key"):
        base_map(Settings(base_map="tianditu"))
    base = base_map(Settings(base_map="tianditu", base_map_key="abc123", base_map_approval="GS(2024)0001号"))
    assert base.coordsys == "wgs84"
    assert base.approval == "GS(2024)0001号"
    assert all("tk=abc123" in url for url in base.urls)


def test_amap_is_drawn_in_gcj02():
    assert base_map(Settings(base_map="amap")).coordsys == "gcj02"


def test_an_own_address_needs_the_attribution_of_its_source():
    address = "https://tiles.example.cn/{z}/{x}/{y}.png"
    with pytest.raises(OptionError, match="attribution"):
        base_map(Settings(base_map=address))
    base = base_map(Settings(base_map=address, base_map_attribution="某测绘院", base_map_coordsys="gcj02"))
    assert (base.urls, base.coordsys, base.attribution) == ((address,), "gcj02", "某测绘院")
