"""Answers about street-facing: the verdict of one station with its evidence, and positions that are tried."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.postgres.db import Connection
from data.stations import cases, store
from data.streets import streetmap
from geo import texts as geo_texts
from geo import vocabulary
from geo.coordsys import CoordSys
from service import checking, drawing, texts
from service.errors import FieldProblem, ParameterError, shown
from service.trials import Trial

CELL_DEG: Final = 0.01
"""Positions of one square of this side are judged together: about a kilometre."""
MOST_CELLS: Final = 10
MARGIN_DEG: Final = 0.006
"""How far around positions the street map is read, beyond their uncertainty: what a check reads."""
_DEG_PER_M: Final = 1 / 70_000
"""More than a degree of longitude has anywhere in China."""

_POSITION: Final = ("lon", "lat")
_SEEN: Final = frozenset({"on", *vocabulary.VISITED_FACT})
"""What is told of a visit; who went and what they noted is nobody else's business."""
_FACTS: Final = ("street_door", "in_compound", "registration_required")

Layers = dict[str, gpd.GeoDataFrame]


@dataclass(frozen=True)
class Found:
    """What the registry holds about one station; ``case`` None when it has no position."""

    case: Any
    layers: Layers
    data_version: int


def find(conn: Connection, station_id: str) -> Found:
    """Read one station's verdict and the street map around it.

    A station that was deleted meanwhile reads like one without a position.
    """
    version = store.data_version(conn)
    found = cases.read_cases(conn, station_id=station_id)
    if found.empty:
        return Found(None, {}, version)
    case = found.iloc[0]
    reach = drawing.REACH_DEG
    box = case["lon"] - reach, case["lat"] - reach, case["lon"] + reach, case["lat"] + reach
    return Found(case, streetmap.read_layers(conn, box) if case["evidence"] else {}, version)


def station(found: Found, station_id: str, ret_coordsys: CoordSys) -> dict[str, Any]:
    """Answer one station (``service.schemas.StreetFacingAnswer``)."""
    case = found.case
    head = {
        "station_id": station_id,
        "coordsys": ret_coordsys,
        "data_version": found.data_version,
        "data_age_s": 0.0,
    }
    if case is None:
        reason = geo_texts.FRONTAGE_REASONS["unlocated"]
        return head | _bare("unlocated", reason.zh, reason.en) | {"stale": False}
    line = case["geometry"]
    told = head | {
        "name": case["name"],
        "declared": {name: case[name] for name in _FACTS},
        "visited": {name: v for name, v in (case["visited"] or {}).items() if name in _SEEN},
        "stale": bool(case["stale"]) and case["evidence"] is not None,
        "geometry": drawing.collection(
            case["lon"], case["lat"], line, case["evidence"], found.layers, ret_coordsys
        ),
        "attribution": texts.OSM_CREDIT,
    }
    if case["evidence"] is None:
        return told | _bare("not_checked", texts.NOT_CHECKED.zh, texts.NOT_CHECKED.en)
    return told | {
        "verdict": case["street_facing"],
        "kind": case["kind"],
        "rule": case["street_facing_rule"],
        "reason": {"zh": case["street_facing_zh"], "en": case["street_facing_en"]},
        "evidence": case["evidence"],
        "parameters": case["parameters"],
        "checked_at": case["checked_at"],
        **({} if case["streets_date"] is None else {"streets_date": case["streets_date"]}),
    }


def cells(trial: Trial) -> list[gpd.GeoDataFrame]:
    """Part the positions of a trial into neighbourhoods that are judged together.

    Raises
    ------
    ParameterError
        They lie in more than ``MOST_CELLS``.
    """
    parts = list(_cells(trial.points))
    if len(parts) > MOST_CELLS:
        words = texts.TRIAL_TOO_SPREAD.format(cells=len(parts), most=MOST_CELLS)
        raise ParameterError([FieldProblem("points", words)])
    return parts


def read_around(conn: Connection, part: gpd.GeoDataFrame) -> Layers:
    """Read the street map around the positions of one neighbourhood."""
    sigma = part["accuracy_m"].fillna(0.0).max()
    margin = MARGIN_DEG + float(sigma) * _DEG_PER_M
    west, south, east, north = part.total_bounds
    return streetmap.read_layers(conn, (west - margin, south - margin, east + margin, north + margin))


def tried(trial: Trial, part: gpd.GeoDataFrame, layers: Layers) -> dict[int, dict[str, Any]]:
    """Judge the positions of one neighbourhood; results by row of the trial."""
    verdicts = checking.tile_verdicts(part, layers, trial.parameters)
    as_of = streetmap.data_date(layers)
    results = {}
    for row, verdict in zip(part.index, verdicts.itertuples(), strict=True):
        here = part.geometry[row]
        result = {
            "verdict": verdict.verdict,
            "kind": "computed",
            "rule": verdict.rule,
            "reason": {"zh": verdict.reason_zh, "en": verdict.reason_en},
            "evidence": verdict.evidence,
            "geometry": drawing.collection(
                here.x, here.y, verdict.geometry, verdict.evidence, layers, trial.ret_coordsys
            ),
        }
        results[int(row)] = result if as_of is None else result | {"streets_date": as_of.isoformat()}
    return results


def trial_answer(trial: Trial, results: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Put the results of a trial together in the order asked (``service.schemas.TrialAnswer``)."""
    listed = [
        {"id": label, **(results[row] if row in results else {"error": _error(trial.problems[row])})}
        for row, label in enumerate(trial.ids)
    ]
    return {
        "coordsys": trial.ret_coordsys,
        "parameters": trial.parameters.as_dict(),
        "summary": {
            "total": len(listed),
            "succeeded": len(results),
            "failed": len(listed) - len(results),
        },
        "results": listed,
        "attribution": texts.OSM_CREDIT,
    }


def _bare(rule: str, zh: str, en: str) -> dict[str, Any]:
    return {"verdict": "unknown", "rule": rule, "reason": {"zh": zh, "en": en}}


def _cells(points: gpd.GeoDataFrame) -> Iterator[gpd.GeoDataFrame]:
    if not len(points):
        return
    at = shapely.get_coordinates(points.geometry.to_numpy())
    column, row = np.floor(at / CELL_DEG).astype("int64").T
    keys: Any = pd.MultiIndex.from_arrays([column, row]).factorize(sort=True)[0]
    for key in range(int(keys.max()) + 1):
        yield points[keys == key]


def _error(problem: FieldProblem) -> dict[str, Any]:
    code = (
        "bad_id" if problem.field == "id" else "bad_position" if problem.field in _POSITION else "bad_point"
    )
    told = {"code": code, "message": {"zh": problem.message.zh, "en": problem.message.en}}
    return told | {"field": shown(problem.field)} if problem.field else told
