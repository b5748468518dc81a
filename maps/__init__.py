"""Folium pages: every page is a ``folium.Map`` returned by one public function."""

from maps.base import BaseMap, amap, tianditu
from maps.options import DiscoveryOptions
from maps.page import render
from maps.pages import discovery
from maps.payload import public

__all__ = ["BaseMap", "DiscoveryOptions", "amap", "discovery", "public", "render", "tianditu"]
