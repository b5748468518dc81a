"""How many verdicts change when one number of the rule moves: what a limit is worth, and whether it matters.

No source gives these numbers, so whoever reads a verdict may ask what another choice would have said.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import texts
from geo.errors import ParameterError
from geo.frontage.candidates import read_candidates
from geo.frontage.facts import read_facts, verdicts_with
from geo.frontage.judging import judge
from geo.frontage.parameters import Parameters
from geo.frontage.rules import NOT_SURE, VERDICT_NAMES
from geo.frontage.streetmap import StreetMap
from geo.frontage.streets import classify
from geo.progress import Progress, silent

STEPS: Final[Mapping[str, Sequence[float]]] = MappingProxyType(
    {
        "yes_m": (15.0, 20.0, 30.0, 35.0),
        "reach_m": (40.0, 50.0, 80.0, 100.0),
        "look_deg": (40.0, 45.0, 55.0, 60.0),
        "gate_m": (1.0, 3.0, 5.0),
        "deep_m": (10.0, 15.0, 30.0),
        "snap_m": (5.0, 10.0, 25.0),
        "gap_m": (0.5, 2.0),
        "border_slack_m": (0.0, 0.5, 2.0),
        "way_in_good_m": (30.0, 45.0, 80.0, 100.0),
        "sigma_building_m": (2.0, 3.0, 8.0, 10.0),
        "sigma_address_m": (10.0, 25.0),
        "stable_of_nine": (5.0, 6.0, 8.0, 9.0),
    }
)
"""The limits that are moved unless told otherwise, and to what."""

_COLUMNS: Final = {"limit": "object", "value": "float64", "from": "object", "to": "object", "count": "int64"}
_CHUNK: Final = 2000
_WHOLE: Final = frozenset({"stable_of_nine"})
_DEFAULT: Final = Parameters()


def sensitivity(
    stations: gpd.GeoDataFrame,
    streets: StreetMap,
    parameters: Parameters = _DEFAULT,
    steps: Mapping[str, Sequence[float]] = STEPS,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Count the verdicts that change when one limit moves and all others stay.

    Parameters
    ----------
    stations, streets
        As for ``geo.frontage.verdicts``; what visits found and operators declared counts as there.
    parameters
        The numbers to start from.
    steps
        For each limit (a field of ``Parameters`` in its own unit) the values to try. The value it has already is
        tried too if listed, and changes nothing.
    progress
        Called with (values tried, values in all).

    Returns
    -------
    table
        Columns ``limit``, ``value``, ``from``, ``to`` (yes, no, unknown), ``count``; one row per kind of change, in
        the order of ``steps``. A value that changes nothing has one row with ``from`` and ``to`` None and count 0.
        No steps: no rows.

    Raises
    ------
    ParameterError
        A limit is no number of ``Parameters``, or a value is refused by it; before anything is judged.
    FrameError
        As for ``geo.frontage.verdicts``.

    Examples
    --------
    A point 12 m from the middle of a street 8 m wide lies 8 m from its edge:

    >>> import shapely
    >>> road = {"osm_id": "way/1", "highway": "residential", "name": None, "width_m": 8.0, "lanes": np.nan,
    ...         "layer": 0, "bridge": False, "tunnel": False}
    >>> absent = dict.fromkeys(["access", "foot", "sidewalk", "service", "footway", "motorroad", "oneway"])
    >>> line = [shapely.LineString([(5e5, 4e6), (5e5 + 200, 4e6)])]
    >>> layers = {"streets": gpd.GeoDataFrame([road | absent], geometry=line, crs=4546)}
    >>> station = {"position_kind": ["entrance"], "accuracy_m": [5.0], "floor": [1.0]}
    >>> place = gpd.GeoDataFrame(station, geometry=gpd.points_from_xy([5e5 + 100], [4e6 + 12]), crs=4546)
    >>> table = sensitivity(place, StreetMap.from_layers(layers, 4546), steps={"yes_m": [7.0, 9.0]})
    >>> table.to_numpy().tolist()
    [['yes_m', 7.0, 'yes', 'unknown', 1], ['yes_m', 9.0, None, None, 0]]
    """
    trials = [(name, value, _moved(parameters, name, value)) for name in steps for value in steps[name]]
    before = _names(stations, streets, parameters)
    rows: list[tuple[str, float, str | None, str | None, int]] = []
    for done, (name, value, moved) in enumerate(trials, start=1):
        after = _names(stations, streets, moved)
        changes = Counter((a, b) for a, b in zip(before, after, strict=True) if a != b)
        rows += [(name, float(value), a, b, n) for (a, b), n in sorted(changes.items())]
        if not changes:
            rows.append((name, float(value), None, None, 0))
        progress(texts.SENSITIVITY_STEP, done, len(trials))
    return pd.DataFrame(
        {
            name: pd.Series([row[i] for row in rows], dtype=kind)
            for i, (name, kind) in enumerate(_COLUMNS.items())
        }
    )


def _moved(parameters: Parameters, name: str, value: float) -> Parameters:
    """Change one number; refuse names that are none."""
    known = [f.name for f in fields(parameters) if f.name != "version"]
    if name not in known:
        raise ParameterError(str(texts.PARAMETER_NAME.format(name=name, names=", ".join(known))))
    number: Any = int(value) if name in _WHOLE and float(value).is_integer() else value
    return replace(parameters, **{name: number})


def _names(stations: gpd.GeoDataFrame, streets: StreetMap, parameters: Parameters) -> NDArray[np.object_]:
    """Verdict of each station, without the evidence; trees and whatever a limit does not touch are reused."""
    asked = read_candidates(stations, streets.crs, parameters)
    ways = classify(streets, parameters)
    codes = np.full(len(stations), NOT_SURE, dtype=np.int8)
    for start in range(0, len(stations), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(stations)))
        found = judge(asked, rows, streets, ways, parameters)
        codes[found.row] = found.verdict
    computed = np.array(VERDICT_NAMES, dtype=object)[codes]
    return verdicts_with(read_facts(stations), computed)
