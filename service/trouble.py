"""What keeps a snapshot from being renewed, told apart so that the operator knows whom to wake.

``away``      nobody answers, or too slowly: the database or the way to it
``schema``    somebody answers, but its tables are not this program's: not migrated, newer, being restored
``rows``      what the registry holds breaks the contract of stations
``refused``   the database refuses for another reason, for instance lacking rights
``defect``    an error of this program
"""

import random
import traceback
from typing import Final, Literal

from data.errors import DatabaseAway, DatabaseError, SchemaError
from geo.errors import GeoError

Trouble = Literal["away", "schema", "rows", "refused", "defect"]

FOREIGN_SCHEMA: Final = frozenset({"3F000", "42P01", "42703", "42704", "42883", "42501"})
"""SQLSTATEs of tables, columns or functions that are not there or not for this role."""


class LoadingError(Exception):
    """The process that makes networks ended without; names the kind of its last error, never its message."""


def trouble_of(error: Exception) -> Trouble:
    """Tell which kind of trouble an error is.

    Examples
    --------
    >>> trouble_of(DatabaseAway("gone")), trouble_of(DatabaseError("no table", sqlstate="42P01"))
    ('away', 'schema')
    >>> trouble_of(DatabaseError("disk", sqlstate="XX001")), trouble_of(ZeroDivisionError())
    ('refused', 'defect')
    """
    match error:
        case DatabaseAway():
            return "away"
        case SchemaError():
            return "schema"
        case DatabaseError(sqlstate=state):
            return "schema" if state in FOREIGN_SCHEMA else "refused"
        case GeoError():
            return "rows"
    return "defect"


def described(error: Exception) -> str:
    """Describe an error for the log: never its message, which may quote a row, except where it cannot.

    Examples
    --------
    >>> described(DatabaseError("no table", sqlstate="42P01"))
    'DatabaseError, SQLSTATE 42P01'
    """
    match error:
        case DatabaseAway() | SchemaError() | LoadingError():
            return f"{type(error).__name__}: {error}"
        case DatabaseError():
            return f"{type(error).__name__}, SQLSTATE {error.sqlstate}"
    places = traceback.extract_tb(error.__traceback__)
    place = f" at {places[-1].filename}:{places[-1].lineno}" if places else ""
    return type(error).__name__ + place


class BackOff:
    """How long to wait before the next attempt: soon at first, then ever longer, never for ever.

    Parameters
    ----------
    first_s, most_s
        The first and the longest wait, seconds.

    Examples
    --------
    >>> waits = BackOff(first_s=0.25, most_s=5.0)
    >>> all(0.2 <= waits.next_s() <= 5.0 for _ in range(50))
    True
    """

    def __init__(self, first_s: float, most_s: float) -> None:
        self._first_s, self._most_s = first_s, most_s
        self._wait_s = first_s

    def next_s(self) -> float:
        """Give the next wait; workers that lost the same database do not all come back at once."""
        wait_s, self._wait_s = self._wait_s, min(2 * self._wait_s, self._most_s)
        return wait_s * random.uniform(0.8, 1.0)

    def reset(self) -> None:
        """Begin again with the first wait."""
        self._wait_s = self._first_s
