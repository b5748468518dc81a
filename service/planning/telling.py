"""What a plan says of itself: its parameters and sources, what was counted, and what a reader must know."""

from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

import service
from data.hours.schedule import SHANGHAI
from geo.network import Network, Snaps
from geo.texts import Text
from geo.week import NIGHT_SLOT
from service.planning import texts
from service.planning.asked import Asked
from service.planning.inputs import Inputs
from service.planning.public import Public
from service.planning.weeks import Weeks

SNAP_M: Final = 150.0
MOST_NAMED: Final = 4
"""Of more districts a title gives the number."""


def counts(
    inputs: Inputs, chosen: Public, known: Weeks, network: Network, demand: Snaps, stations: Snaps
) -> dict[str, int]:
    """Count what was read, and what of it could not be used."""
    return {
        **chosen.counts,
        "rejected": 0 if inputs.registered is None else inputs.registered.rejected,
        "stations_24h": int(known.is_24h.sum()),
        "hours_unknown": int((~known.known).sum()),
        "stations_off_street": int((~stations.ok).sum()) - chosen.counts["unlocated"],
        **inputs.needs.counts,
        "cells": len(inputs.needs.demand),
        "cells_off_street": int((~demand.ok).sum()),
        "streets": len(inputs.streets.streets),
        "network_nodes": network.n_nodes,
        "network_left_out": network.left_out.nodes,
    }


def parameters(
    asked: Asked, inputs: Inputs, counts: dict[str, int], kinds: list[str], elapsed_s: float
) -> dict[str, Any]:
    """List the parameters of the study: limits, sources with their versions, seed, and the counts."""
    needs = inputs.needs
    stand_in = asked.stand_in
    if asked.sample:
        told = texts.STAND_IN_SAMPLE.format(label=asked.stand_in, n=asked.sample, seed=asked.seed)
        stand_in = told.zh
    source = stand_in if inputs.registered is None else inputs.registered.source
    return {
        "title": asked.title or _title(needs.demand),
        "made_at": datetime.now(SHANGHAI).isoformat(timespec="seconds"),
        "program": f"yizhan {service.__version__}",
        "straight_m": asked.straight_m,
        "walk_s": asked.walk_s,
        "walk_kmh": asked.walk_kmh,
        "snap_m": SNAP_M,
        "week": inputs.monday.isoformat(),
        "night_slot": NIGHT_SLOT,
        "seed": asked.seed,
        "stand_in": stand_in,
        "stations_source": source,
        "demand_source": needs.source,
        "demand_unit": needs.unit,
        "streets_source": inputs.streets.source,
        "attribution": asked.attribution or inputs.streets.attribution,
        "adcodes": list(asked.adcodes),
        "resolution": asked.resolution,
        "sites": asked.sites,
        "share": asked.share,
        "seconds": asked.seconds,
        "candidates": kinds,
        "elapsed_s": elapsed_s,
        "files": inputs.digests,
        "counts": counts,
    }


def _title(demand: pd.DataFrame) -> str:
    """Name a plan that nobody named by its districts, in order of their codes; by their number where many.

    Examples
    --------
    >>> rows = pd.DataFrame({"adcode": ["110102", None, "110101"], "district": ["西城区", None, "东城区"]})
    >>> _title(rows), _title(rows[1:2])
    ('东城区、西城区', '本次范围')
    """
    named = [str(name) for name in demand.sort_values("adcode", kind="stable")["district"].dropna().unique()]
    if len(named) > MOST_NAMED:
        return texts.TITLE_MANY.zh.format(first=named[0], n=len(named))
    return "、".join(named) or texts.TITLE.zh


def notes(inputs: Inputs, network: Network, demand: Snaps, counts: dict[str, int]) -> list[Text]:
    """Say what a reader must know of what was refused, left out or assumed."""
    weight = inputs.needs.demand["weight"].to_numpy(np.float64)
    left = network.left_out
    found = [texts.NOTE_STREETS.format(source=inputs.streets.source), *inputs.needs.notes]
    if counts["cells_off_street"]:
        share = float(weight[~demand.ok].sum() / weight.sum())
        n = counts["cells_off_street"]
        found.append(texts.NOTE_OFF_STREET.format(n=n, share=f"{share:.1%}", metres=f"{SNAP_M:g}"))
    if left.components:
        found.append(texts.NOTE_LEFT_OUT.format(share=f"{left.kept_share:.1%}", n=left.components))
    if counts["hidden"]:
        found.append(texts.NOTE_HIDDEN.format(n=counts["hidden"]))
    if counts["around"]:
        found.append(texts.NOTE_AROUND.format(n=counts["around"]))
    if counts["hours_unknown"]:
        found.append(texts.NOTE_UNKNOWN.format(n=counts["hours_unknown"]))
    if counts["stations_off_street"]:
        n = counts["stations_off_street"]
        found.append(texts.NOTE_STATION_OFF_STREET.format(n=n, metres=f"{SNAP_M:g}"))
    special = _special_days(inputs)
    if special:
        found.append(texts.NOTE_HOLIDAY.format(monday=inputs.monday, days=", ".join(special)))
    return found


def _special_days(inputs: Inputs) -> list[str]:
    """Dates of the week that are no ordinary ones, by the table of holidays."""
    table = inputs.holidays
    days = [inputs.monday + timedelta(days=i) for i in range(7)]
    return [day.isoformat() for day in days if table.kind(day) != "ordinary"]
