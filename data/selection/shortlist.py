"""The shortlist of a selection: a ranking by rule, the same whenever it is made, with its reasons and ties.

Stations are compared, one after the other, by

1. haves known to be met, more first; then haves known to be unmet, fewer first. What is unknown counts for neither;
2. preferences that hold, more first;
3. street-facing: yes, then not known, then no.

Among stations equal in all of these the rule prefers balance on the ground: each time the one whose district has
the smallest share of its candidates chosen so far; among those the one farthest from all chosen ones; then the
first by station id. A district with a limit takes no more than that. Where a chosen station and one that is not are
equal by 1 to 3, and the limits let one stand in for the other, both are marked: people decide there, not the alphabet.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from data.errors import InputError
from data.selection import texts
from geo import chord, vocabulary
from geo.texts import Text
from geo.vocabulary import Ternary

_STREET: Final[Mapping[str, int]] = {"yes": 0, "unknown": 1, "no": 2}

Merit = tuple[int, int, int, int]


@dataclass(frozen=True)
class Entry:
    """One candidate as the rule sees it.

    ``district``: its adcode, or any name of the area that balance is kept between; None counts as an area of its
    own. ``lon``, ``lat``: WGS-84, None when not located.
    """

    station_id: str
    met: int
    unmet: int
    unknown: int
    preferred: int
    street_facing: Ternary
    district: str | None = None
    lon: float | None = None
    lat: float | None = None

    @property
    def merit(self) -> Merit:
        """What it is ranked by before any balance; less is better."""
        return (-self.met, self.unmet, -self.preferred, _STREET[self.street_facing])


@dataclass(frozen=True)
class Quota:
    """How many of a level: in all, and at most of each district that is named."""

    name: str
    quota: int
    districts: Mapping[str, int] = field(default_factory=dict)


class Ranked(NamedTuple):
    """One line of the list. ``rank`` from 1; ``chosen``: above the cut; ``tied``: an equal could stand in for it."""

    rank: int
    entry: Entry
    chosen: bool
    tied: bool
    reason: Text


def shortlist(
    entries: Sequence[Entry], level: Quota, *, short: bool = False, taken: Sequence[Entry] = ()
) -> list[Ranked]:
    """Rank the candidates of one level.

    Parameters
    ----------
    entries
        Each station once. None: an empty list, if ``short``.
    level
        Its quota and the limits of districts.
    short
        Accept that fewer can be chosen than the quota asks.
    taken
        Those that have places of the level already, other than ``entries``: they count for quota, limits and balance
        as chosen before, and are not listed.

    Returns
    -------
    ranked
        Every entry once: the chosen ones first, then the others in the order in which they would follow.

    Raises
    ------
    InputError
        Fewer can be chosen than the quota asks, and ``short`` does not allow it; the message has the numbers.

    Examples
    --------
    >>> a = Entry("a", met=6, unmet=0, unknown=1, preferred=1, street_facing="yes", district="110101")
    >>> b = Entry("b", met=6, unmet=1, unknown=0, preferred=2, street_facing="yes", district="110101")
    >>> [(line.entry.station_id, line.chosen) for line in shortlist([b, a], Quota("市级", 1))]
    [('a', True), ('b', False)]
    """
    full = Counter(entry.district for entry in taken)
    pool = Counter(entry.district for entry in entries)
    able = sum(
        min(count, max(0, level.districts.get(name or "", full[name] + count) - full[name]))
        for name, count in pool.items()
    )
    left = max(0, level.quota - len(taken))
    if able < left and not short:
        raise InputError(
            texts.QUOTA_ABOVE.format(level=level.name, quota=left, able=able, candidates=len(entries))
        )
    order = _Order(entries, level, taken)
    rows = sorted(range(len(entries)), key=lambda row: (entries[row].merit, entries[row].station_id))
    for _, group in groupby(rows, key=lambda row: entries[row].merit):
        order.take(np.array(list(group), dtype=np.int64))
    return order.lines()


class _Order:
    """The list as it grows: who was chosen, how many of each district, how far everybody is from the chosen."""

    def __init__(self, entries: Sequence[Entry], level: Quota, taken: Sequence[Entry]) -> None:
        self.level, self.entries = level, entries
        self.left = level.quota - len(taken)
        self.pool = Counter(entry.district for entry in (*entries, *taken))
        names = list(self.pool)
        self.district = np.array([names.index(entry.district) for entry in entries], dtype=np.int64)
        self.pools = np.array([self.pool[name] for name in names], dtype=np.float64)
        before = Counter(entry.district for entry in taken)
        self.of_district = np.array([before[name] for name in names], dtype=np.int64)
        self.points = _points(entries)
        self.away_m: npt.NDArray[np.float64] = np.full(len(entries), np.inf)
        self.chosen: list[tuple[Entry, Text]] = []
        self.others: list[tuple[Entry, Text]] = []
        for here in _points(taken):
            self._come_near(here)

    def take(self, group: npt.NDArray[np.int64]) -> None:
        """Take rows of equal merit, given in order of id, in the order of balance."""
        while len(group):
            # Equal shares are equal as floats too: division is correctly rounded.
            share = (self.of_district / self.pools)[self.district[group]]
            # To the metre: less than that is no reason to prefer anybody.
            away_m = np.where(share == share.min(), np.round(self.away_m[group]), -1.0)
            best = int(np.argmax(away_m))
            self._place(int(group[best]))
            group = np.delete(group, best)

    def _place(self, row: int) -> None:
        entry, district = self.entries[row], self.district[row]
        most = self.level.districts.get(entry.district or "")
        before = int(self.of_district[district])
        reason = _reason(entry, before, self.pool[entry.district])
        if most is not None and before >= most:
            self.others.append((entry, _joined(reason, texts.DISTRICT_FULL.format(most=most))))
        elif len(self.chosen) >= self.left:
            self.others.append((entry, reason))
        else:
            self.chosen.append((entry, reason))
            self.of_district[district] += 1
            self._come_near(self.points[row])

    def _come_near(self, here: npt.NDArray[np.float64]) -> None:
        if np.isfinite(here).all():
            self.away_m = np.fmin(self.away_m, np.linalg.norm(self.points - here, axis=1))
            # Who has no position is never the farther one.
            self.away_m[~np.isfinite(self.points[:, 0])] = 0.0

    def lines(self) -> list[Ranked]:
        """Give the list, numbered, with the ties marked."""
        tied = self._tied()
        both = [(*line, True) for line in self.chosen] + [(*line, False) for line in self.others]
        return [
            Ranked(rank, entry, chosen, tie, _joined(reason, texts.TIED) if tie else reason)
            for rank, (entry, reason, chosen) in enumerate(both, 1)
            for tie in [entry.station_id in tied]
        ]

    def _tied(self) -> set[str]:
        """Find the stations for which an equal across the cut could stand: of its district, or of one with room."""
        limits = self.level.districts
        room = {
            name
            for name, count in zip(self.pool, self.of_district.tolist(), strict=True)
            if count < limits.get(name or "", count + 1)
        }
        inside = {(entry.merit, entry.district) for entry, _ in self.chosen}
        outside = {(entry.merit, entry.district) for entry, _ in self.others}
        merits = {merit for merit, _ in inside}
        welcome = {merit for merit, name in outside if name in room}
        return {
            e.station_id for e, _ in self.chosen if e.merit in welcome or (e.merit, e.district) in outside
        } | {
            e.station_id
            for e, _ in self.others
            if (e.merit, e.district) in inside or (e.district in room and e.merit in merits)
        }


def _points(entries: Sequence[Entry]) -> npt.NDArray[np.float64]:
    lon = np.array([np.nan if e.lon is None else e.lon for e in entries], dtype=np.float64)
    lat = np.array([np.nan if e.lat is None else e.lat for e in entries], dtype=np.float64)
    return chord.in_space(lon, lat)


def _reason(entry: Entry, chosen: int, pool: int) -> Text:
    street = vocabulary.STREET_FACING[entry.street_facing]
    return texts.REASON.format(
        met=entry.met,
        unmet=entry.unmet,
        unknown=entry.unknown,
        preferred=entry.preferred,
        street_zh=street.zh,
        street_en=street.en,
        chosen=chosen,
        pool=pool,
    )


def _joined(first: Text, second: Text) -> Text:
    return Text(first.zh + second.zh, first.en + second.en)
