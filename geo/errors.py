"""The error tree of this wing.

* GeoError
    * CoordinateError   a coordinate system that is missing or not known, or a number that is no coordinate
    * FrameError        a frame that breaks its contract: names the layer, the column and the mend
    * ParameterError    a parameter outside its range: names the parameter and the range
"""


class GeoError(Exception):
    """Root of all errors raised by ``geo``."""


class CoordinateError(GeoError):
    """A coordinate system is missing or not known, or a number is no coordinate."""


class FrameError(GeoError):
    """A frame breaks its contract."""


class ParameterError(GeoError):
    """A parameter is outside its range."""
