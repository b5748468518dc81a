"""The k nearest stations by WGS-84 geodesic, exactly.

How it is exact and fast: stations are points on the WGS-84 ellipsoid in space, x, y,
z in metres, in a KD-tree, which finds them by chord (the straight line through the ground); what is asked is
the order by geodesic. ``geo.chord`` proves that every station within a geodesic D has its chord within
``reach_m(D)``. So: fetch some stations by chord and measure their geodesics; let D be the k-th smallest. When
the next station by chord lies beyond ``reach_m(D)``, no station that was not fetched can be as near as D, and
the answer is proved. Otherwise fetch all within ``reach_m(D)`` and measure those: proved again. Nearby, chord
and geodesic agree to micrometres, so that two stations more than k almost always prove the answer; many
stations at one place take the second step. From far away that step would measure whole cities: there groups
of stations are bounded instead (``geo.nearest.afar``).

Points with the same distance are ordered by ``rank``. Distances are never rounded here.

``index`` is what others use; ``ground`` holds the stations, ``hits`` the answers; ``one`` searches for one
point, ``many`` for many at once, ``afar`` for points far from every station.
"""

from geo.nearest.hits import Found, Hits
from geo.nearest.index import NearestIndex

__all__ = ["Found", "Hits", "NearestIndex"]
