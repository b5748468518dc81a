"""How long work tells how far it is: one form of callback for the whole house."""

from collections.abc import Callable

from geo.texts import Text

Progress = Callable[[Text, int, int], None]
"""Called now and then with what is being done, how much is done, and how much there is (0 = not known)."""


def silent(what: Text, done: int, total: int) -> None:
    """Tell nobody; for callers that pass no callback."""
