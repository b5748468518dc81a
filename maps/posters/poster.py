"""One A4 page per station: who is served, when, with what, and a code behind which a problem can be reported.

The notice asks a sign to say who is served, service hours and services; the poster says what is registered and
nothing else. Hours that are not known read 以现场公示为准, and what is known to be broken is not offered.
"""

import base64
import hashlib
import io
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Final

import pandas as pd
import segno

from geo import vocabulary
from geo.frames import STATIONS, check
from geo.texts import Text
from maps import assets
from maps.posters import texts

BORDER: Final = 4
"""White around a code, in modules: what readers need."""
_ERROR: Final = "m"
_SIZES: Final = ((24, "short"), (48, "long"))


def code_svg(url: str) -> str:
    """Draw the code of an address as SVG, to be printed on its own.

    Parameters
    ----------
    url
        At most some hundred characters.

    Examples
    --------
    >>> code_svg("https://yizhan.example.cn/stations/S1/report").startswith("<svg")
    True
    """
    drawn = io.BytesIO()
    segno.make(url, error=_ERROR, micro=False).save(
        drawn, kind="svg", border=BORDER, xmldecl=False, svgns=True, omitsize=True, nl=False
    )
    return drawn.getvalue().decode()


def posters(stations: pd.DataFrame, url_of: Callable[[str], str], *, day: str) -> str:
    """Write the posters of some stations as one page to print.

    Parameters
    ----------
    stations
        By contract ``geo.frames.STATIONS``, in the order of printing; none gives a page without posters.
    url_of
        Address behind the code, by station id.
    day
        ISO 8601: as of when the contents are; printed.

    Returns
    -------
    html
        Self-contained; the same input gives the same bytes.

    Raises
    ------
    FrameError
        The frame breaks its contract.
    """
    check(stations, STATIONS)
    pages = "".join(_poster(row, url_of(row["station_id"]), day) for row in stations.to_dict("records"))
    sheet = assets.own("poster.css")
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{escape(str(texts.TITLE))}</title><link rel="icon" href="data:,">'
        f"<style>{sheet}</style></head>\n<body><main>{pages}</main></body></html>\n"
    )


def _poster(station: Mapping[Any, Any], url: str, day: str) -> str:
    address = f'<p class="address">{escape(station["address"])}</p>' if station["address"] else ""
    rows = "".join(f"<dt>{_both(name)}</dt><dd>{value}</dd>" for name, value in _rows(station))
    return (
        f'<article class="poster"><p class="kind">{escape(station["brand"] or "")} {_both(texts.KIND)}</p>'
        f"{_name(station['name'])}{address}{_day(station)}<dl>{rows}</dl>"
        f'<div class="ask">{_code(url, station["name"])}<div><p><strong>{_both(texts.ASK)}</strong></p>'
        f'<p>{_both(texts.NO_NAME)}</p><p class="url">{escape(url)}</p></div></div>'
        f'<p class="foot">{escape(station["station_id"])} · {_both(texts.PRINTED.format(day=day))}</p></article>\n'
    )


def _name(name: str) -> str:
    """Write the name, the longer the smaller, so that a poster stays one page."""
    size = next((word for most, word in _SIZES if len(name) <= most), "longest")
    return f'<h1 class="{size}">{escape(name)}</h1>'


def _rows(station: Mapping[Any, Any]) -> list[tuple[Text, str]]:
    audience = station["audience"]
    served = texts.WORKERS if audience == "outdoor_workers" else vocabulary.AUDIENCE[audience]
    rows = [(texts.SERVED, _both(served))]
    posted = station["hours_posted"]
    rows.append((texts.HOURS, escape(posted) if posted else _both(texts.ON_SITE)))
    offered = [
        name
        for code, name in vocabulary.FACILITY.items()
        if station["facilities"].get(code, "broken") != "broken"
    ]
    if offered:
        rows.append((texts.SERVICES, _listed(offered)))
    else:
        rows.append((texts.SERVICES, _both(texts.ON_SITE)))
    if station["access_method"] != "unknown":
        rows.append((texts.ENTRY, _both(vocabulary.ACCESS_METHOD[station["access_method"]])))
    if station["phone"]:
        rows.append((texts.PHONE, escape(station["phone"])))
    return rows


def _listed(names: list[Text]) -> str:
    separator = texts.SEPARATOR
    zh, en = separator.zh.join(n.zh for n in names), separator.en.join(n.en for n in names)
    return f'{escape(zh)} <span class="en" lang="en">{escape(en)}</span>'


def _day(station: Mapping[Any, Any]) -> str:
    """Write the mark of a station that can be entered all day; goods alone are no such mark."""
    for fact, code in (("door_24h", "open_door"), ("unattended_24h", "unattended")):
        if station[fact] == "yes":
            return f'<p class="day">{_both(vocabulary.ACCESS_24H[code])}</p>'
    return ""


def _code(url: str, name: str) -> str:
    return code_svg(url).replace("<svg ", f'<svg role="img" aria-label="{escape(name)}" ', 1)


def _both(text: Text) -> str:
    return f'{escape(text.zh)} <span class="en" lang="en">{escape(text.en)}</span>'
