"""The coordinate systems that Chinese maps use, and the way between them.

``wgs84``   degrees of GPS and Tianditu (CGCS2000 is the same to within a metre)
``gcj02``   degrees of Amap, Tencent and most phones' maps: WGS-84 with a smooth shift of 50 to 700 m
``bd09``    degrees of Baidu: GCJ-02 with a second shift of about 1 km
``bd09mc``  metres of Baidu's own Mercator, projected from BD-09

The shift holds in the box 72.004-137.8347 E, 0.8293-55.8271 N of WGS-84; outside it the three systems of
degrees are one, as map providers have it. Degrees in, degrees out, no rounding; ``NaN`` in either number
gives ``NaN`` in both.

How exact: GCJ-02 and BD-09 have no inverse formula, so the way back is a fixed-point iteration. For points at
least 0.02 degrees inside the box a round trip returns to within 1 mm (``gcj02``, ``bd09``). The two
polynomials of ``bd09mc`` are not exact inverses of each other: a round trip returns to within 0.5 m below 60
degrees of latitude. From 75 degrees on its polynomial is useless and ``bd09mc`` is ``NaN``.

The formulas run on arrays (``numpy``) and on single numbers (``math``) alike, so that a single position costs
microseconds; ``m`` is the module that brings ``sin`` and its relatives.
"""

import math
from bisect import bisect_right
from types import ModuleType
from typing import Any, Final, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from geo import texts
from geo.errors import CoordinateError

CoordSys = Literal["wgs84", "gcj02", "bd09", "bd09mc"]
FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

NAMES: Final[tuple[CoordSys, ...]] = get_args(CoordSys)
ALIASES: Final[dict[str, CoordSys]] = {
    "gps": "wgs84",
    "wgs84ll": "wgs84",
    "autonavi": "gcj02",
    "gcj02ll": "gcj02",
    "baidu": "bd09",
    "bd09ll": "bd09",
}
SHIFT_BOX: Final = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box where GCJ-02 differs from WGS-84, degrees."""


class LonLat(NamedTuple):
    """One position: longitude first, then latitude, degrees of WGS-84."""

    lon: float
    lat: float


def parse(name: str | None) -> CoordSys:
    """Read the name of a coordinate system.

    Parameters
    ----------
    name
        A name or an alias; case, spaces, hyphens and underscores do not matter. ``None`` or an empty text is
        an error: a coordinate system is never guessed.

    Returns
    -------
    coordsys
        One of ``NAMES``.

    Raises
    ------
    CoordinateError
        The name is missing or not known. The message (a ``Text``, also ``error.args[0]``) names the systems
        and which devices and platforms use which.

    Examples
    --------
    >>> parse("WGS-84"), parse("autonavi"), parse("bd09ll")
    ('wgs84', 'gcj02', 'bd09')
    """
    key = "" if name is None else name.strip().casefold()
    for separator in "-_ ":
        key = key.replace(separator, "")
    if not key:
        raise CoordinateError(texts.COORDSYS_MISSING)
    if key in NAMES:
        return key
    if key in ALIASES:
        return ALIASES[key]
    raise CoordinateError(texts.COORDSYS_UNKNOWN.format(name=str(name)[:40]))


def to_wgs84(x: npt.ArrayLike, y: npt.ArrayLike, coordsys: CoordSys) -> tuple[FloatArray, FloatArray]:
    """Turn coordinates into WGS-84 longitude and latitude.

    Parameters
    ----------
    x, y
        Longitude and latitude in degrees; easting and northing in metres for ``bd09mc``. Shapes broadcast.
    coordsys
        The system they are in.

    Returns
    -------
    lon, lat
        New float64 arrays of the common shape, degrees; empty for empty. ``NaN`` where either number is not
        finite. Numbers that are no coordinates pass without complaint: see ``is_plausible``.

    Examples
    --------
    >>> lon, lat = to_wgs84([116.404, 2.35], [39.915, 48.86], "gcj02")
    >>> lon.round(6).tolist(), lat.round(6).tolist()
    ([116.397756, 2.35], [39.913596, 48.86])
    """
    return convert(x, y, coordsys, "wgs84")


def from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, coordsys: CoordSys) -> tuple[FloatArray, FloatArray]:
    """Turn WGS-84 longitude and latitude into another system; the reverse of ``to_wgs84``.

    Examples
    --------
    >>> x, y = from_wgs84([116.397756], [39.913596], "gcj02")
    >>> x.round(5).tolist(), y.round(5).tolist()
    ([116.404], [39.915])
    """
    return convert(lon, lat, "wgs84", coordsys)


def convert(
    x: npt.ArrayLike, y: npt.ArrayLike, source: CoordSys, target: CoordSys
) -> tuple[FloatArray, FloatArray]:
    """Turn coordinates of one system into another; parameters and result as in ``to_wgs84``.

    Examples
    --------
    >>> convert([116.404], [39.915], "bd09", "bd09")
    (array([116.404]), array([39.915]))
    """
    a, b = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    finite = np.isfinite(a) & np.isfinite(b)
    a, b = np.where(finite, a, np.nan), np.where(finite, b, np.nan)
    if source == target:
        return a, b
    if source == "bd09mc":
        a, b = _unproject(a, b, np)
    if _degrees(source) != _degrees(target):
        a, b = _undo_shift(a, b, _degrees(source), np)
        a, b = _shift(a, b, _degrees(target), np)
    return _project(a, b, np) if target == "bd09mc" else (a, b)


def point_to_wgs84(x: float, y: float, coordsys: CoordSys) -> LonLat:
    """Turn one position into WGS-84: ``to_wgs84`` for two finite numbers, in microseconds.

    Examples
    --------
    >>> lon, lat = point_to_wgs84(116.404, 39.915, "gcj02")
    >>> round(lon, 6), round(lat, 6)
    (116.397756, 39.913596)
    """
    if coordsys == "bd09mc":
        x, y = _unproject(x, y, math)
    return LonLat(*_undo_shift(x, y, _degrees(coordsys), math))


def point_from_wgs84(lon: float, lat: float, coordsys: CoordSys) -> tuple[float, float]:
    """Turn one WGS-84 position into another system: ``from_wgs84`` for two finite numbers.

    Examples
    --------
    >>> x, y = point_from_wgs84(116.397756, 39.913596, "gcj02")
    >>> round(x, 5), round(y, 5)
    (116.404, 39.915)
    """
    x, y = _shift(lon, lat, _degrees(coordsys), math)
    return _project(x, y, math) if coordsys == "bd09mc" else (x, y)


def is_plausible(x: npt.ArrayLike, y: npt.ArrayLike, coordsys: CoordSys) -> Mask:
    """Which pairs of numbers can be coordinates of the system at all.

    Parameters
    ----------
    x, y
        As in ``to_wgs84``.
    coordsys
        Degrees: longitude within 180, latitude within 90, and not exactly (0, 0), which is how software
        writes "nothing". ``bd09mc``: within the projected world short of 75 degrees of latitude, and not both
        numbers small enough to be degrees.

    Returns
    -------
    mask
        Boolean, of the common shape. False where a number is missing.

    Examples
    --------
    >>> is_plausible([116.4, 39.9, 12957000.0], [39.9, 116.4, 4826000.0], "wgs84")
    array([ True, False, False])
    >>> is_plausible([116.4, 12957000.0], [39.9, 4826000.0], "bd09mc")
    array([False,  True])
    """
    a, b = np.abs(np.asarray(x, dtype=np.float64)), np.abs(np.asarray(y, dtype=np.float64))
    if coordsys == "bd09mc":
        return np.asarray((a <= _MC_X_MAX) & (b < _MC_Y_END) & ((a > 180) | (b > 90)))
    return np.asarray((a <= 180) & (b <= 90) & ((a > 0) | (b > 0)))


def looks_swapped(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Mask:
    """Which pairs of degrees lie in China when longitude and latitude change places, and only then.

    Parameters
    ----------
    lon, lat
        Degrees, as they were labelled.

    Returns
    -------
    mask
        True where ``lat`` is within 73-135 and ``lon`` within 18-54. The two ranges have no number in common,
        so a right pair of China is never marked. False where a number is missing.

    Examples
    --------
    >>> looks_swapped([116.4, 39.9], [39.9, 116.4])
    array([False,  True])
    """
    a, b = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    return np.asarray((b >= 73) & (b <= 135) & (a >= 18) & (a <= 54))


# -- the shifts, on arrays or on single numbers

_KRASOVSKY_A_M = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_BD_OMEGA = math.pi * 3000.0 / 180.0
_GCJ_PASSES = 3
_BD_PASSES = 5


def _degrees(coordsys: CoordSys) -> CoordSys:
    """Which system of degrees lies under this one."""
    return "bd09" if coordsys == "bd09mc" else coordsys


def _inside(lon: Any, lat: Any, margin: float = 0.0) -> Any:
    west, south, east, north = SHIFT_BOX
    in_lon = (lon >= west - margin) & (lon <= east + margin)
    return in_lon & (lat >= south - margin) & (lat <= north + margin)


def _choose(condition: Any, yes: tuple[Any, Any], no: tuple[Any, Any], m: ModuleType) -> tuple[Any, Any]:
    if m is math:
        return yes if condition else no
    return np.where(condition, yes[0], no[0]), np.where(condition, yes[1], no[1])


def _shift(lon: Any, lat: Any, target: CoordSys, m: ModuleType) -> tuple[Any, Any]:
    """Turn WGS-84 into a shifted system; unchanged outside the box."""
    if target == "wgs84" or (m is math and not _inside(lon, lat)):
        return lon, lat
    with np.errstate(all="ignore"):
        shifted = _gcj_shift(lon, lat, m)
        if target == "bd09":
            shifted = _bd_shift(*shifted, m)
    return _choose(_inside(lon, lat), shifted, (lon, lat), m)


def _undo_shift(x: Any, y: Any, source: CoordSys, m: ModuleType) -> tuple[Any, Any]:
    """Turn a shifted system into WGS-84; unchanged where the answer would lie outside the box."""
    # far away the formulas may leave the range of math.sin
    if source == "wgs84" or (m is math and not _inside(x, y, margin=1.0)):
        return x, y
    with np.errstate(all="ignore"):
        gcj = _solve(_bd_shift, x, y, _BD_PASSES, m) if source == "bd09" else (x, y)
        lon, lat = _solve(_gcj_shift, *gcj, _GCJ_PASSES, m)
    return _choose(_inside(lon, lat), (lon, lat), (x, y), m)


def _solve(shift: Any, x: Any, y: Any, passes: int, m: ModuleType) -> tuple[Any, Any]:
    """Find the point that ``shift`` moves to (x, y), by p <- p - (shift(p) - (x, y))."""
    lon, lat = x, y
    for _ in range(passes):
        found_x, found_y = shift(lon, lat, m)
        lon, lat = lon - (found_x - x), lat - (found_y - y)
    return lon, lat


def _gcj_shift(lon: Any, lat: Any, m: ModuleType) -> tuple[Any, Any]:
    """WGS-84 to GCJ-02, whether inside the box or not: sums of sines in metres, turned into degrees."""
    x, y, sin, pi = lon - 105.0, lat - 35.0, m.sin, math.pi
    root = m.sqrt(abs(x))
    ripple = 20.0 * sin(6.0 * pi * x) + 20.0 * sin(2.0 * pi * x)
    waves_y = 20.0 * sin(pi * y) + 40.0 * sin(pi / 3.0 * y)
    waves_y = waves_y + 160.0 * sin(pi / 12.0 * y) + 320.0 * sin(pi / 30.0 * y)
    waves_x = 20.0 * sin(pi * x) + 40.0 * sin(pi / 3.0 * x)
    waves_x = waves_x + 150.0 * sin(pi / 12.0 * x) + 300.0 * sin(pi / 30.0 * x)
    north_m = (
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (ripple + waves_y) * 2.0 / 3.0
    )
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (ripple + waves_x) * 2.0 / 3.0
    phi = lat * (pi / 180.0)
    w2 = 1.0 - _KRASOVSKY_E2 * sin(phi) ** 2
    w = m.sqrt(w2)
    degree_m = _KRASOVSKY_A_M * pi / 180.0
    return (
        lon + east_m * w / (degree_m * m.cos(phi)),
        lat + north_m * w2 * w / (degree_m * (1.0 - _KRASOVSKY_E2)),
    )


def _bd_shift(lon: Any, lat: Any, m: ModuleType) -> tuple[Any, Any]:
    """GCJ-02 to BD-09: a ripple on radius and angle (with pi * 3000 / 180, not pi), then an offset."""
    radius = m.hypot(lon, lat) + 0.00002 * m.sin(lat * _BD_OMEGA)
    angle = m.atan2(lat, lon) + 0.000003 * m.cos(lon * _BD_OMEGA)
    return radius * m.cos(angle) + 0.0065, radius * m.sin(angle) + 0.006


# -- Baidu's Mercator: one polynomial of degree 6 per band of 15 degrees, published with its map API

_LL_BANDS: Final = (0.0, 15.0, 30.0, 45.0, 60.0)
_MC_BANDS: Final = (0.0, 1678043.12, 3481989.83, 5591021.0, 8362377.87)
_LL_Y_END = 75.0
_MC_Y_END = 12890594.86
_MC_X_MAX = 20037726.4

_LL_TO_MC: Final = (
    (-0.0003218135878613132, 111320.7020701615, 0.00369383431289, 823725.6402795718, 0.46104986909093,
     2351.343141331292, 1.58060784298199, 8.77738589078284, 0.37238884252424, 7.45),
    (-0.0003441963504368392, 111320.7020576856, 278.2353980772752, 2485758.690035394, 6070.750963243378,
     54821.18345352118, 9540.606633304236, -2710.55326746645, 1405.483844121726, 22.5),
    (0.00220636496208, 111320.7020209128, 51751.86112841131, 3796837.749470245, 992013.7397791013,
     -1221952.21711287, 1340652.697009075, -620943.6990984312, 144416.9293806241, 37.5),
    (0.00337398766765, 111320.7020202162, 4481351.045890365, -23393751.19931662, 79682215.47186455,
     -115964993.2797253, 97236711.15602145, -43661946.33752821, 8477230.501135234, 52.5),
    (0.0008277824516172526, 111320.7020463578, 647795574.6671607, -4082003173.641316, 10774905663.51142,
     -15171875531.51559, 12053065338.62167, -5124939663.577472, 913311935.9512032, 67.5),
)  # fmt: skip
_MC_TO_LL: Final = (
    (2.890871144776878e-9, 0.000008983055095805407, -3.068298e-8, 7.47137025468032, -0.00000353937994,
     -0.02145144861037, -0.00001234426596, 0.00010322952773, -0.00000323890364, 826088.5),
    (3.09191371068437e-9, 0.000008983055096812155, 0.00006995724062, 23.10934304144901, -0.00023663490511,
     -0.6321817810242, -0.00663494467273, 0.03430082397953, -0.00466043876332, 2555164.4),
    (-1.981981304930552e-8, 0.000008983055099779535, 0.03278182852591, 40.31678527705744, 0.65659298677277,
     -4.44255534477492, 0.85341911805263, 0.12923347998204, -0.04625736007561, 4482777.06),
    (-3.030883460898826e-8, 0.00000898305509983578, 0.30071316287616, 59.74293618442277, 7.357984074871,
     -25.38371002664745, 13.45380521110908, -3.29883767235584, 0.32710905363475, 6856817.37),
    (-7.435856389565537e-9, 0.000008983055097726239, -0.78625201886289, 96.32687599759846, -1.85204757529826,
     -59.36935905485877, 47.40033549296737, -16.50741931063887, 2.28786674699375, 10260144.86),
)  # fmt: skip


class _Bands(NamedTuple):
    """Where each band of |y| begins, where the last one ends, and their polynomials."""

    starts: tuple[float, ...]
    end: float
    polynomials: tuple[tuple[float, ...], ...]


_FORWARD: Final = _Bands(_LL_BANDS, _LL_Y_END, _LL_TO_MC)
_BACKWARD: Final = _Bands(_MC_BANDS, _MC_Y_END, _MC_TO_LL)


def _polynomial(x: Any, y: Any, c: tuple[float, ...], m: ModuleType) -> tuple[Any, Any]:
    """Map by one band: ``c`` = two numbers for x, seven for y, the scale of y. Odd in x and in y."""
    t = abs(y) / c[9]
    rise = c[2] + t * (c[3] + t * (c[4] + t * (c[5] + t * (c[6] + t * (c[7] + t * c[8])))))
    return m.copysign(c[0] + c[1] * abs(x), x), m.copysign(rise, y)


def _project(lon: Any, lat: Any, m: ModuleType) -> tuple[Any, Any]:
    """BD-09 degrees to metres."""
    return _by_band(lon, lat, _FORWARD, m)


def _unproject(x: Any, y: Any, m: ModuleType) -> tuple[Any, Any]:
    """Metres to BD-09 degrees."""
    return _by_band(x, y, _BACKWARD, m)


def _by_band(x: Any, y: Any, bands: _Bands, m: ModuleType) -> tuple[Any, Any]:
    """Apply the polynomial of the band that |y| lies in; ``NaN`` from the end of the last band on."""
    if m is math:
        if not abs(y) < bands.end:
            return math.nan, math.nan
        return _polynomial(x, y, bands.polynomials[bisect_right(bands.starts, abs(y)) - 1], m)
    out_x, out_y = np.full_like(x, np.nan), np.full_like(y, np.nan)
    band = np.searchsorted(bands.starts, np.abs(y), side="right") - 1
    for i, coefficients in enumerate(bands.polynomials):
        here = (band == i) & (np.abs(y) < bands.end)
        out_x[here], out_y[here] = _polynomial(x[here], y[here], coefficients, m)
    return out_x, out_y
