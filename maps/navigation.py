"""Links that open a map app with the way to a station: one table for the table of stations and for every page.

An app is asked by its own documented address, in its own coordinate system; nothing is loaded before a tap. The
way starts where the device is, which the app finds out itself: no position of a person stands in any link.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal
from urllib.parse import quote

from geo import coordsys
from geo.texts import Text
from maps import texts

Mode = Literal["ride", "walk"]

NAME_LENGTH: Final = 60
"""Longer names are cut: some apps drop long addresses."""
_DECIMALS: Final = 6
_HERE: Final = quote(texts.HERE)


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


def _addresses(template: str, ride: str, walk: str) -> Mapping[Mode, str]:
    return MappingProxyType(
        {"ride": template.replace("{mode}", ride), "walk": template.replace("{mode}", walk)}
    )


APPS: Final[tuple[App, ...]] = (
    App(
        "amap",
        texts.TO_AMAP,
        "gcj02",
        _addresses(
            "https://uri.amap.com/navigation?to={lon},{lat},{name}&mode={mode}&coordinate=gaode"
            "&src=yizhan&callnative=1",
            "ride",
            "walk",
        ),
    ),
    App(
        "baidu",
        texts.TO_BAIDU,
        "bd09",
        _addresses(
            f"https://api.map.baidu.com/direction?origin={_HERE}"
            "&destination=latlng:{lat},{lon}%7Cname:{name}&mode={mode}&coord_type=bd09ll&output=html&src=yizhan",
            "riding",
            "walking",
        ),
    ),
    App(
        "tencent",
        texts.TO_TENCENT,
        "gcj02",
        _addresses(
            "https://apis.map.qq.com/uri/v1/routeplan?type={mode}&to={name}&tocoord={lat},{lon}&referer=yizhan",
            "bike",
            "walk",
        ),
    ),
)
"""In the order in which they are offered."""


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
    >>> link(APPS[2], 0.0, 51.5, "A, B")
    'https://apis.map.qq.com/uri/v1/routeplan?type=bike&to=A%20B&tocoord=51.5,0.0&referer=yizhan'
    """
    x, y = coordsys.from_wgs84(lon, lat, app.coordsys)
    values = {
        "lon": str(round(float(x), _DECIMALS)),
        "lat": str(round(float(y), _DECIMALS)),
        "name": quote(plain_name(name), safe=""),
    }
    return re.sub(r"\{(lon|lat|name)\}", lambda found: values[found[1]], app.addresses[mode])


def plain_name(name: str) -> str:
    r"""Take out of a name what separates values in some app's address, and what is no character; cut it.

    Examples
    --------
    >>> plain_name("Gate 2, east|west: \ud800"), plain_name("")
    ('Gate 2 east west', '')
    """
    kept = "".join(c for c in name if not "\ud800" <= c <= "\udfff")
    return " ".join(re.sub(r"[,|:;&#?]+", " ", kept).split())[:NAME_LENGTH]


def table() -> list[dict[str, Any]]:
    """Write the apps for the page's own script, which fills the same addresses."""
    return [
        {"code": app.code, "label": list(app.label), "system": app.coordsys, **app.addresses} for app in APPS
    ]
