"""Where the next stations belong: maximal covering, the least number for a share, which ones to open all day.

``maximal`` states the problem and holds ``maximal_covering``; ``least`` the two questions made of it; ``answer`` what
is answered. Inside: ``problem`` (merged rows, dropped columns), ``greedy``, ``state`` and ``swaps`` (local search),
``bounds``, ``model`` (HiGHS), ``kicks`` and ``explore`` (the long search), ``child`` (processes with a hard stop).
"""

from geo.siting.answer import Siting
from geo.siting.least import Least, extend_hours, least_sites
from geo.siting.maximal import maximal_covering

__all__ = ["Least", "Siting", "extend_hours", "least_sites", "maximal_covering"]
