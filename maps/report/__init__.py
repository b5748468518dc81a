"""The coverage report of a study as one printable page."""

from maps.report.page import coverage_report

__all__ = ["coverage_report"]
