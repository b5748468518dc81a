"""Base maps by setting: where the tiles come from, in which coordinates, and what map law wants shown."""

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from maps import texts
from maps.errors import OptionError

TileSystem = Literal["wgs84", "gcj02"]
_TILE_FIELDS: Final = ("{z}", "{x}", "{y}")


@dataclass(frozen=True)
class BaseMap:
    """A reviewed base map.

    Parameters
    ----------
    urls
        Tile addresses from bottom to top, with ``{z}``, ``{x}``, ``{y}`` and optionally ``{s}``; ``https``.
    coordsys
        The system the tiles are drawn in. With ``gcj02`` everything that is laid over them is shifted.
    attribution
        Source of the map; shown fixed at the lower left.
    approval
        审图号 as granted; shown beside the attribution. Empty = the operator states none.
    subdomains
        Values of ``{s}``.
    max_zoom
        The deepest zoom the tiles exist for.

    Raises
    ------
    OptionError
        An address is not https or lacks a field; no attribution; a coordinate system tiles do not come in.
    """

    urls: tuple[str, ...]
    coordsys: TileSystem
    attribution: str
    approval: str = ""
    subdomains: tuple[str, ...] = ()
    max_zoom: int = 18

    def __post_init__(self) -> None:
        for url in self.urls:
            if urlsplit(url).scheme != "https" or not all(field in url for field in _TILE_FIELDS):
                raise OptionError(f"base map: {url!r} must be an https address with {{z}}, {{x}} and {{y}}")
            if "{s}" in url and not self.subdomains:
                raise OptionError(f"base map: {url!r} has {{s}}; give the subdomains")
        if not self.urls or not self.attribution.strip():
            raise OptionError("base map: needs at least one tile address and the attribution of its source")
        if self.coordsys not in ("wgs84", "gcj02"):
            raise OptionError(
                f"base map: coordsys {self.coordsys!r} is not supported; use 'wgs84' or 'gcj02'"
            )

    def origins(self) -> tuple[str, ...]:
        """All hosts that tiles come from, as CSP sources, sorted.

        Examples
        --------
        >>> BaseMap(("https://t{s}.example.cn/{z}/{x}/{y}",), "wgs84", "x", subdomains=("0", "1")).origins()
        ('https://t0.example.cn', 'https://t1.example.cn')
        """
        hosts = set()
        for url in self.urls:
            netloc = re.match(r"https://([^/?#]+)", url)
            if netloc:
                hosts |= {"https://" + netloc[1].replace("{s}", s) for s in self.subdomains or ("",)}
        return tuple(sorted(hosts))


def tianditu(key: str, *, approval: str) -> BaseMap:
    """Tianditu (天地图) street map with its Chinese labels; CGCS2000, for us equal to WGS-84.

    Parameters
    ----------
    key
        The operator's browser key (``tk``).
    approval
        The 审图号 that Tianditu shows at present; it changes with each edition, so it is asked for.

    Raises
    ------
    OptionError
        The key is empty or holds anything but letters and digits.
    """
    if not re.fullmatch(r"[0-9A-Za-z]+", key):
        raise OptionError("base map: the Tianditu key must be letters and digits; get one at tianditu.gov.cn")
    address = (
        "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
        "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
    )
    urls = tuple(address.format(layer=layer, key=key) for layer in ("vec", "cva"))
    return BaseMap(urls, "wgs84", texts.TIANDITU.zh, approval, tuple("01234567"), 18)


def amap(*, approval: str) -> BaseMap:
    """Amap (高德) street map; GCJ-02. The operator needs Amap's leave to use its tiles."""
    url = "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}"
    return BaseMap((url,), "gcj02", texts.AMAP.zh, approval, tuple("1234"), 18)
