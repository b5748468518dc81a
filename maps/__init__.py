"""Folium pages: every page is a ``folium.Map`` returned by one public function."""

from maps.base import BaseMap, amap, tianditu
from maps.options import DiscoveryOptions
from maps.page import render
from maps.pages import discovery
from maps.payload import public
from maps.review import ReviewOptions, review
from maps.surroundings import around

__all__ = [
    "BaseMap",
    "DiscoveryOptions",
    "ReviewOptions",
    "amap",
    "around",
    "discovery",
    "public",
    "render",
    "review",
    "tianditu",
]
