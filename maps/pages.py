"""The pages of this wing, each one public function that returns a ``folium.Map``."""

import re
from dataclasses import asdict
from html import escape
from typing import Any, Final

import folium
import pandas as pd

from geo import vocabulary
from geo.texts import Text
from maps import assets, cells, legend, navigation, noscript, payload, streets, style, texts
from maps.layers import Part
from maps.options import DiscoveryOptions, Extent, Served
from maps.page import Page, PageMap

SCRIPTS: Final = (
    "base.js",
    "coords.js",
    "nav.js",
    "source.js",
    "hours.js",
    "symbols.js",
    "list.js",
    "near.js",
    "details.js",
    "app.js",
    "embed.js",
)
_EMPTY_VIEW: Final = (35.0, 105.0, 4)
_START_ZOOM: Final = 13
_VOCABULARIES: Final = {
    "kind": vocabulary.KIND,
    "audience": vocabulary.AUDIENCE,
    "position_kind": vocabulary.POSITION_KIND,
    "access_method": vocabulary.ACCESS_METHOD,
    "host_kind": vocabulary.HOST_KIND,
    "facility": vocabulary.FACILITY,
    "facility_state": vocabulary.FACILITY_STATE,
}


def discovery(stations: pd.DataFrame, *, options: DiscoveryOptions | None = None) -> folium.Map:
    """Draw the public map on which a worker finds a station: list first, then the map.

    Parameters
    ----------
    stations
        By contract ``geo.frames.STATIONS``. Optional columns: ``week``, a list of
        ``[start_min, end_min]`` from Monday 00:00 in Beijing time (an end may pass midnight), or None =
        unknown; ``exceptions``, a dict of date to intervals in minutes from that day's 00:00 (none = closed),
        or to None = unknown that day;
        ``access_24h``, codes of ``vocabulary.ACCESS_24H`` (else read from the three facts). Only stations for
        outdoor workers that are located and open, or closed for a time, are drawn; the page says how many are
        left out, and why. An empty frame gives a page that says so.
    options
        See :class:`~maps.options.DiscoveryOptions`; None = the defaults.

    Returns
    -------
    map
        Add any stock Folium layer to it, then write it with :func:`maps.render`. Where ``options.served`` is
        given, nothing of ``stations`` is written.

    Raises
    ------
    FrameError
        The frame breaks its contract.
    """
    chosen = options if options is not None else DiscoveryOptions()
    shown, left_out = payload.public(stations)
    blob = payload.dumps(_words(chosen) | _stations(shown, left_out, chosen))
    page = Page(
        title=chosen.title,
        head=f"<style>{style.css_variables()}{assets.own('discovery.css')}</style>",
        shell=_shell(chosen, shown) + f'<script type="application/json" id="yz-data">{blob}</script>',
        first_script="\n".join(assets.own(name) for name in SCRIPTS),
        extra_hosts=chosen.extra_hosts,
        image_hosts=chosen.base.origins() if chosen.base else (),
        is_served=chosen.served is not None,
    )
    lat, lon, zoom = _view(chosen.served.extent if chosen.served else payload.extent(shown))
    page_map = PageMap(page, (lat, lon), zoom, prefer_canvas=True, attribution_control=False)
    script = "" if chosen.served else assets.map_script()
    page_map.add_child(Part("Stations", script=f"{script}\nyizhan.attach(__MAP__);\n"))
    return page_map


def _view(extent: Extent | None) -> tuple[float, float, int]:
    if extent is None:
        return _EMPTY_VIEW
    west, south, east, north = extent
    return round((south + north) / 2, 6), round((west + east) / 2, 6), _START_ZOOM


def _stations(shown: pd.DataFrame, left_out: dict[str, int], options: DiscoveryOptions) -> dict[str, Any]:
    """Write what the page knows of stations at once: all of them, or where to fetch them."""
    served = options.served
    if served is not None:
        return {
            "left_out": [],
            "source": _source(served),
            "total": served.count,
            "extent": served.extent,
            "complete": False,
            "count": 0,
            "columns": None,
        }
    return {
        "left_out": payload.left_out(left_out),
        "source": None,
        "total": len(shown),
        "extent": payload.extent(shown),
        "complete": True,
        "count": len(shown),
        "columns": payload.columns(shown),
    }


def _source(served: Served) -> dict[str, Any]:
    """Addresses of a served page, relative to itself."""
    asked = f"?adcode={served.adcode}" if served.adcode else ""
    return {
        "nearest": "v1/stations/nearest",
        "network": "v1/network",
        "station": "v1/stations/",
        "overview": None if served.has_cells else f"map/overview.json{asked}",
        "cells": f"map/cells.json{asked}" if served.has_cells else None,
        "tile": f"map/tile/{{z}}/{{x}}/{{y}}.json{asked}" if served.has_cells else None,
        "tiles_from": cells.TILES_FROM_ZOOM,
        "scripts": [assets.address("leaflet.js"), assets.address("map.js")],
        "sheets": [assets.address("leaflet.css")],
        "adcode": served.adcode,
    }


def _words(options: DiscoveryOptions) -> dict[str, Any]:
    base = options.base
    system = base.coordsys if base else "wgs84"
    return {
        "texts": _pairs(texts.PAGE),
        "embed": _pairs(texts.EMBED),
        "separator": list(texts.SEPARATOR),
        "symbols": [asdict(symbol) for symbol in legend.SYMBOLS],
        "states": [asdict(state) for state in legend.STATES],
        "verdicts": [asdict(verdict) for verdict in legend.VERDICTS],
        "layers": [asdict(layer) for layer in legend.LAYERS],
        "navigation": navigation.table(),
        "around_the_clock": list(legend.AROUND_THE_CLOCK),
        "words": {name: _pairs(words) for name, words in _VOCABULARIES.items()},
        "title": [options.title, options.title_en],
        "notice": [options.notice, options.notice_en or options.notice],
        "attribution": options.attribution,
        "reports": options.reports or None,
        "data_date": options.data_date.isoformat() if options.data_date else None,
        "data_version": options.data_version,
        "valid_until": options.valid_until.isoformat() if options.valid_until else None,
        "system": system,
        "base": asdict(base) if base else None,
        "streets": streets.encode(options.streets, system) if options.streets is not None else None,
        "streets_attribution": options.streets_attribution,
    }


def _pairs(words: Any) -> dict[str, list[str]]:
    return {code: list(text) for code, text in words.items()}


def _shell(options: DiscoveryOptions, shown: pd.DataFrame) -> str:
    words: dict[str, Text] = {**texts.PAGE, "title": Text(options.title, options.title_en)}
    plain = noscript.link(options.served) if options.served else noscript.listed(shown)
    # One pass, so that braces in a title or a name stay what they are.
    return re.sub(
        r"\{\{(\w+)\}\}|<!--noscript-->",
        lambda found: escape(words[found[1]].zh) if found[1] else plain,
        assets.own("discovery.html"),
    )
