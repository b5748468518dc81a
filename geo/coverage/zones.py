"""Districts and townships that places and stations lie in, numbered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.coverage import texts
from geo.demand import AREA_NAMES, area_codes

IntArray = npt.NDArray[np.int64]
_Key = tuple[str, ...]
"""Code of a district; codes of a district and a township."""


@dataclass(frozen=True, eq=False)
class Zones:
    """The whole, its districts and its townships, one row each in this order, by code.

    Attributes
    ----------
    frame
        Columns ``level``, ``code``, ``name``, ``parent`` as ``geo.study.AREAS`` has them.
    township_of
        By frame handed in: row of the township of each of its rows.
    districts
        Row of the district of each row of ``frame`` that is a township; -1 for the others.
    """

    frame: pd.DataFrame
    township_of: tuple[IntArray, ...]
    districts: IntArray

    @classmethod
    def of(cls, frames: Sequence[pd.DataFrame]) -> Self:
        """Give numbers to the areas of some frames (demand, stations) together.

        Parameters
        ----------
        frames
            Each with ``adcode``, ``township_code``, ``district``, ``township``, None where not known. Areas are told
            apart by ``geo.demand.area_codes``, which stand in ``code``; of an area with a code the first name counts.
            Rows whose area is not known make an area of their own, with the code ''.

        Examples
        --------
        >>> rows = pd.DataFrame({"adcode": ["2", "1", "2"], "township_code": ["21", "11", "21"],
        ...                      "district": None, "township": ["b", "a", "b"]}, dtype=object)
        >>> zones = Zones.of([rows])
        >>> zones.frame["code"].tolist(), zones.township_of[0].tolist()
        (['all', '1', '2', '11', '21'], [4, 3, 4])
        """
        kinds, at = _kinds(frames)
        codes = area_codes(kinds)
        districts: list[_Key] = [(code,) for code in codes["district"]]
        townships: list[_Key] = list(zip(codes["district"], codes["township"], strict=True))
        names = _names(districts, kinds["district"]) | _names(townships, kinds["township"])
        outer = sorted(set(districts))
        inner = sorted(set(townships), key=lambda key: (key[1], key[0]))
        number = {key: i + 1 for i, key in enumerate([*outer, *inner])}
        rows: list[tuple[str, str, str, str | None]] = [("all", "all", texts.WHOLE.zh, None)]
        rows += [("district", key[0], names[key], None) for key in outer]
        rows += [("township", key[1], names[key], key[0] or None) for key in inner]
        parents = [-1] * (1 + len(outer)) + [number[key[:1]] for key in inner]
        township = np.array([number[key] for key in townships], dtype=np.int64)
        return cls(
            pd.DataFrame(rows, columns=["level", "code", "name", "parent"], dtype=object),
            tuple(township[codes] for codes in at),
            np.array(parents, dtype=np.int64),
        )

    def __len__(self) -> int:
        return len(self.frame)

    def summed(self, townships: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Add the rows of townships to their districts and to the whole.

        Parameters
        ----------
        townships
            Shape (zones, …); the rows of districts and of the whole are ignored.
        """
        total = np.zeros_like(townships, dtype=np.float64)
        inner = np.flatnonzero(self.frame["level"].to_numpy() == "township")
        total[inner] = townships[inner]
        np.add.at(total, self.districts[inner], townships[inner])
        total[0] = townships[inner].sum(axis=0)
        return total

    def memberships(self, which: int) -> tuple[IntArray, IntArray]:
        """Pairs (zone, row) of frame ``which``: each row in its township, its district and the whole."""
        township = self.township_of[which]
        rows = np.arange(len(township))
        zone = np.concatenate([np.zeros(len(township), dtype=np.int64), self.districts[township], township])
        return zone, np.tile(rows, 3)


def _kinds(frames: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, list[IntArray]]:
    """Distinct rows of the four names, "" for None, and which one each row of each frame is."""
    stacked = pd.concat([frame[list(AREA_NAMES)] for frame in frames], ignore_index=True)
    codes, distinct = pd.factorize(pd.MultiIndex.from_frame(stacked.astype(object).fillna("")))
    kinds = pd.DataFrame([tuple(map(str, kind)) for kind in distinct], columns=AREA_NAMES, dtype=object)
    ends = np.cumsum([len(frame) for frame in frames])[:-1]
    return kinds, np.split(codes.astype(np.int64), ends)


def _names(keys: Sequence[_Key], found: Iterable[str]) -> dict[_Key, str]:
    names: dict[_Key, str] = {}
    for key, name in zip(keys, found, strict=True):
        names[key] = names.get(key) or name
    return names
