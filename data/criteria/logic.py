"""Three-valued logic after Kleene: what is not known stays not known, unless the rest decides."""

from collections.abc import Sequence

from geo.vocabulary import Ternary


def at_least(count: int, states: Sequence[Ternary]) -> Ternary:
    """Whether at least ``count`` of some statements hold.

    Parameters
    ----------
    count
        At least 1. All of them: ``len(states)``; any of them: 1.
    states
        ``yes``, ``no`` or ``unknown`` each. None at all: ``no``.

    Returns
    -------
    state
        ``yes`` when enough hold whatever the unknown ones are, ``no`` when too few could, else ``unknown``.

    Examples
    --------
    >>> at_least(2, ["yes", "unknown", "yes"]), at_least(2, ["yes", "unknown", "no"]), at_least(2, ["yes", "no"])
    ('yes', 'unknown', 'no')
    """
    held = sum(state == "yes" for state in states)
    possible = held + sum(state == "unknown" for state in states)
    if held >= count:
        return "yes"
    return "unknown" if possible >= count else "no"
