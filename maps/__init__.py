"""Folium pages: every page is a ``folium.Map`` returned by one public function."""

from maps.assets import files
from maps.base import BaseMap, amap, tianditu
from maps.builder import Area, builder
from maps.options import DiscoveryOptions, Served
from maps.page import render
from maps.pages import discovery
from maps.payload import public
from maps.report import coverage_report
from maps.reviewing import ReviewOptions, review
from maps.served import overview
from maps.surroundings import around
from maps.table import TableOptions, table

__all__ = [
    "Area",
    "BaseMap",
    "DiscoveryOptions",
    "ReviewOptions",
    "Served",
    "TableOptions",
    "amap",
    "around",
    "builder",
    "coverage_report",
    "discovery",
    "files",
    "overview",
    "public",
    "render",
    "review",
    "table",
    "tianditu",
]
