"""The coverage report: one page for planners that says in words, maps, charts and tables what a study found."""

import re
from typing import Final

import folium
import geopandas as gpd

from geo.study import Study
from geo.texts import Text
from maps import assets, payload, style
from maps.layers import Part
from maps.page import Page, PageMap
from maps.report import cells, charts, live, method, picture, reading, summary, tables, texts
from maps.report.cells import Drawn
from maps.report.markup import both, css_string, foreign, paragraph, section
from maps.report.numbers import filled, same
from maps.report.picture import Ground
from maps.report.tables import texts as table_texts
from maps.report.tables.table import none

_SCRIPTS: Final = ("base.js", "report.js")
_START_ZOOM: Final = 11
_NIGHT: Final = "0200"


def coverage_report(study: Study, *, streets: gpd.GeoDataFrame | None = None) -> folium.Map:
    """Draw the report of a study of coverage.

    Parameters
    ----------
    study
        See ``geo.study``. Frames without rows are said to be empty; a study without demand gives a page that says so.
    streets
        Streets to draw quietly under the map, contract ``geo.frames.STREETS``, any CRS; only main streets are
        drawn. The page is for planners, so they may be OpenStreetMap's; ``attribution`` must name them.

    Returns
    -------
    map
        Add any stock Folium layer to it, then write it with :func:`maps.render`: one self-contained page, the same
        bytes for the same study.
    """
    codes = reading.level(study, "township")["code"].tolist()
    drawn = cells.drawn(study, codes)
    blob = payload.dumps(live.blob(study, drawn, streets))
    title = filled(texts.TITLE, title=same(str(study.parameters["title"])))
    page = Page(
        title=title.zh if not reading.stand_in(study) else f"{title.zh} [{texts.STAND_IN_SHORT.zh}]",
        head='<meta name="robots" content="noindex, nofollow">\n'
        f"<style>{style.css_variables()}{assets.own('report.css')}{_running(study, title)}</style>",
        shell=_shell(study, drawn, title) + f'<script type="application/json" id="yz-data">{blob}</script>',
        first_script="\n".join(assets.own(name) for name in _SCRIPTS),
    )
    lat, lon = live.origin(drawn)
    page_map = PageMap(page, (lat, lon), _START_ZOOM, prefer_canvas=True, attribution_control=False)
    script = "\n".join(assets.own(name) for name in ("report_cells.js", "report_map.js"))
    page_map.add_child(Part("Coverage", script=f"{script}\nyizhan.attach(__MAP__);\n"))
    return page_map


def _running(study: Study, title: Text) -> str:
    """Write what stands on every printed sheet: title, stand-in, page number."""
    what = reading.stand_in(study)
    label = texts.STAND_IN.zh.format(what=what) if what else texts.INTERNAL.zh
    colour = "#8a2f00" if what else "#4d5b66"
    return (
        f"@page{{@top-left{{content:{css_string(title.zh)}}}"
        f"@top-right{{content:{css_string(label)};color:{colour};font-weight:700}}}}"
    )


def _shell(study: Study, drawn: Drawn, title: Text) -> str:
    ground = Ground(drawn) if len(drawn.lon) else None
    parts = {
        "title": both(title),
        "stand_in": _stand_in(study),
        "facts": _facts(study),
        "summary": section(
            "summary", texts.SECTIONS["summary"], summary.summary(study) + _pictures(study, drawn, ground)
        ),
        "week": charts.week(study),
        "sections": _sections(study, drawn, ground),
        "contents": _contents(),
        "contents_title": both(texts.CONTENTS),
        "downloads": _downloads(),
    }
    words = {key: both(text) for key, text in texts.MAP.items()} | {
        "skip": both(texts.SKIP),
        "internal": both(texts.INTERNAL),
        "noscript": both(texts.NOSCRIPT),
        "map_title": both(texts.SECTIONS["map"]),
        "hour_label": texts.MAP["hour"].zh,
        "moments_label": texts.MAP["moments"].zh,
        "standard_label": texts.MAP["standard"].zh,
        "map_label": texts.MAP["map"].zh,
    }
    # One pass, so that braces in a title or a name stay what they are.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: (words | parts)[found[1]], assets.own("report.html"))


def _stand_in(study: Study) -> str:
    what = reading.stand_in(study)
    if not what:
        return ""
    words = filled(texts.STAND_IN, what=same(what))
    sign = '<span aria-hidden="true">⚠ </span>'
    return f'<aside class="stand-in" aria-label="{texts.STAND_IN_SHORT.zh}">{sign}{both(words)}</aside>'


def _facts(study: Study) -> str:
    given = study.parameters
    first = study.week["date"].dropna()
    week = same(str(given["week"]))
    if len(first):
        week = filled(texts.WEEK_FROM, first=same(first.iloc[0]), last=same(first.iloc[-1]))
    rows = [("areas", both(method.areas(study)))]
    rows += [
        (key, foreign(str(given[key]))) for key in ("stations_source", "demand_source", "streets_source")
    ]
    rows += [("week", both(week)), ("made_at", foreign(str(given["made_at"])))]
    body = "".join(f"<div><dt>{both(texts.FACTS[key])}</dt><dd>{value}</dd></div>" for key, value in rows)
    return f'<dl class="facts">{body}</dl>'


def _pictures(study: Study, drawn: Drawn, ground: Ground | None) -> str:
    return f'<div class="pair">{picture.moments(study, drawn, ground)}</div>' if ground else ""


def _sections(study: Study, drawn: Drawn, ground: Ground | None) -> str:
    made = {
        "gaps": _gaps(study),
        "sites": _sites(study, drawn, ground),
        "extend": _extend(study),
        "standards": tables.standards(study),
        "fairness": charts.lorenz(study) or none("lorenz"),
        "districts": paragraph([table_texts.SORT, table_texts.SAME_GAP], kind="small screen")
        + tables.districts(study),
        "townships": tables.townships(study),
        "method": method.method(study, drawn),
        "parameters": method.parameters(study),
    }
    return "".join(section(name, texts.SECTIONS[name], body) for name, body in made.items())


def _gaps(study: Study) -> str:
    groups = [
        g for g in reading.groups(study.gaps) if g[0] == reading.leading(study) and g[1] in ("any", _NIGHT)
    ]
    if not groups:
        return none("gaps")
    ordered = sorted(groups, key=lambda group: group[1] != _NIGHT)
    return paragraph([table_texts.SAME_GAP], kind="small") + "".join(tables.gaps(study, g) for g in ordered)


def _sites(study: Study, drawn: Drawn, ground: Ground | None) -> str:
    groups = reading.groups(study.curve)
    if study.sites.empty and not groups:
        return _least(study) or none("sites")
    made = [paragraph([table_texts.PLAN_NOTE], kind="small")]
    for group in dict.fromkeys([*groups, *reading.groups(study.sites)]):
        heading = f"<h3>{both(reading.group_name(group))}</h3>"
        curve = charts.curve(study, group) if group in groups else ""
        listed = "" if reading.of_group(study.sites, group).empty else tables.sites(study, group)
        still = picture.sites(study, drawn, ground, group) if ground and listed else ""
        rows = f"<details><summary>{both(texts.CURVE_TABLE)}</summary>{tables.curve(study, group)}</details>"
        made.append(
            f'{heading}{curve}{rows if group in groups else ""}<div class="paper">{still}</div>{listed}'
        )
    return "".join(made) + _least(study)


def _least(study: Study) -> str:
    if study.least.empty:
        return ""
    heading = f"<h3>{both(table_texts.CAPTIONS['least'])}</h3>"
    listed = (tables.sites(study, group, of="least_sites") for group in reading.groups(study.least_sites))
    return heading + tables.least(study) + "".join(listed)


def _extend(study: Study) -> str:
    if study.extend.empty:
        return none("extend")
    listed = "".join(tables.extend(study, group) for group in reading.groups(study.extend))
    return paragraph([table_texts.EXTEND_NOTE], kind="small") + listed


def _contents() -> str:
    return "".join(
        f'<li><a href="#{name}">{both(heading)}</a></li>' for name, heading in texts.SECTIONS.items()
    )


def _downloads() -> str:
    links = "".join(
        f'<li><a href="{name}" download>{both(words)}</a></li>'
        for name, words in texts.DOWNLOAD_FILES.items()
    )
    return f"<h2>{both(texts.DOWNLOADS)} <small>{both(texts.DOWNLOAD_NOTE)}</small></h2><ul>{links}</ul>"
