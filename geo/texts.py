"""What a user may read of this wing, Chinese first, English second.

Each wing keeps its user-facing sentences in its own ``texts.py``; the words of the field (codes and their
names) are in ``geo.vocabulary``. No other file holds a sentence for users: ``tests/pure/test_texts.py``.
"""

from typing import NamedTuple


class Text(NamedTuple):
    """One sentence in two languages, with ``str.format`` placeholders.

    Examples
    --------
    >>> Text("共 {n} 处", "{n} in all").format(n=3)
    Text(zh='共 3 处', en='3 in all')
    >>> str(Text("好", "good"))
    '好 · good'
    """

    zh: str
    en: str

    def format(self, **values: object) -> "Text":
        """Fill the placeholders of both languages; a missing one raises ``KeyError``."""
        return Text(self.zh.format(**values), self.en.format(**values))

    def __str__(self) -> str:
        """Both languages on one line, Chinese first."""
        return f"{self.zh} · {self.en}"

# -- coordinate systems

_SYSTEMS = Text(
    "wgs84：GPS 接收机、天地图、OSM；gcj02：高德、腾讯、苹果地图和国内手机地图；bd09：百度地图"
    "（百度墨卡托米制坐标写 bd09mc）",
    "wgs84: GPS receivers, Tianditu, OSM; gcj02: Amap, Tencent, Apple and most phone maps in China; "
    "bd09: Baidu Maps (bd09mc for Baidu's Mercator metres)",
)
COORDSYS_MISSING = Text(
    f"没有说明坐标系，而坐标系不能猜（猜错会偏几百米）。请写明其中一个。{_SYSTEMS.zh}。",
    "The coordinate system is not stated, and a guess may be wrong by hundreds of metres. "
    f"State one of these. {_SYSTEMS.en}.",
)
COORDSYS_UNKNOWN = Text(
    f"不认识坐标系“{{name}}”。请改为其中一个。{_SYSTEMS.zh}。",
    f"The coordinate system '{{name}}' is not known. Use one of these. {_SYSTEMS.en}.",
)
NO_POSITIONS = Text(
    "没有一个有效坐标，无法选定米制坐标系。请先给出至少一个位置。",
    "There is no valid position to choose a metric coordinate system from. Give at least one position first.",
)
OUTSIDE_ZONES = Text(
    "经度 {lon} 不在 CGCS2000 三度带范围内（73.5 至 136.5 度）。请检查坐标，境外请用 UTM。",
    "Longitude {lon} is outside the CGCS2000 3-degree zones (73.5 to 136.5 degrees). "
    "Check the coordinates; abroad use UTM.",
)

# -- street-facing verdicts
