"""Street-facing verdicts (临街): a station faces a public street and an outsider can walk in.

Three-valued, always with evidence. *No* needs positive evidence; missing data is *unknown*. In short: from
the station's entrance, the facades of its building or its point, a straight **approach line** is drawn to
every public street within reach; a clear line of at most ``yes_m`` to the street's edge says yes; lines that
all end at something closed, with no way round, say no; the same test at eight points around must agree.

Files: ``parameters`` (all numbers), ``streetmap`` (layers), ``streets`` (public or weak), ``gates``,
``candidates`` (stations), ``anchors``, ``approach`` (lines), ``obstacles`` (what cuts them), ``wayin`` (walks),
``rules`` (answers), ``facts`` (visited, declared), ``evidence``, ``sentences``.
"""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import texts
from geo.frames import VERDICTS, check
from geo.frontage.anchors import ENTRANCE, MAPPED_ENTRANCE, Placement, place
from geo.frontage.candidates import Candidates, read_candidates
from geo.frontage.evidence import Findings, Record, bare_record, witness
from geo.frontage.facts import Facts, overrule, read_facts
from geo.frontage.parameters import Parameters
from geo.frontage.rules import CIRCLE, NOT_SURE, RULES, Answers, answer_sites, combine, rule, stable
from geo.frontage.streetmap import Geometries, Index, StreetMap
from geo.frontage.streets import Streets, classify
from geo.progress import Progress, silent
from geo.texts import Text

Floats = NDArray[np.float64]

_CHUNK: Final = 2000
_DEFAULT: Final = Parameters()

__all__ = ["Parameters", "StreetMap", "verdicts"]


def verdicts(
    stations: gpd.GeoDataFrame,
    streets: StreetMap,
    parameters: Parameters = _DEFAULT,
    progress: Progress = silent,
) -> gpd.GeoDataFrame:
    """Judge each station: street-facing yes, no or unknown, with rule, reason, evidence and approach line.

    Parameters
    ----------
    stations
        Points (None = unlocated) in the CRS of ``streets``. Columns ``position_kind`` (entrance, building,
        address, unknown), ``accuracy_m`` (NaN: by kind), ``floor`` (NaN: ground); optional ``snap_building``
        (False: the building's facades don't stand for the point), ``layer`` (OSM level, 0 = ground),
        ``indoor``, and what people stated (``geo.frontage.facts.read_facts``).
    streets
        The street map; layers may be empty.
    parameters
        The numbers of the rule.
    progress
        Called with (stations done, stations in all) after each batch.

    Returns
    -------
    verdicts
        Contract ``geo.frames.VERDICTS`` on the stations' index and CRS; the geometry is the deciding approach
        line, or None. No stations give no rows.

    Raises
    ------
    FrameError
        A column is missing, a geometry is not a point, or the CRS is not the map's.

    Examples
    --------
    A point 12 m from the middle of a street that is 8 m wide:

    >>> road = {"osm_id": "way/1", "highway": "residential", "name": "A街", "width_m": 8.0, "lanes": np.nan,
    ...         "layer": 0, "bridge": False, "tunnel": False}
    >>> absent = dict.fromkeys(["access", "foot", "sidewalk", "service", "footway", "motorroad", "oneway"])
    >>> line = [shapely.LineString([(5e5, 4e6), (5e5 + 200, 4e6)])]
    >>> layers = {"streets": gpd.GeoDataFrame([road | absent], geometry=line, crs=4546)}
    >>> station = {"position_kind": ["building"], "accuracy_m": [5.0], "floor": [1.0]}
    >>> place = gpd.GeoDataFrame(station, geometry=gpd.points_from_xy([5e5 + 100], [4e6 + 12]), crs=4546)
    >>> print(verdicts(place, StreetMap.from_layers(layers, 4546)).reason_zh[0])
    临街：距A街路缘 8.0 米，无遮挡，9/9 稳定
    """
    asked = read_candidates(stations, streets.crs, parameters)
    facts = read_facts(stations)
    ways = classify(streets, parameters)
    parts = []
    for start in range(0, len(stations), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(stations)))
        parts.append(_judge(asked, rows, streets, ways, parameters))
        progress(texts.FRONTAGE_STEP, int(rows[-1]) + 1, len(stations))
    return _frame(parts, facts, stations, streets)


def _judge(
    asked: Candidates, rows: Index, streets: StreetMap, ways: Streets, parameters: Parameters
) -> tuple[list[Record], list[Text], list[shapely.LineString | None]]:
    """Judge one batch of stations; records, sentences and lines in the order of ``rows``."""
    able = rows[asked.early[rows] < 0]
    placement = _nine(asked, able, streets, parameters)
    answers = answer_sites(placement.anchors, streets, ways, parameters)
    verdict, code, site = combine(answers, placement.site, placement.second)
    blocked = _blocked(asked, able, placement)
    code = np.where(blocked >= 0, blocked, code).astype(np.int8)
    verdict = np.where(blocked >= 0, NOT_SURE, verdict).astype(np.int8).reshape(-1, 9)
    centre_rule, centre_site = code.reshape(-1, 9)[:, 0], site.reshape(-1, 9)[:, 0]
    same, enough = stable(verdict, parameters)
    shaky = ~enough & ~asked.entrance[able] & (verdict[:, 0] != NOT_SURE)
    findings = Findings(
        x=asked.x[able],
        y=asked.y[able],
        site=centre_site,
        verdict=np.where(shaky, NOT_SURE, verdict[:, 0]).astype(np.int8),
        rule=np.where(shaky, rule("unstable"), centre_rule).astype(np.int8),
        centre_rule=centre_rule,
        same=same,
        nine=verdict,
        sigma_m=asked.sigma_m[able],
        floor=asked.floor[able],
        nearest=_nearest(centre_rule, asked.x[able], asked.y[able], ways, parameters),
    )
    return _told(findings, answers, placement, asked, rows, able, streets, ways, parameters)


def _nine(asked: Candidates, able: Index, streets: StreetMap, parameters: Parameters) -> Placement:
    """Place the centre and the eight points around it; an entrance stands nine times at its centre."""
    radius = np.where(asked.entrance[able], 0.0, asked.sigma_m[able])
    x = (asked.x[able][:, None] + radius[:, None] * CIRCLE[:, 0]).reshape(-1)
    y = (asked.y[able][:, None] + radius[:, None] * CIRCLE[:, 1]).reshape(-1)
    nine = np.repeat(able, 9)
    return place(x, y, asked.sigma_m[nine], asked.entrance[nine], asked.snap[nine], streets, parameters)


def _blocked(asked: Candidates, able: Index, placement: Placement) -> NDArray[np.int8]:
    """Rule of the positions that geometry can't judge without an entrance, -1 for the others."""
    nine = np.repeat(able, 9)
    kind = placement.anchors.kind[placement.site]
    door = np.isin(kind, [ENTRANCE, MAPPED_ENTRANCE])
    blocked = np.full(len(nine), -1, dtype=np.int8)
    blocked[(placement.deep | asked.indoor[nine]) & ~door] = rule("deep_inside")
    blocked[(asked.below[nine] & (kind != ENTRANCE)) | (asked.upstairs[nine] & ~door)] = rule("off_grade")
    return blocked


def _nearest(
    centre_rule: NDArray[np.int8], x: Floats, y: Floats, ways: Streets, parameters: Parameters
) -> list[tuple[int, float] | None]:
    """Nearest public street and its edge for stations with none in reach; None beyond ``data_m``."""
    nearest: list[tuple[int, float] | None] = [None] * len(x)
    far = np.flatnonzero(centre_rule == rule("no_street_near"))
    if len(far) and len(ways.public):
        points = shapely.points(x[far], y[far])
        (source, way), distance = ways.public.tree.query_nearest(
            points, max_distance=parameters.data_m, return_distance=True, all_matches=False
        )
        for i, w, d in zip(far[source], way, distance, strict=True):
            nearest[i] = (int(w), max(float(d - ways.public.half_width_m[w]), 0.0))
    return nearest


def _told(
    findings: Findings,
    answers: Answers,
    placement: Placement,
    asked: Candidates,
    rows: Index,
    able: Index,
    streets: StreetMap,
    ways: Streets,
    parameters: Parameters,
) -> tuple[list[Record], list[Text], list[shapely.LineString | None]]:
    """Put records, sentences and lines of one batch into words."""
    seen = witness(answers, placement.anchors, findings.site, streets, ways, parameters)
    place_of = {int(row): i for i, row in enumerate(able)}
    drawn = _drawn(answers, findings)
    records: list[Record] = []
    sentences: list[Text] = []
    lines: list[shapely.LineString | None] = []
    for row in rows:
        i = place_of.get(int(row))
        if i is None:
            code = int(asked.early[row])
            records.append(bare_record(code, asked.sigma_m[row], asked.floor[row], streets, parameters))
            sentences.append(texts.FRONTAGE_REASONS[RULES[code]])
            lines.append(None)
            continue
        record, sentence = seen.record(findings, i)
        records.append(record)
        sentences.append(sentence)
        lines.append(drawn[i])
    return records, sentences, lines


def _drawn(answers: Answers, findings: Findings) -> Geometries:
    """Approach line of each station (to the weak way where that decided), None where there is none."""
    line, weak = answers.line[findings.site], answers.weak_line[findings.site]
    drawn = np.full(len(line), None, dtype=object)
    for which, lines in ((line, answers.lines), (np.where(line < 0, weak, -1), answers.weak)):
        has = np.flatnonzero(which >= 0)
        s = lines.segments.take(which[has])
        ends = np.stack([np.column_stack([s.x0, s.y0]), np.column_stack([s.x1, s.y1])], axis=1)
        drawn[has] = shapely.linestrings(ends)
    return drawn


def _frame(
    parts: list[tuple[list[Record], list[Text], list[shapely.LineString | None]]],
    facts: Facts,
    stations: gpd.GeoDataFrame,
    streets: StreetMap,
) -> gpd.GeoDataFrame:
    lines = [line for part in parts for line in part[2]]
    records, sentences = overrule(
        [record for part in parts for record in part[0]], [said for part in parts for said in part[1]], facts
    )
    columns = {
        "verdict": [record["verdict"] for record in records],
        "rule": [record["rule"] for record in records],
        "reason_zh": [said.zh for said in sentences],
        "reason_en": [said.en for said in sentences],
        "evidence": records,
        "kind": [record["kind"] for record in records],
    }
    data = {name: pd.Series(values, index=stations.index, dtype=object) for name, values in columns.items()}
    geometry = gpd.GeoSeries(lines, index=stations.index, crs=streets.crs)
    frame = gpd.GeoDataFrame(data, geometry=geometry, crs=streets.crs)
    check(frame, VERDICTS)
    return frame
