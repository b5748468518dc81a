"""Street-facing verdicts (临街): a station faces a public street and an outsider can walk in.

Three-valued, always with evidence. *No* needs positive evidence; missing data is *unknown*. In short: from
the station's entrance, the facades of its building or its point, a straight **approach line** is drawn to
every public street within reach; a clear line of at most ``yes_m`` to the street's edge says yes; lines that
all end at something closed, with no way round, say no; the same test at eight points around must agree.

Files: ``parameters`` (all numbers), ``streetmap`` (layers), ``streets`` (public or weak), ``gates``,
``candidates`` (stations), ``judging`` (nine positions), ``anchors``, ``approach`` (lines), ``obstacles`` (what
cuts them), ``wayin`` (walks), ``wallends`` (walks round walls), ``rules`` (answers), ``facts`` (visited, declared),
``evidence``, ``sentences``, ``sensitivity``.
"""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import texts
from geo.frames import VERDICTS, check
from geo.frontage.candidates import Candidates, read_candidates
from geo.frontage.evidence import Record, bare_record, witness
from geo.frontage.facts import Facts, overrule, read_facts
from geo.frontage.judging import Findings, judge
from geo.frontage.parameters import Parameters
from geo.frontage.sentences import sentence
from geo.frontage.streetmap import Geometries, Index, StreetMap
from geo.frontage.streets import Streets, classify
from geo.progress import Progress, silent
from geo.texts import Text

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
        findings = judge(asked, rows, streets, ways, parameters)
        parts.append(_told(findings, asked, rows, streets, ways, parameters))
        progress(texts.FRONTAGE_STEP, int(rows[-1]) + 1, len(stations))
    return _frame(parts, facts, stations, streets)


def _told(
    findings: Findings,
    asked: Candidates,
    rows: Index,
    streets: StreetMap,
    ways: Streets,
    parameters: Parameters,
) -> tuple[list[Record], list[Text], list[shapely.LineString | None]]:
    """Put records, sentences and lines of one batch into words, in the order of ``rows``."""
    seen = witness(findings, streets, ways, parameters)
    place_of = {int(row): i for i, row in enumerate(findings.row)}
    drawn = _drawn(findings)
    records: list[Record] = []
    lines: list[shapely.LineString | None] = []
    for row in rows:
        i = place_of.get(int(row))
        if i is None:
            code = int(asked.early[row])
            records.append(bare_record(code, asked.sigma_m[row], asked.floor[row], streets, parameters))
        else:
            records.append(seen.record(i))
        lines.append(None if i is None else drawn[i])
    return records, [sentence(record, parameters) for record in records], lines


def _drawn(findings: Findings) -> Geometries:
    """Approach line of each station (to the weak way where that decided), None where there is none."""
    answers = findings.answers
    line, weak = findings.line, answers.weak_line[findings.site]
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
