"""The state of a gate: open, unknown or closed to a walker.

Routing engines disagree about gates without an access tag, so such a gate is unknown: no default is guessed.
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

States = NDArray[np.int8]

OPEN: Final = 0
UNKNOWN: Final = 1
CLOSED: Final = 2
STATE_NAMES: Final = ("open", "unknown", "closed")
"""States in the order of hindrance, so the worst of several is their maximum."""

CLOSED_ACCESS: Final = frozenset(
    {
        "no", "private", "permit", "residents", "resident", "delivery", "military", "agricultural",
        "forestry", "emergency", "employees", "staff", "members", "service",
    }
)  # fmt: skip
OPEN_ACCESS: Final = frozenset({"yes", "permissive", "public", "customers", "destination", "designated"})
_OPEN_KINDS: Final = frozenset({"bollard", "kerb", "entrance"})


def gate_states(gates: pd.DataFrame) -> States:
    """Read the state of each gate from its tags.

    ``foot`` overrides ``access``; a lock closes; a bollard, a kerb and a gap (``barrier=entrance``) are open
    unless tagged closed; all else without a tag is unknown.

    Parameters
    ----------
    gates
        Frame with the columns of ``geo.frames.GATES``.

    Returns
    -------
    states
        ``OPEN``, ``UNKNOWN`` or ``CLOSED``, shape (gates,).

    Examples
    --------
    >>> rows = [("gate", None, "private", None, None), ("gate", None, None, None, None),
    ...         ("bollard", None, None, None, None), ("gate", None, "private", "yes", None)]
    >>> frame = pd.DataFrame(rows, columns=["barrier", "entrance", "access", "foot", "locked"])
    >>> [STATE_NAMES[s] for s in gate_states(frame)]
    ['closed', 'unknown', 'open', 'open']
    """
    access = walker_access(gates)
    closed = access.isin(CLOSED_ACCESS) | gates["locked"].astype(object).eq("yes")
    open_ = access.isin(OPEN_ACCESS) | gates["barrier"].astype(object).isin(_OPEN_KINDS)
    states = np.where(closed, CLOSED, np.where(open_, OPEN, UNKNOWN))
    return states.astype(np.int8)


def walker_access(frame: pd.DataFrame) -> pd.Series:
    """Say what a way or gate allows a walker: its ``foot`` value, else its ``access`` value, else None."""
    foot, access = frame["foot"].astype(object), frame["access"].astype(object)
    return foot.where(foot.notna(), access)
