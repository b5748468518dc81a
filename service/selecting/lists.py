"""Shortlists of a campaign: candidates ranked level by level."""

from collections.abc import Sequence
from typing import Final

from data.selection.campaigns import Campaign
from data.selection.candidates import Candidate
from data.selection.filing import Line
from data.selection.shortlist import Entry, Quota, shortlist

GONE_ON: Final = frozenset({"reviewed", "in_notice", "confirmed"})
"""Who is at one of these steps has taken a place of the quota."""


def ranked(
    terms: Campaign, found: Sequence[Candidate], *, short: bool, level: str | None = None
) -> list[Line]:
    """Rank the recommended public stations level by level, in the order of the campaign's levels.

    Parameters
    ----------
    terms
        The campaign.
    found
        All of its candidates, with the cards to rank by; those that have gone on take places of the quotas.
    short
        Accept fewer than the quota.
    level
        Only this one.

    Raises
    ------
    InputError
        Too few candidates, or no such level.
    """
    lines = []
    for asked in terms.levels if level is None else [terms.level(level)]:
        of_level = {c.station_id: c for c in found if c.level == asked.code and is_eligible(c)}
        gone_on = [c for c in found if c.level == asked.code and c.step in GONE_ON]
        # Where all have gone on there is nothing to rank; where nobody was recommended the quota is above.
        if of_level or not gone_on:
            entries = [_entry(candidate, asked.quota) for candidate in of_level.values()]
            taken = [_entry(candidate, asked.quota) for candidate in gone_on]
            places = shortlist(entries, asked.quota, short=short, taken=taken)
            lines += [Line(of_level[place.entry.station_id], place) for place in places]
    return lines


def is_eligible(candidate: Candidate) -> bool:
    """Whether a candidate is to be ranked: recommended, and its station still public."""
    return candidate.step == "recommended" and bool(candidate.station["public"])


def _entry(candidate: Candidate, quota: Quota) -> Entry:
    card, station = candidate.card, candidate.station
    return Entry(
        candidate.station_id,
        met=card["met"],
        unmet=card["unmet"],
        unknown=card["unknown"],
        preferred=card["preferred"],
        street_facing=station["street_facing"],
        district=_district(candidate, quota),
        lon=station["lon"],
        lat=station["lat"],
    )


def unmatched(terms: Campaign, found: Sequence[Candidate]) -> list[str]:
    """List the limits of districts without a candidate of their level: mistyped, or nobody recommended there."""
    return [
        f"{level.code}:{name}"
        for level in terms.levels
        for name in level.quota.districts
        if all(_district(c, level.quota) != name for c in found if c.level == level.code)
    ]


def _district(candidate: Candidate, quota: Quota) -> str | None:
    """Name the district of a candidate: as a limit names it, by code or by name, else by code, else by name."""
    named = [name for name in (candidate.station["adcode"], candidate.station["district"]) if name]
    return next((name for name in named if name in quota.districts), named[0] if named else None)
