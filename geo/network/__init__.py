"""The network that people walk or ride: a graph of streets, and places snapped to its edges.

Method: every stretch between two neighbouring vertices of a way is a segment; vertices are the same node where
OSM gives them one id, or, in files without ids, where coordinates agree to a centimetre. Who may use a way, and in
which direction, is decided by its tags alone (``access``). Closed gates cut the ways that pass through them. Times
are metres by speed: no signals, no slopes, no crowds.

``access`` holds the rules, ``topology`` joins vertices to nodes, ``build`` makes the graph and says what was left
out, ``graph`` is what everybody works on, ``snapping`` puts places on segments. Times and ways: ``geo.travel``.
"""

from geo.network.build import build
from geo.network.graph import LeftOut, Network
from geo.network.snapping import Snaps, snap

__all__ = ["LeftOut", "Network", "Snaps", "build", "snap"]
