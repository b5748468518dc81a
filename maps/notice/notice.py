"""The page of a public notice: what is proposed, on what evidence, until when, and to whom one may object.

List and score cards are plain HTML and stand without any script; only the map needs one. No reason of a ranking, no
tie and no person is on the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from html import escape
from itertools import groupby
from typing import Any, Final

import folium
import numpy as np

from geo import coordsys, vocabulary
from geo.texts import Text
from maps import assets, payload, style
from maps.base import BaseMap
from maps.layers import Part
from maps.notice import texts
from maps.page import Page, PageMap

_EMPTY_VIEW: Final = (39.9, 116.4, 10)
_START_ZOOM: Final = 12
_ROUND_DEGREES: Final = 6


@dataclass(frozen=True)
class Nominee:
    """One station in public notice.

    ``level``: its name. ``lon``, ``lat``: WGS-84, None when not located. ``street_facing``, ``access_24h``: codes of
    the vocabularies. ``card``: ``haves`` and ``preferences`` as lists of ``{code, name: {zh, en}, state, facts}``,
    with the counts ``met``, ``unmet``, ``unknown``. ``period``: first and last day of its own notice, where not all
    have the same.
    """

    station_id: str
    name: str
    level: str
    card: Mapping[str, Any]
    address: str | None = None
    operator: str | None = None
    hours_posted: str | None = None
    street_facing: str = "unknown"
    access_24h: str = "unknown"
    lon: float | None = None
    lat: float | None = None
    period: tuple[date, date] | None = None


@dataclass(frozen=True)
class NoticeOptions:
    """What the publisher of a notice decides.

    ``first``, ``last``: its first and last day; ``days``: working days. ``confirmed``: the notice is over, and these
    were confirmed, the first of them on ``first``, the last on ``last``. ``rules``: title and version.
    ``objections``: how one may object, instead of the usual sentence. ``base``: None draws no base map.
    """

    title: str
    unit: str
    first: date
    last: date
    days: int
    rules: tuple[Text, str]
    objections: str = ""
    base: BaseMap | None = None
    confirmed: bool = False


def notice(nominees: Sequence[Nominee], options: NoticeOptions) -> folium.Map:
    """Draw the notice.

    Parameters
    ----------
    nominees
        Level by level, in the order in which they are listed and numbered. None gives a page that says so.
    options
        See :class:`NoticeOptions`.

    Returns
    -------
    map
        Add any stock Folium layer to it, then write it with :func:`maps.render`.
    """
    base = options.base
    pins = _pins(nominees, base.coordsys if base else "wgs84")
    zoom_titles = [str(texts.ZOOM_IN), str(texts.ZOOM_OUT)]
    blob = payload.dumps({"pins": pins, "base": asdict(base) if base else None, "zoom": zoom_titles})
    page = Page(
        title=f"{options.title} {_heading(options).zh}",
        head=f"<style>{style.css_variables()}{assets.own('notice.css')}</style>",
        shell=_shell(nominees, options) + f'<script type="application/json" id="notice-data">{blob}</script>',
        first_script="",
        image_hosts=base.origins() if base else (),
    )
    lat, lon, zoom = _EMPTY_VIEW if not pins else (pins[0]["lat"], pins[0]["lon"], _START_ZOOM)
    page_map = PageMap(page, (lat, lon), zoom, attribution_control=False)
    page_map.add_child(Part("Notice", script=assets.own("notice_map.js")))
    return page_map


def _pins(nominees: Sequence[Nominee], system: coordsys.CoordSys) -> list[dict[str, Any]]:
    placed = [(number, n) for number, n in enumerate(nominees, 1) if n.lon is not None and n.lat is not None]
    lon, lat = coordsys.from_wgs84(
        np.array([n.lon for _, n in placed], dtype=np.float64),
        np.array([n.lat for _, n in placed], dtype=np.float64),
        system,
    )
    x, y = np.round(lon, _ROUND_DEGREES).tolist(), np.round(lat, _ROUND_DEGREES).tolist()
    return [
        {"number": number, "name": n.name, "lon": x[row], "lat": y[row]}
        for row, (number, n) in enumerate(placed)
    ]


def _shell(nominees: Sequence[Nominee], options: NoticeOptions) -> str:
    title, version = options.rules
    rules = Text(
        texts.RULES.zh.format(title=title.zh, version=version),
        texts.RULES.en.format(title=title.en, version=version),
    )
    in_parts = any(nominee.period for nominee in nominees)
    said = (_period(options, in_parts=in_parts), texts.UNIT.format(unit=options.unit), rules)
    lead = "".join(f"<p>{_both(text)}</p>" for text in said)
    objections = "" if options.confirmed else f"<p>{_both(texts.OBJECT)}</p>"
    if options.objections:
        objections = f"<p>{escape(options.objections)}</p>"
    return (
        f'<a class="skip" href="#list">{_both(texts.TO_LIST)}</a><main>'
        f"<h1>{escape(options.title)} {_both(_heading(options))}</h1>"
        f'<div class="lead">{lead}{objections}</div>'
        f'<section class="chart" aria-label="{escape(texts.MAP.zh)}"><!--folium-->'
        f"{_attribution(options.base)}</section>"
        f'<div id="list">{_levels(nominees)}</div></main>'
    )


def _heading(options: NoticeOptions) -> Text:
    return texts.CONFIRMED if options.confirmed else texts.TITLE


def _period(options: NoticeOptions, *, in_parts: bool) -> Text:
    first, last = options.first.isoformat(), options.last.isoformat()
    if options.confirmed:
        sentence = texts.CONFIRMED_ON if first == last else texts.CONFIRMED_BETWEEN
        return sentence.format(first=first, last=last)
    sentence = texts.PERIODS if in_parts else texts.PERIOD
    return sentence.format(first=first, last=last, days=options.days)


def _attribution(base: BaseMap | None) -> str:
    if base is None:
        return f'<p class="attribution">{_both(texts.NO_BASE)}</p>'
    approval = texts.APPROVAL.format(number=base.approval) if base.approval else None
    said = escape(base.attribution) + (f" · {_both(approval)}" if approval else "")
    return f'<p class="attribution">{said}</p>'


def _levels(nominees: Sequence[Nominee]) -> str:
    if not nominees:
        return f"<p>{_both(texts.NONE)}</p>"
    sections = []
    for level, group in groupby(enumerate(nominees, 1), key=lambda pair: pair[1].level):
        listed = list(group)
        head = _both(texts.COUNT.format(level=level, n=len(listed)))
        items = "".join(_nominee(number, nominee) for number, nominee in listed)
        sections.append(f"<section><h2>{head}</h2><ol>{items}</ol></section>")
    return "".join(sections)


def _nominee(number: int, nominee: Nominee) -> str:
    card = nominee.card
    counts = texts.CARD.format(met=card["met"], unmet=card["unmet"], unknown=card["unknown"])
    haves = "".join(_mark(mark) for mark in card["haves"])
    preferences = "".join(_mark(mark) for mark in card["preferences"])
    return (
        f'<li class="nominee" id="n{number}"><header><span class="number">{number}</span>'
        f"<h3>{escape(nominee.name)}</h3></header><dl>{_facts(nominee)}</dl>"
        f'<p>{_both(counts)}</p><ul class="marks">{haves}</ul>'
        + (f'<p>{_both(texts.PREFERRED)}</p><ul class="marks">{preferences}</ul>' if preferences else "")
        + f"<details><summary>{_both(texts.EVIDENCE)}</summary>{_evidence(card)}</details></li>"
    )


def _facts(nominee: Nominee) -> str:
    rows: list[tuple[Text, str]] = []
    if nominee.period:
        first, last = nominee.period
        own = texts.PERIOD_OF.format(first=first.isoformat(), last=last.isoformat())
        rows.append((texts.OWN_PERIOD, _both(own)))
    if nominee.address:
        rows.append((texts.ADDRESS, escape(nominee.address)))
    if nominee.operator:
        rows.append((texts.UNIT_OF, escape(nominee.operator)))
    hours = escape(nominee.hours_posted) if nominee.hours_posted else _both(texts.UNKNOWN_HOURS)
    rows.append((texts.HOURS, hours))
    rows.append((texts.STREET, _both(vocabulary.STREET_FACING[nominee.street_facing])))
    rows.append((texts.AROUND, _both(vocabulary.ACCESS_24H[nominee.access_24h])))
    if nominee.lon is None:
        rows.append((texts.PLACE, _both(texts.NO_PLACE)))
    return "".join(f"<dt>{_both(name)}</dt><dd>{value}</dd>" for name, value in rows)


def _mark(mark: Mapping[str, Any]) -> str:
    state = mark["state"]
    return f'<li class="{state}">{texts.SIGN[state]} {_named(mark["name"])} {_both(texts.STATE[state])}</li>'


def _evidence(card: Mapping[str, Any]) -> str:
    rows = [
        f"<tr><td>{_named(mark['name'])}</td><td>{_named(fact['name'])}</td><td>{_both(texts.STATE[fact['state']])}</td>"
        f"<td>{_both(texts.KIND[fact['kind']])} {escape(fact.get('on') or '')} {escape(fact.get('by') or '')}</td></tr>"
        for mark in (*card["haves"], *card["preferences"])
        for fact in mark["facts"]
    ]
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _named(name: Mapping[str, str]) -> str:
    return _both(Text(name["zh"], name["en"]))


def _both(text: Text) -> str:
    return f'{escape(text.zh)} <span class="en" lang="en">{escape(text.en)}</span>'
