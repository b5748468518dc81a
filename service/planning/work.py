"""The computation of a plan: inputs in, a ``geo.study.Study`` out; no file and no database is touched here."""

import time
from dataclasses import dataclass, field
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from geo.coverage import assess, reach
from geo.coverage.openings import Openings
from geo.coverage.reach import Reach
from geo.demand import named
from geo.lists import Lists
from geo.network import Network, Snaps, build, snap
from geo.progress import Progress, silent
from geo.study import CONTRACTS, Study
from geo.week import NIGHT_SLOT
from service import spread
from service.planning import candidates, needs, siting, standin, telling, texts
from service.planning.asked import Asked
from service.planning.inputs import Inputs
from service.planning.public import Public, around, public, reach_m, without_timetable
from service.planning.telling import SNAP_M
from service.planning.weeks import weeks
from service.spread import Local, Runner

Floats = npt.NDArray[np.float64]

STEPS: Final = 6
FEW_PER_SITE: Final = 10
"""With fewer doors and hosts than so many for each site there is no real choice; then the grid is taken as well."""
SITES_FOR_SHARE: Final = 10
"""How many sites a share is taken to need at least, where it is asked for how many it does."""


@dataclass(frozen=True, eq=False)
class _Ground:
    """Network, places of demand on it, and candidates."""

    network: Network
    xy: npt.NDArray[np.float64]
    demand: Snaps
    sites: pd.DataFrame = field(default_factory=candidates.none)
    runner: Runner = field(default_factory=Local)

    def near(self, demand_xy: Floats, station_xy: Floats, limit_m: float) -> Lists:
        """List who is within a straight line, wherever that is worked out."""
        return spread.straight(demand_xy, station_xy, limit_m, self.runner)

    def within(self, network: Network, facilities: Snaps, demand: Snaps, limit_s: float) -> Lists:
        """List who is within a walk, wherever that is worked out."""
        return spread.walking(network, facilities, demand, limit_s, self.runner)


def study(asked: Asked, inputs: Inputs, progress: Progress = silent, runner: Runner | None = None) -> Study:
    """Work out coverage, and where new stations belong.

    Parameters
    ----------
    asked
        Limits and numbers.
    inputs
        Demand that adds up to more than 0.
    runner
        Who lists the stations and candidates in reach, area by area; None: this process.

    Returns
    -------
    study
        With everything that was asked for; frames of what was not have no rows.

    Raises
    ------
    InputError
        There is no street to walk on, no public station counts (and that was not foreseen), or fewer candidates than
        stations to draw.
    """
    begun = time.monotonic()
    progress(texts.STEP_NETWORK, 1, STEPS)
    ground = _ground(asked, inputs, runner or Local())
    chosen, sampled = _stations(asked, inputs, ground)
    known = weeks(chosen.stations, inputs.holidays, inputs.monday)
    chosen = without_timetable(chosen, known.known)
    openings = Openings.of(known.open, known.known, known.is_24h)
    progress(texts.STEP_TIMES, 2, STEPS)
    table, snaps = _placed(chosen, ground, inputs.needs.population)
    counting = table["not_counted"].isna().to_numpy()
    straight = reach.straight(
        ground.xy,
        _project(ground.network, table),
        asked.straight_m,
        openings,
        counting,
        within=ground.near,
    )
    walk, unreached = reach.walking(
        ground.network, ground.demand, snaps, asked.walk_s, openings, counting, within=ground.within
    )
    progress(texts.STEP_COVERAGE, 3, STEPS)
    beyond = needs.beyond(asked, inputs.needs, table)
    assessed = assess.assess(
        inputs.needs.demand, table, openings, straight, walk,
        unreached=unreached, profiles=inputs.needs.profiles, beyond=beyond, monday=inputs.monday,
        walk_kmh=asked.walk_kmh,
    )  # fmt: skip
    progress(texts.STEP_SITING, 4, STEPS)
    proposed = siting.propose(
        asked, _task(asked, inputs, ground, sampled, assessed, walk, openings, counting), progress
    )
    frames = {name: getattr(assessed, name) for name in CONTRACTS if hasattr(assessed, name)}
    inside = _inside(assessed.areas)
    frames["areas"] = assessed.areas[inside].reset_index(drop=True)
    kinds = [str(kind) for kind in ground.sites["kind"].unique()]
    counts = telling.counts(inputs, chosen, known, ground.network, ground.demand, snaps) | {
        "candidates": len(ground.sites),
        "around": int((beyond & counting).sum()),
    }
    wanted = bool(asked.sites) or asked.share is not None
    return Study(
        parameters=telling.parameters(asked, inputs, counts, kinds, round(time.monotonic() - begun, 1)),
        notes=(
            *telling.notes(inputs, ground.network, ground.demand, counts),
            *assessed.notes,
            *proposed.notes,
            *([texts.NOTE_NO_CANDIDATES] if wanted and ground.sites.empty else []),
        ),
        masks=assessed.masks,
        gap_week=assessed.gap_week[inside],
        **(frames | proposed.frames),
    )


def _ground(asked: Asked, inputs: Inputs, runner: Runner) -> _Ground:
    """Build the network, place demand on it, and gather the candidates."""
    network = build(inputs.streets.streets, "walk", asked.walk_kmh, inputs.streets.gates)
    if not network.n_segments:
        raise InputError(texts.NO_NETWORK.format(source=inputs.streets.source))
    demand = inputs.needs.demand
    xy = network.project(demand["lon"], demand["lat"])
    ground = _Ground(network, xy, snap(network, xy, limit_m=SNAP_M))
    return _Ground(network, xy, ground.demand, _candidates(asked, inputs, ground), runner)


def _candidates(asked: Asked, inputs: Inputs, ground: _Ground) -> pd.DataFrame:
    """Gather candidates of the kinds asked for; without a wish doors and hosts, and the grid where these are few."""
    if not asked.sites and not asked.sample and asked.share is None:
        return candidates.none()
    wanted = asked.candidates
    parts = [inputs.doors]
    if "hosts" in wanted or (not wanted and inputs.streets.osm_file is not None):
        parts.append(candidates.of_hosts(inputs.streets))
    sites = asked.sites if asked.share is None else max(asked.sites, SITES_FOR_SHARE)
    few = sum(map(len, parts)) < FEW_PER_SITE * (sites + asked.sample)
    if "grid" in wanted or (not wanted and few):
        parts.append(candidates.of_grid(inputs.needs.demand, ground.network))
    found = candidates.joined(parts)
    west, south, east, north = _box(asked, inputs)
    return found[found["lon"].between(west, east) & found["lat"].between(south, north)].reset_index(drop=True)


def _box(asked: Asked, inputs: Inputs) -> tuple[float, float, float, float]:
    demand = inputs.needs.demand
    return around(demand["lon"], demand["lat"], reach_m(asked.straight_m, asked.walk_s, asked.walk_kmh))


def _stations(asked: Asked, inputs: Inputs, ground: _Ground) -> tuple[Public, npt.NDArray[np.bool_]]:
    """Take the public stations; the mask tells which candidates were drawn as stand-ins."""
    drawn = np.zeros(len(ground.sites), dtype=bool)
    if inputs.registered is None:
        stations = standin.sample(ground.sites, asked.sample, asked.seed)
        ids = {i.removeprefix(standin.PREFIX) for i in stations["station_id"]}
        drawn = ground.sites["site_id"].isin(ids).to_numpy()
    else:
        stations = inputs.registered.stations
    chosen = public(stations, _box(asked, inputs))
    if not any(reason is None for reason in chosen.not_counted) and not asked.no_stations:
        raise InputError(texts.NO_STATIONS.format(**chosen.counts))
    return chosen, drawn


def _placed(
    chosen: Public, ground: _Ground, population: gpd.GeoDataFrame | None
) -> tuple[pd.DataFrame, Snaps]:
    """Put stations on the network and name their areas; columns as ``assess`` reads them."""
    table = chosen.stations.assign(not_counted=pd.Series(chosen.not_counted, dtype=object))
    if population is not None:
        table = named(table, population, by_place=True)
    snaps = snap(ground.network, _project(ground.network, table), limit_m=SNAP_M)
    return table.assign(snap_m=np.where(snaps.ok, snaps.access_m, np.nan)), snaps


def _project(network: Network, places: pd.DataFrame) -> npt.NDArray[np.float64]:
    return network.project(places["lon"].to_numpy(np.float64), places["lat"].to_numpy(np.float64))


def _task(
    asked: Asked,
    inputs: Inputs,
    ground: _Ground,
    sampled: npt.NDArray[np.bool_],
    assessed: assess.Assessed,
    walk: Reach,
    openings: Openings,
    counting: npt.NDArray[np.bool_],
) -> siting.Task:
    """Put together what choosing sites needs: who reaches whom, weights, names."""
    sites = ground.sites[~sampled].reset_index(drop=True)
    if inputs.needs.population is not None:
        sites = named(sites, inputs.needs.population)
    snaps = snap(ground.network, _project(ground.network, sites), limit_m=SNAP_M)
    sites, snaps = sites[snaps.ok].reset_index(drop=True), snaps.take(snaps.ok)
    demand, profiles = inputs.needs.demand, inputs.needs.profiles
    weight = demand["weight"].to_numpy(np.float64)
    night = (
        weight * profiles.factors(profiles.rows(demand["profile"]))[:, NIGHT_SLOT]
        if profiles.keys
        else weight
    )
    return siting.Task(
        demand=demand,
        stations=assessed.stations,
        counting=counting,
        openings=openings,
        reach=walk,
        candidates=sites,
        lists=ground.within(ground.network, snaps, ground.demand, asked.walk_s),
        weights={"any": weight, "0200": night},
    )


def _inside(areas: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Mark the areas that have demand of this plan; others only hold stations that reach into it."""
    return np.asarray((areas["cells"] > 0) | (areas["level"] == "all"))
