"""Shortlists of a campaign: candidates ranked level by level."""

from collections.abc import Sequence

from data.selection.campaigns import Campaign
from data.selection.candidates import Candidate
from data.selection.filing import Line
from data.selection.shortlist import Entry, Quota, shortlist


def ranked(terms: Campaign, found: Sequence[Candidate], *, short: bool) -> list[Line]:
    """Rank candidates level by level, in the order of the campaign's levels."""
    lines = []
    for level in terms.levels:
        of_level = {c.station_id: c for c in found if c.level == level.code}
        if of_level:
            entries = [_entry(candidate, level.quota) for candidate in of_level.values()]
            found_places = shortlist(entries, level.quota, short=short)
            lines += [Line(of_level[place.entry.station_id], place) for place in found_places]
    return lines


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
