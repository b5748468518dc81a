"""Back from encoded stations to a frame: a snapshot keeps no second copy of what its bodies say."""

import time
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd

from geo import frames

Floats = npt.NDArray[np.float64]

_STEP: Final = 1000
_BREATH_S: Final = 0.0001


def frame(bodies: npt.NDArray[np.object_], lon: Floats, lat: Floats) -> pd.DataFrame:
    """Make a frame of contract ``geo.frames.STATIONS`` of encoded stations.

    Parameters
    ----------
    bodies
        As ``service.encoding.bodies`` makes them.
    lon, lat
        WGS-84 degrees of each, NaN where unlocated.

    Returns
    -------
    frame
        One row per body, with what is public: columns that are never answered (``given_x``, ``declared_by``, …)
        are missing or empty in every row.
    """
    parts = [slice(start, start + _STEP) for start in range(0, max(len(bodies), 1), _STEP)]
    if len(parts) == 1:
        return _frame(bodies, lon, lat)
    frames_of_parts = []
    for part in parts:
        frames_of_parts.append(_frame(bodies[part], lon[part], lat[part]))
        # Reading holds every other thread up: requests get their turn in between.
        time.sleep(_BREATH_S)
    return pd.concat(frames_of_parts, ignore_index=True)


def _frame(bodies: npt.NDArray[np.object_], lon: Floats, lat: Floats) -> pd.DataFrame:
    facts = orjson.loads(b"[" + b",".join([body + b"}" for body in bodies]) + b"]")
    reasons = [fact.get("street_facing_reason", {}) for fact in facts]
    columns: dict[str, Any] = {}
    for name, column in frames.STATIONS.columns.items():
        if column.kind == "number":
            columns[name] = np.array([fact.get(name, np.nan) for fact in facts], dtype=np.float64)
        elif column.kind == "flag":
            columns[name] = np.array([fact[name] for fact in facts], dtype=bool)
        else:
            empty: Any = {} if column.kind == "any" else None
            columns[name] = pd.Series([fact.get(name, empty) for fact in facts], dtype="object")
    for language in ("zh", "en"):
        told = [reason.get(language) for reason in reasons]
        columns[f"street_facing_{language}"] = pd.Series(told, dtype="object")
    return pd.DataFrame(columns | {"lon": lon, "lat": lat}, copy=False)
