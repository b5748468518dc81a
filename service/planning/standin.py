"""Stand-in stations, where no list of real ones is at hand: a seeded sample of candidates with invented hours.

They show what a plan looks like and nothing about any real station; every output says so.
"""

from typing import Any, Final

import numpy as np
import pandas as pd

from data.errors import InputError
from geo import frames
from service.planning import texts

PREFIX: Final = "stand-in/"
HOURS: Final = (
    ("24/7", 0.10),
    ("Mo-Su 08:00-20:00", 0.45),
    ("Mo-Fr 09:00-17:30", 0.30),
    (None, 0.15),
)
"""Invented hours and how often each is drawn: a tenth open 24 hours, 15 % unknown."""


def sample(candidates: pd.DataFrame, count: int, seed: int) -> pd.DataFrame:
    """Draw stations from candidates, each at most once.

    Parameters
    ----------
    candidates
        Columns ``site_id``, ``name``, ``lon``, ``lat``.
    count
        How many.
    seed
        The same seed and candidates give the same stations.

    Returns
    -------
    stations
        Contract ``geo.frames.STATIONS``, ordered by id, public and in service, named as stand-ins.

    Raises
    ------
    InputError
        There are fewer candidates.
    """
    if count > len(candidates):
        raise InputError(texts.SAMPLE_TOO_LARGE.format(asked=count, there=len(candidates)))
    draw = np.random.default_rng(seed)
    rows = np.sort(draw.choice(len(candidates), size=count, replace=False))
    hours = draw.choice(len(HOURS), size=count, p=[share for _, share in HOURS])
    chosen = candidates.iloc[rows].reset_index(drop=True)
    kinds = {
        "text": (None, object),
        "number": (np.nan, np.float64),
        "flag": (False, np.bool_),
        "any": (None, object),
    }
    columns: dict[str, pd.Series] = {}
    for name, column in frames.STATIONS.columns.items():
        value, dtype = kinds[column.kind]
        filler = "unknown" if column.kind == "text" and column.required else value
        columns[name] = pd.Series([filler] * count, dtype=dtype)
    made = pd.DataFrame(columns)
    posted = [HOURS[i][0] for i in hours]
    stated: dict[str, Any] = {
        "station_id": [f"{PREFIX}{i}" for i in chosen["site_id"]],
        "name": [texts.STAND_IN_NAME.format(n=i).zh for i in range(1, count + 1)],
        "lon": chosen["lon"],
        "lat": chosen["lat"],
        "audience": "outdoor_workers",
        "status": "open",
        "opening_hours": pd.Series(posted, dtype=object),
        "door_24h": pd.Series(["yes" if text == "24/7" else "no" for text in posted], dtype=object),
        "unattended_24h": "no",
        "goods_24h": "no",
        "source": "stand-in",
        "version": 1.0,
        "data_version": 0.0,
    }
    for name, given in stated.items():
        made[name] = pd.Series(given, index=made.index, dtype=made[name].dtype)
    for name in ("external_ids", "facilities", "visited"):
        made[name] = pd.Series([{} for _ in range(count)], dtype=object)
    return frames.check(made.sort_values("station_id", ignore_index=True), frames.STATIONS)
