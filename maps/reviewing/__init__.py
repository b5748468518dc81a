"""The map on which a reviewer goes through the verdicts, one by one."""

from maps.reviewing.review import ReviewOptions, review

__all__ = ["ReviewOptions", "review"]
