"""How alike the names and addresses of two stations are, once what every such name says is taken off.

Nearly every station is called an outdoor workers' station of the union: these words, and the city and district, say
nothing about which one it is. What is left is compared letter by letter (``rapidfuzz``): the share of letters that two
texts have in common in their order, or nine tenths of it where the shorter stands inside the longer. Numbers tell
neighbours apart (一社区, 二社区): texts with other numbers are two thirds as alike.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

Floats = npt.NDArray[np.float64]

_GENERIC: Final = re.compile(
    "户外劳动者|劳动者|环卫工人?|快递小哥|外卖骑手|骑手|新就业形态|新业态|职工|工会|总工会|会员|户外|爱心|暖心|暖蜂|温馨|接力站|"
    "驿站|服务站点?|服务点|休息站|休息点|歇脚点|之家|港湾|站点|共享|智慧|24小时|二十四小时|最美"
)
_NUMBERS: Final = re.compile("[0-9]+|[一二三四五六七八九十]+")
_PUNCTUATION: Final = re.compile(r"[^\w]|_")
_CITY: Final = re.compile("^(?:[\u4e00-\u9fff]{2,3}省)?[\u4e00-\u9fff]{2,4}?市")
_HAS_NUMBER: Final = re.compile("[0-9]")
_INSIDE: Final = 0.9
_OTHER_NUMBERS: Final = 2 / 3
_SHORTEST: Final = 3
"""Letters that the shorter text must have to count as standing inside the longer one."""


def cores(names: Sequence[str], cities: Sequence[str | None], districts: Sequence[str | None]) -> list[str]:
    """Take off names what they share with all others.

    Examples
    --------
    >>> cores(["郑州市金水区花园路支行户外劳动者爱心驿站"], ["郑州市"], ["金水区"])
    ['花园路支行']
    >>> cores(["工会驿站"], [None], [None])
    ['']
    """
    return [_core(*key) for key in zip(names, cities, districts, strict=True)]


def doors(
    addresses: Sequence[str | None], cities: Sequence[str | None], districts: Sequence[str | None]
) -> list[str | None]:
    """Reduce addresses to what names a door; None where nothing does: an address without a number names a road.

    Examples
    --------
    >>> doors(["郑州市上街区中心路 97 号", "上街区中心路９７号", "中心路"], ["郑州市"] * 3, ["上街区"] * 3)
    ['中心路97号', '中心路97号', None]
    """
    return [
        None if address is None else _door(address, city, district)
        for address, city, district in zip(addresses, cities, districts, strict=True)
    ]


def likeness(first: Sequence[str], second: Sequence[str]) -> Floats:
    """Say how alike the cores of two names are, pair by pair.

    Returns
    -------
    likeness
        Shape (pairs,), from 0 to 1. Two names that say nothing but the common words are alike; one that says
        nothing is half like any other.

    Examples
    --------
    >>> likeness(["花园路支行", "一社区", "花园路支行"], ["花园路支行", "二社区", "郑州银行花园路支行"]).round(2)
    array([1.  , 0.44, 0.9 ])
    >>> likeness(["", ""], ["", "公园"])
    array([1. , 0.5])
    """
    if not len(first):
        return np.zeros(0)
    whole = process.cpdist(first, second, scorer=fuzz.ratio, workers=1) / 100.0
    inside = process.cpdist(first, second, scorer=fuzz.partial_ratio, workers=1) / 100.0
    lengths = np.array([[len(a), len(b)] for a, b in zip(first, second, strict=True)])
    shorter = lengths.min(axis=1)
    contained = (shorter >= _SHORTEST) & (shorter < lengths.max(axis=1))
    found = np.where(contained, np.maximum(whole, _INSIDE * inside), whole).astype(np.float64)
    found[shorter == 0] = np.where(lengths.max(axis=1)[shorter == 0] == 0, 1.0, 0.5)
    numbers = [_numbers(a) != _numbers(b) for a, b in zip(first, second, strict=True)]
    return np.where(numbers, found * _OTHER_NUMBERS, found)


def _plain(text: str, places: Iterable[str | None]) -> str:
    plain = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).casefold())
    for place in places:
        if place:
            plain = plain.replace(_PUNCTUATION.sub("", place), "")
    return _CITY.sub("", plain)


def _core(name: str, city: str | None, district: str | None) -> str:
    return _GENERIC.sub("", _plain(name, (city, district)))


def _door(address: str, city: str | None, district: str | None) -> str | None:
    plain = _plain(address, (city, district))
    return plain if _HAS_NUMBER.search(plain) else None


def _numbers(text: str) -> list[str]:
    return sorted(_NUMBERS.findall(text))
