"""The error tree of this wing.

* MapsError
    * OptionError        an option of a page that cannot be used: names it and the mend
    * ForeignHostError   an element wants to load from a host that the page does not allow
"""


class MapsError(Exception):
    """Root of all errors raised by ``maps``."""


class OptionError(MapsError):
    """An option of a page cannot be used."""


class ForeignHostError(MapsError):
    """An element of the page wants to load something from a host that is not allowed."""
