"""Tables of the report: districts, townships, gaps, sites, stations to open longer, both standards."""

from maps.report.tables.areas import districts, standards, townships
from maps.report.tables.plans import curve, extend, gaps, least, sites

__all__ = ["curve", "districts", "extend", "gaps", "least", "sites", "standards", "townships"]
