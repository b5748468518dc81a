"""Links that open a map app with the way to a station: one table for the table of stations and for every page.

An app is asked by its own documented address, in its own coordinate system; nothing is loaded before a tap. The
way starts where the device is, which the app finds out itself: no position of a person stands in any link.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, get_args
from urllib.parse import quote

from geo import coordsys
from geo.texts import Text
from maps import texts

Mode = Literal["ride", "walk"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)

NAME_LENGTH: Final = 60
"""Longer names are cut: some apps drop long addresses."""
_DECIMALS: Final = 6
_HERE: Final = quote(texts.HERE)
_UNTOUCHED: Final = "!'()*~"
"""What browsers leave alone in a value of an address, so that page and table write the same."""


@dataclass(frozen=True)
class App:
    """A map app.

    Parameters
    ----------
    code
        A short name of ours.
    label
        Words of a link.
    coordsys
        The system that the app reads numbers in.
    addresses
        By way of moving, with ``{lon}``, ``{lat}`` (degrees of ``coordsys``) and ``{name}`` (percent-encoded).
    """

    code: str
    label: Text
    coordsys: Literal["gcj02", "bd09"]
    addresses: Mapping[Mode, str]


APPS: Final[tuple[App, ...]] = (
    App(
        "amap",
        texts.TO_AMAP,
        "gcj02",
        MappingProxyType(
            {
                mode: "https://uri.amap.com/navigation?to={lon},{lat},{name}&mode=MODE&coordinate=gaode"
                "&src=yizhan&callnative=1".replace("MODE", mode)
                for mode in MODES
            }
        ),
    ),
    App(
        "baidu",
        texts.TO_BAIDU,
        "bd09",
        MappingProxyType(
            {
                "ride": "https://api.map.baidu.com/marker?location={lat},{lon}&title={name}&content={name}"
                "&coord_type=bd09ll&output=html&src=webapp.yizhan.map",
                "walk": f"https://api.map.baidu.com/direction?origin={_HERE}&destination=latlng:"
                "{lat},{lon}%7Cname:{name}&mode=walking&coord_type=bd09ll&output=html&src=webapp.yizhan.map",
            }
        ),
    ),
    App(
        "tencent",
        texts.TO_TENCENT,
        "gcj02",
        MappingProxyType(
            {
                "ride": "https://apis.map.qq.com/uri/v1/marker?marker=coord:{lat},{lon};title:{name};addr:{name}"
                "&coord_type=2&referer=yizhan",
                "walk": "https://apis.map.qq.com/uri/v1/routeplan?type=walk&to={name}&tocoord={lat},{lon}"
                "&coord_type=2&referer=yizhan",
            }
        ),
    ),
)
"""In the order in which they are offered. Baidu and Tencent document no ride on the web: they open the place."""


def link(app: App, lon: float, lat: float, name: str, mode: Mode = "ride") -> str:
    """Write the address that opens an app with the way to a place.

    Parameters
    ----------
    app
        One of ``APPS``.
    lon, lat
        WGS-84 degrees; turned into the app's own.
    name
        Shown by the app; whatever it holds stays one value of the address.
    mode
        By bicycle or e-bike, or on foot.

    Examples
    --------
    >>> link(APPS[2], 0.0, 51.5, "A, B", "walk")
    'https://apis.map.qq.com/uri/v1/routeplan?type=walk&to=A%20B&tocoord=51.5,0&coord_type=2&referer=yizhan'
    """
    x, y = coordsys.from_wgs84(lon, lat, app.coordsys)
    values = {
        "lon": _degrees(float(x)),
        "lat": _degrees(float(y)),
        "name": quote(plain_name(name), safe=_UNTOUCHED),
    }
    return re.sub(r"\{(lon|lat|name)\}", lambda found: values[found[1]], app.addresses[mode])


def _degrees(value: float) -> str:
    return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")


def plain_name(name: str) -> str:
    r"""Take out of a name what separates values in some app's address, and what is no character; cut it.

    Examples
    --------
    >>> plain_name("Gate 2, east|west: \ud800"), plain_name("")
    ('Gate 2 east west', '')
    """
    spaced = re.sub(r"[,;:|\s]+", " ", name)[:NAME_LENGTH]
    return "".join(c for c in spaced if not "\ud800" <= c <= "\udfff").strip()


def table() -> list[dict[str, Any]]:
    """Write the apps for the page's own script, which fills the same addresses."""
    return [
        {"code": app.code, "label": list(app.label), "system": app.coordsys}
        | {mode: app.addresses[mode] for mode in MODES}
        for app in APPS
    ]
