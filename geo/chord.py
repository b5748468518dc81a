"""Chords of the WGS-84 ellipsoid: straight lines through the ground, and how they bound the geodesic.

For two points let ``c`` be the chord and ``d`` the geodesic. ``reach_m(D)`` is a length such that ``d <= D``
implies ``c <= reach_m(D)``. Two bounds hold everywhere on the ellipsoid (semi-axes a, b; e2 its squared
eccentricity), poles, antimeridian and antipodes included, and ``reach_m`` is the smaller one:

* ``c <= d``: a straight line is the shortest way.
* ``c <= 2 a' sin(d / 2b)``. Project the geodesic radially on the inner sphere of radius b. That is the nearest
  point of a convex ball, so it lengthens nothing: the angle t between the two points at the Earth's centre
  satisfies ``b t <= d``. With geocentric radii r1, r2 <= a: ``c^2 = (r1 - r2)^2 + 4 r1 r2 sin(t/2)^2``. The
  radius changes by at most s = a^3 e2 / 2b^2 per radian, so ``|r1 - r2| <= s t <= s pi sin(t/2)``, and
  ``c <= 2 a' sin(t/2)`` with ``a'^2 = a^2 + (s pi / 2)^2`` (89 m longer than a).

The first is so tight nearby (``d - c`` is about d^3 / 24 a^2: 1 micrometre at 1 km, 1 mm at 10 km, 1 m at 100
km) that the order by chord is nearly the order by geodesic. The second keeps ``reach_m`` within 1.3 % of the
shortest chord of that geodesic up to 10,000 km. A slack of 1 micrometre covers rounding.

The other way round, ``d <= 2 R asin(c / 2R)`` with R = b^2 / a: the plane through both points and the Earth's
centre cuts the ellipsoid in an ellipse whose half-axes lie between b and a, so that its radius of curvature is
nowhere below R. By Schur's comparison theorem an arc of it is no longer than the arc of a circle of radius R
over the same chord, and the geodesic is no longer than that arc.

Short geodesics, up to ``SHORT_M``, follow from their chord (``short_way_m``) to within 4e-7 metres. Let e be the
second eccentricity, K = a / b^2 the largest curvature anywhere, d the chord as a vector, s the geodesic.

* A geodesic bends as the ground beneath it: by k = h (1 + e^2 Tz^2) / a^2, T being its direction, and
  h^2 = a^2 / (1 + e^2 z^2 / b^2) the square of the distance from the centre to the tangent plane.
* c^2 is the integral of T(u) T(v) over all pairs of places u, v on the way, and T(u) T(v) is
  1 - |T(u) - T(v)|^2 / 2. The difference of directions is at most kmax |u - v|, and, the normals turning by no
  more than K s / 2 from the middle, at least kmin (1 - K^2 s^2 / 8) |u - v|. So s^2 - c^2 = k^2 s^4 / 12 for a k
  between kmin (1 - K^2 s^2 / 8) and kmax.
* On the way, and from d / c to T, directions differ by at most K s, so Tz^2 by K s; z differs from the mean z of
  the ends by at most s / 2, so z^2 / b^2 by s / b. So k^2 is that of d / c and the mean z but for
  3.1 e^2 s / b + K^2 s^2 / 4 < 5.1e-5 of it at 15 km. That (1 + e^2 w^2)^2 is taken as 1 + 2 e^2 w^2 adds e^4 <
  4.6e-5, and c^3 / 24 for s^4 / 12 (s + c) less than 1e-6.
* Together 1e-4 of the difference s - c, which is at most K^2 c^3 / 24 = 3.5 mm: 3.5e-7 m; coordinates in space
  are rounded to some 1e-9 m.
"""

import math
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from geo.metric import WGS84

FloatArray = npt.NDArray[np.float64]
Lengths = TypeVar("Lengths", float, FloatArray)

_A_M: Final = float(WGS84.a)
_B_M: Final = float(WGS84.b)
_E2: Final = 1.0 - (_B_M / _A_M) ** 2
_SECOND_E2: Final = (_A_M / _B_M) ** 2 - 1.0
SLACK_M: Final = 1e-6
SHORT_M: Final = 15_000.0
"""The longest chord of which ``short_way_m`` tells the geodesic to within ``SLACK_M``."""
LONGEST_M: Final = 2.0 * math.hypot(_A_M, _A_M**3 * _E2 / (2.0 * _B_M**2) * math.pi / 2.0)
"""No chord is longer (that is 2 a')."""


def reach_m(distance_m: float) -> float:
    """Longest possible chord of two points at this geodesic distance or nearer.

    Parameters
    ----------
    distance_m
        Metres, 0 or more; ``inf`` gives ``LONGEST_M``.

    Returns
    -------
    chord_m
        Metres, rounding errors of the coordinates and of the geodesic allowed for. Never falls as the
        distance grows.

    Examples
    --------
    >>> reach_m(1000.0), round(reach_m(10_000_000.0))
    (1000.000001, 9030695)
    """
    far_m = LONGEST_M * math.sin(min(distance_m / (2.0 * _B_M), math.pi / 2.0))
    return min(distance_m, far_m) + SLACK_M


def reaches_m(distance_m: FloatArray) -> FloatArray:
    """Do ``reach_m`` for an array, same shape.

    Examples
    --------
    >>> reaches_m(np.array([0.0, 1000.0]))
    array([1.e-06, 1.e+03])
    """
    far_m = LONGEST_M * np.sin(np.minimum(distance_m / (2.0 * _B_M), np.pi / 2.0))
    return np.asarray(np.minimum(distance_m, far_m) + SLACK_M)


def longest_way_m(chord_m: FloatArray) -> FloatArray:
    """Longest possible geodesic between two points at this chord or nearer.

    Parameters
    ----------
    chord_m
        Metres, 0 or more, shape (n,).

    Returns
    -------
    distance_m
        Shape (n,); ``inf`` for chords beyond 10,000 km, of which nothing is claimed.

    Examples
    --------
    >>> longest_way_m(np.array([0.0, 1000.0, 1_000_000.0, 1.2e7])).round().tolist()
    [0.0, 1000.0, 1001041.0, inf]
    """
    radius_m = _B_M**2 / _A_M
    way_m = 2.0 * radius_m * np.arcsin(np.minimum(chord_m / (2.0 * radius_m), 1.0))
    return np.where(chord_m <= 1e7, way_m, np.inf)


def short_way_m(chord_m: Lengths, z_m: Lengths, other_z_m: Lengths) -> Lengths:
    """Length of the geodesic between two points that are near each other, from their chord.

    Parameters
    ----------
    chord_m
        Metres, 0 to ``SHORT_M``; one number or shape (n,). Of longer chords nothing is claimed.
    z_m, other_z_m
        Third coordinates of the two points as ``in_space`` gives them, of the same shape.

    Returns
    -------
    distance_m
        Same shape; off by less than ``SLACK_M``, rounding included.

    Examples
    --------
    >>> short_way_m(0.0, 0.0, 0.0), round(short_way_m(10_000.0, 4_000_000.0, 4_001_000.0), 6)
    (0.0, 10000.001022)
    """
    north_m = z_m - other_z_m
    middle = (z_m + other_z_m) * (0.5 / _B_M)
    bent = chord_m * chord_m + 2.0 * _SECOND_E2 * north_m * north_m
    return chord_m + chord_m * bent / (24.0 * _A_M**2 * (1.0 + _SECOND_E2 * middle * middle))


def in_space(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Place points of the ellipsoid in space.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, shape (n,); ``NaN`` gives ``NaN``.

    Returns
    -------
    xyz
        Metres from the Earth's centre, shape (n, 3): towards 0 E, towards 90 E, towards the north pole.

    Examples
    --------
    >>> in_space(np.array([0.0, 0.0]), np.array([0.0, 90.0])).round().tolist()
    [[6378137.0, 0.0, 0.0], [0.0, 0.0, 6356752.0]]
    """
    x, y = np.radians(lon), np.radians(lat)
    sin, cos = np.sin(y), np.cos(y)
    n = _A_M / np.sqrt(1.0 - _E2 * sin * sin)
    return np.stack([n * cos * np.cos(x), n * cos * np.sin(x), n * (1.0 - _E2) * sin], axis=1)


def one_in_space(lon: float, lat: float) -> tuple[float, float, float]:
    """Do ``in_space`` for one finite position, in a microsecond.

    Examples
    --------
    >>> [round(v) for v in one_in_space(90.0, 0.0)]
    [0, 6378137, 0]
    """
    x, y = math.radians(lon), math.radians(lat)
    sin, cos = math.sin(y), math.cos(y)
    n = _A_M / math.sqrt(1.0 - _E2 * sin * sin)
    return n * cos * math.cos(x), n * cos * math.sin(x), n * (1.0 - _E2) * sin
