"""The page of a public notice, from the candidates of a campaign."""

from collections.abc import Sequence
from datetime import date

import maps
from data.errors import InputError
from data.hours import round_the_clock
from data.selection.campaigns import Campaign
from data.selection.candidates import Candidate
from maps import BaseMap
from maps.notice import Nominee, NoticeOptions, notice
from service.selecting import texts


def page(
    terms: Campaign,
    found: Sequence[Candidate],
    *,
    unit: str,
    objections: str = "",
    base: BaseMap | None = None,
) -> str:
    """Write the page of some candidates, in the order given.

    Parameters
    ----------
    terms
        Their campaign.
    found
        At the step of the notice, or confirmed.
    unit, objections
        Who publishes, and how one may object.

    Raises
    ------
    InputError
        Nobody is at that step.
    """
    confirmed = any(candidate.step == "confirmed" for candidate in found)
    if not found:
        raise InputError(texts.NO_NOTICE.format(campaign=terms.campaign_id))
    periods = {_period(candidate) for candidate in found}
    options = NoticeOptions(
        title=terms.title,
        unit=unit,
        first=min(candidate.on for candidate in found),
        last=max(candidate.on if confirmed else candidate.notice_until or date.min for candidate in found),
        days=terms.notice_days,
        rules=(terms.rules.title, terms.rules.version),
        objections=objections,
        base=base,
        confirmed=confirmed,
    )
    apart = not confirmed and len(periods) > 1
    return maps.render(notice([_nominee(terms, candidate, apart=apart) for candidate in found], options))


def _period(candidate: Candidate) -> tuple[date, date]:
    return candidate.on, candidate.notice_until or date.min


def _nominee(terms: Campaign, candidate: Candidate, *, apart: bool) -> Nominee:
    station = candidate.station
    facts = (station["door_24h"], station["unattended_24h"], station["goods_24h"])
    return Nominee(
        station_id=candidate.station_id,
        name=station["name"],
        level=terms.level(candidate.level).quota.name,
        card=candidate.card,
        address=station["address"],
        operator=station["operator"] or station["host"],
        hours_posted=station["hours_posted"],
        street_facing=station["street_facing"],
        access_24h=round_the_clock.access_24h(*facts),
        lon=station["lon"],
        lat=station["lat"],
        period=_period(candidate) if apart else None,
    )
