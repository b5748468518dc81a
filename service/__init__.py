"""The entrances: HTTP application and command line, side by side over the same functions."""

__version__ = "0.1.0"
