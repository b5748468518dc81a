"""The review map: each street-facing verdict with everything it rests on, for planners and reviewers only."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import vocabulary
from geo.frames import CASES, check
from geo.frontage import offsets
from geo.texts import Text
from maps import assets, legend, payload, style, surroundings
from maps import texts as map_texts
from maps.layers import Part
from maps.page import Page, PageMap
from maps.reviewing import texts

_SCRIPTS: Final = ("base.js", "review_symbols.js", "review_case.js", "review.js")
_EMPTY_VIEW: Final = (35.0, 105.0, 4)
_START_ZOOM: Final = 14
_ROUND_DEGREES: Final = 7
_COLUMNS: Final = (
    "station_id", "name", "address", "district", "host", "position_kind", "declared_by", "declared_on", "source",
    "street_facing", "street_facing_rule", "street_facing_zh", "street_facing_en", "kind", "streets_date",
    "checked_at", "street_door", "in_compound", "registration_required",
)  # fmt: skip
_DRAWN: Final[Mapping[str, tuple[str, ...]]] = {
    "streets": ("osm_id", "name", "highway", "role", "half_width_m"),
    "buildings": ("osm_id",),
    "barriers": ("osm_id",),
    "borders": ("osm_id", "closed"),
    "compounds": ("osm_id", "closed"),
    "obstacles": ("osm_id", "kind"),
    "gates": ("osm_id", "state"),
    "entrances": (),
}
"""What the page needs of each layer; ``role`` and ``state`` are explained in ``review``."""

_VOCABULARIES: Final = {
    "position_kind": vocabulary.POSITION_KIND,
    "verdict": vocabulary.STREET_FACING,
    "visited_fact": vocabulary.VISITED_FACT,
    "rule": texts.RULE_LABELS,
    "obstacle": texts.OBSTACLE,
    "passage": texts.PASSAGE,
    "highway": texts.HIGHWAY,
}
_EVIDENCE: Final = (
    "street", "anchor", "lines", "obstacles", "way_in", "stability", "sigma_m", "facts", "computed", "centre_rule",
)  # fmt: skip


@dataclass(frozen=True)
class ReviewOptions:
    """Options of :func:`review`; every text is shown as text, whatever it holds.

    Parameters
    ----------
    title, title_en
        Heading and ``<title>``.
    notice, notice_en
        Shown above everything beside the standing remark that the page is not public.
    streets_attribution
        Source and licence of the streets, at the lower left of the map.
    data_version
        Registry version of the verdicts.
    made_on
        The day the page was made, ISO 8601.
    unlocated, left_out
        How many stations are missing: without a position; beyond a limit.
    """

    title: str = texts.REVIEW["title"].zh
    title_en: str = texts.REVIEW["title"].en
    notice: str = ""
    notice_en: str = ""
    streets_attribution: str = map_texts.OSM.zh
    data_version: int | None = None
    made_on: str | None = None
    unlocated: int = 0
    left_out: int = 0


def review(
    cases: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame] | None = None,
    *,
    options: ReviewOptions | None = None,
) -> folium.Map:
    """Draw the map on which a reviewer checks verdicts one by one.

    Parameters
    ----------
    cases
        By contract ``geo.frames.CASES``, in EPSG:4326, in the order of the list. None gives a page that says so.
    layers
        What stands around them: frames of ``maps.around`` by layer name, EPSG:4326. ``streets`` may be parts of
        ways and have the further columns ``role`` (public, weak, other) and ``half_width_m``, ``gates`` the column
        ``state`` (open, closed, unknown). Missing layers are not drawn.
    options
        See :class:`ReviewOptions`; None = the defaults.

    Returns
    -------
    map
        Add any stock Folium layer to it, then write it with :func:`maps.render`.

    Raises
    ------
    FrameError
        ``cases`` breaks its contract.
    """
    chosen = options if options is not None else ReviewOptions()
    check(cases, CASES)
    blob = payload.dumps(_blob(cases, layers or {}, chosen))
    page = Page(
        title=chosen.title,
        head='<meta name="robots" content="noindex, nofollow">\n'
        f"<style>{style.css_variables()}{assets.own('discovery.css')}{assets.own('review.css')}</style>",
        shell=_shell(chosen) + f'<script type="application/json" id="yz-data">{blob}</script>',
        first_script="\n".join(assets.own(name) for name in _SCRIPTS),
    )
    lat, lon, zoom = _view(cases)
    page_map = PageMap(page, (lat, lon), zoom, prefer_canvas=True, attribution_control=False)
    page_map.add_child(Part("Cases", script=assets.own("review_map.js") + "\nyizhan.attach(__MAP__);\n"))
    return page_map


def _view(cases: pd.DataFrame) -> tuple[float, float, int]:
    if cases.empty:
        return _EMPTY_VIEW
    lon, lat = cases["lon"].to_numpy(dtype=float), cases["lat"].to_numpy(dtype=float)
    middle = (lat.min() + lat.max()) / 2, (lon.min() + lon.max()) / 2
    return round(float(middle[0]), 6), round(float(middle[1]), 6), _START_ZOOM


def _blob(
    cases: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], options: ReviewOptions
) -> dict[str, Any]:
    lat, lon, _ = _view(cases)
    evidence = [_kept(given) for given in cases["evidence"]]
    return {
        "texts": _pairs(texts.REVIEW),
        "words": {name: _pairs(words) for name, words in _VOCABULARIES.items()},
        "verdicts": [asdict(verdict) for verdict in legend.VERDICTS],
        "title": [options.title, options.title_en],
        "notice": [options.notice, options.notice_en or options.notice],
        "attribution": options.streets_attribution,
        "data_version": options.data_version,
        "made_on": options.made_on,
        "unlocated": options.unlocated,
        "left_out": options.left_out,
        "count": len(cases),
        "columns": _columns(cases),
        "evidence": evidence,
        "lines": [_line(geometry) for geometry in cases.geometry],
        "places": _places(cases),
        "origin": [lon, lat],
        "per_degree": surroundings.PER_DEGREE,
        "layers": _layers(layers, _named(evidence), (lon, lat)),
    }


def _columns(cases: pd.DataFrame) -> dict[str, Any]:
    encoded: dict[str, Any] = {
        name: np.round(cases[name].to_numpy(dtype=float), _ROUND_DEGREES).tolist() for name in ("lon", "lat")
    }
    encoded |= {name: payload.numbered(cases[name].tolist()) for name in _COLUMNS}
    encoded["floor"] = payload.numbered([None if pd.isna(v) else int(v) for v in cases["floor"]])
    encoded["stale"] = payload.numbered([bool(v) for v in cases["stale"]])
    encoded["visited"] = [dict(v) if v else None for v in cases["visited"]]
    numbers = [(v or {}).get(name) for name in ("version", "yes_m", "reach_m") for v in cases["parameters"]]
    count = len(cases)
    for k, name in enumerate(("version", "yes_m", "reach_m")):
        encoded[name] = payload.numbered(numbers[k * count : (k + 1) * count])
    return encoded


def _kept(evidence: dict[str, Any] | None) -> dict[str, Any] | None:
    if evidence is None:
        return None
    return {name: evidence[name] for name in _EVIDENCE if evidence.get(name) not in (None, [], {})}


def _named(evidence: list[dict[str, Any] | None]) -> set[str]:
    """Ids of all objects that some evidence names: the page must be able to find them."""
    named: set[str] = set()
    for case in filter(None, evidence):
        cuts = [*case.get("obstacles", ()), *(cut for line in case.get("lines", ()) for cut in line["cuts"])]
        named |= {cut[key] for cut in cuts for key in ("osm_id", "gate") if cut.get(key)}
        if case.get("anchor") and case["anchor"].get("building"):
            named.add(case["anchor"]["building"])
    return named


def _line(geometry: Any) -> list[list[float]] | None:
    if geometry is None or geometry.is_empty:
        return None
    points: list[list[float]] = np.round(shapely.get_coordinates(geometry), _ROUND_DEGREES).tolist()
    return points


def _places(cases: pd.DataFrame) -> dict[str, Any]:
    """Where the offsets of the evidence lie: per case the nine positions, the lines' ends and their cuts.

    Returns
    -------
    places
        ``nine``: per case a list of ``[lon, lat, verdict]``; ``ends``: per case and listed line
        ``[lon, lat, lon, lat]``; ``cuts``: per case and listed line a list of ``[lon, lat]``. Evidence without
        offsets gives nothing.
    """
    whose: list[tuple[str, int, int]] = []
    steps: list[tuple[float, float]] = []
    grids: list[str] = []
    nine: list[list[Any]] = [[] for _ in range(len(cases))]
    ends: list[list[Any]] = [[] for _ in range(len(cases))]
    cuts: list[list[Any]] = [[] for _ in range(len(cases))]
    for case, evidence in enumerate(cases["evidence"]):
        found = _offsets(evidence)
        whose += [(kind, case, line) for kind, line, _ in found]
        steps += [step for _, _, step in found]
        grids += [(evidence or {}).get("crs", "")] * len(found)
        verdicts = [position[2] for position in (evidence or {}).get("positions", ())]
        nine[case] = [[None, None, verdict] for verdict in verdicts] if found else []
        count = len((evidence or {}).get("lines", ())) if found else 0
        ends[case], cuts[case] = [[] for _ in range(count)], [[] for _ in range(count)]
    places = _degrees(cases, whose, steps, grids)
    for (kind, case, k), place in zip(whose, places, strict=True):
        if kind == "nine":
            nine[case][k][:2] = place
        elif kind == "end":
            ends[case][k] += place
        else:
            cuts[case][k].append(place)
    return {"nine": nine, "ends": ends, "cuts": cuts}


def _offsets(evidence: dict[str, Any] | None) -> list[tuple[str, int, tuple[float, float]]]:
    """All offsets of one record: what they are, of which position or line, and the step itself."""
    if not evidence or not evidence.get("crs"):
        return []
    found = [("nine", k, (p[0], p[1])) for k, p in enumerate(evidence.get("positions") or ())]
    for k, line in enumerate(evidence.get("lines") or ()):
        found += [("end", k, tuple(line[name])) for name in ("from", "to") if line.get(name)]
        found += [("cut", k, tuple(cut["at"])) for cut in line["cuts"] if cut.get("at")]
    return found


def _degrees(
    cases: pd.DataFrame,
    whose: list[tuple[str, int, int]],
    steps: list[tuple[float, float]],
    grids: list[str],
) -> list[list[float]]:
    """Turn offsets into degrees, grid by grid and all at once."""
    case = np.array([c for _, c, _ in whose], dtype=np.intp)
    lon, lat = cases["lon"].to_numpy(dtype=float)[case], cases["lat"].to_numpy(dtype=float)[case]
    step = np.array(steps, dtype=float).reshape(-1, 2)
    there = np.full((len(case), 2), np.nan)
    names = np.array(grids, dtype=object)
    for grid in sorted(set(grids)):
        rows = names == grid
        x, y = offsets.to_wgs84(grid, lon[rows], lat[rows], step[rows, 0], step[rows, 1])
        there[rows] = np.column_stack([x, y])
    degrees: list[list[float]] = np.round(there, _ROUND_DEGREES).tolist()
    return degrees


def _layers(
    layers: Mapping[str, gpd.GeoDataFrame], named: set[str], origin: tuple[float, float]
) -> dict[str, Any]:
    encoded: dict[str, Any] = {}
    for name, columns in _DRAWN.items():
        frame = layers.get(name)
        if frame is None or not len(frame):
            encoded[name] = {"shapes": []}
            continue
        shapes, row = surroundings.encode(frame.geometry.to_numpy(), origin)
        encoded[name] = {"shapes": shapes}
        for column in columns:
            if column not in frame.columns:
                continue
            values = frame[column].astype(object).to_numpy()[row].tolist()
            if column == "osm_id" and name == "buildings":
                values = [value if value in named else None for value in values]
            encoded[name][column] = payload.numbered(values)
    return encoded


def _pairs(words: Mapping[str, Text]) -> dict[str, list[str]]:
    return {code: list(text) for code, text in words.items()}


def _shell(options: ReviewOptions) -> str:
    words: dict[str, Text] = {**texts.REVIEW, "title": Text(options.title, options.title_en)}
    # One pass, so that braces in a title stay what they are.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: escape(words[found[1]].zh), assets.own("review.html"))
