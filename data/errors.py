"""The error tree of this wing.

* DataError
    * InputError          a file, a field or a text that cannot be used: names it and the mend
        * AbsentError     there is no station of that id
        * FieldsError     fields of a record that cannot be stored, each named
        * HoursError      opening hours that do not follow OSM opening_hours
    * ClusterError        the private PostgreSQL cluster cannot do what was asked
    * DatabaseError       the database refused, for a reason that trying again does not cure
        * SchemaError     migrations are missing, changed or newer than this program
        * ConflictError   what is asked does not fit what is registered
            * StaleError  somebody else changed the row since it was read
    * DatabaseAway        the database cannot be reached or broke off; trying again later may work
        * PoolTimeout     all connections are in use and none came free before the deadline
        * DatabaseBusy    a lock or a statement took longer than allowed, a deadlock, no room left

The message of each is a ``geo.texts.Text`` where a user reads it.
"""

from collections.abc import Sequence

from geo.texts import Text


class DataError(Exception):
    """Root of all errors raised by ``data``; ``text`` is the message in both languages."""

    def __init__(self, text: Text | str) -> None:
        self.text = Text(text, text) if isinstance(text, str) else text
        super().__init__(str(self.text) if not isinstance(text, str) else text)


class InputError(DataError):
    """A file, a field or a text cannot be used."""


class AbsentError(InputError):
    """There is no station of that id."""


class FieldsError(InputError):
    """Fields of a record cannot be stored; ``problems`` names each with its reason."""

    def __init__(self, text: Text, problems: Sequence[tuple[str, Text]]) -> None:
        super().__init__(text)
        self.problems = tuple(problems)


class HoursError(InputError):
    """Opening hours do not follow the OSM opening_hours syntax."""


class ClusterError(DataError):
    """The private PostgreSQL cluster cannot do what was asked."""


class DatabaseError(DataError):
    """The database refused, for a reason that trying again does not cure.

    ``sqlstate``, ``constraint`` and ``table`` are what the server named, else None.
    """

    def __init__(
        self,
        text: Text | str,
        *,
        sqlstate: str | None = None,
        constraint: str | None = None,
        table: str | None = None,
    ) -> None:
        super().__init__(text)
        self.sqlstate, self.constraint, self.table = sqlstate, constraint, table


class SchemaError(DatabaseError):
    """Migrations are missing, changed, or newer than this program."""


class ConflictError(DatabaseError):
    """What is asked does not fit what is registered."""


class StaleError(ConflictError):
    """Somebody else changed the row since it was read."""


class DatabaseAway(DataError):  # noqa: N818 (a state, not an error of the caller)
    """The database cannot be reached, or broke off."""


class PoolTimeout(DatabaseAway):
    """All connections are in use and none came free before the deadline."""


class DatabaseBusy(DatabaseAway):
    """A lock or a statement took longer than allowed, or the server has no room left."""
