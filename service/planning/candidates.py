"""Places where a station could be put: doors that face a street, premises of hosts, points along the streets.

==========  ===========================================================================================================
``doors``   rows of a list of premises, or stations of the registry that are planned or not public, whose verdict is
            street-facing *yes*
``hosts``   banks, post offices, shops, toilets … of an OSM extract (``data.streets.candidates``); judged by the rule
            where buildings and walls are known, and left out where it says *no*
``grid``    the middle of each cell of demand, moved to its street; no door is known there, so a person has to find one
==========  ===========================================================================================================
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from data.stations import imports
from data.stations.imports import ImportOptions
from data.streets import candidates as premises
from geo.frontage import Parameters
from geo.network import Network, snap
from service import checking
from service.planning import texts
from service.planning.streetfiles import Streets

SOURCES: Final = ("doors", "hosts", "grid")


def of_registry(stations: pd.DataFrame) -> pd.DataFrame:
    """Take the street-facing doors among the stations that do not serve the public yet."""
    closed_to_public = (stations["audience"] != "outdoor_workers") | (stations["status"] == "planned")
    faces = stations["street_facing"] == "yes"
    located = stations["lon"].notna() & stations["lat"].notna()
    chosen = stations[closed_to_public & faces & located & (stations["status"] != "closed")]
    return _frame(
        chosen["station_id"], chosen["name"], "door", chosen["lon"], chosen["lat"], chosen["street_facing"]
    )


def of_list(path: Path, system: str | None) -> pd.DataFrame:
    """Read a list of premises: any file that stations can be imported from.

    Raises
    ------
    InputError
        The file cannot be used, its coordinate system is not stated, or no row has a position.
    """
    if system is None:
        raise InputError(texts.CANDIDATES_COORDSYS.format(file=path))
    listed, report = imports.read_stations(path, ImportOptions(coordsys=system))
    located = listed[listed["lon"].notna() & listed["lat"].notna()]
    if located.empty:
        raise InputError(texts.CANDIDATES_NONE.format(file=path, rejected=report.counts.rejected))
    lon, lat = located["lon"], located["lat"]
    return _frame(located["station_id"], located["name"], "door", lon, lat, located["street_facing"])


def of_hosts(streets: Streets) -> pd.DataFrame:
    """Take the premises of an OSM extract that do not stand off the street.

    Raises
    ------
    InputError
        The streets come from no OSM extract.
    """
    if streets.osm_file is None:
        raise InputError(texts.HOSTS_NEED_PBF)
    points = premises.candidates(streets.osm_file)
    if points.empty:
        return none()
    points = points.set_index("osm_id", drop=False)
    points["floor"] = np.nan
    verdicts = [checking.tile_verdicts(tile, streets.layers, Parameters()) for tile in checking.tiles(points)]
    verdict = pd.concat(verdicts)["verdict"].reindex(points.index).to_numpy(dtype=object)
    faces = verdict != "no"
    chosen = points[faces]
    return _frame(
        chosen["osm_id"], chosen["name"], "host", chosen.geometry.x, chosen.geometry.y, verdict[faces]
    )


def of_grid(demand: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Take one point on a street for each cell of demand that has one within reach."""
    snaps = snap(network, network.project(demand["lon"], demand["lat"]))
    at = network.unproject(snaps.xy[snaps.ok])
    ids = "grid/" + demand["demand_id"].astype(str)[snaps.ok]
    count = len(ids)
    return _frame(ids, [""] * count, "grid", at[:, 0], at[:, 1], ["unknown"] * count)


def none() -> pd.DataFrame:
    """No candidate, all columns."""
    return _frame([], [], "grid", [], [], [])


def joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Put candidates of several sources together; of the same id the first counts."""
    every = pd.concat([none(), *parts], ignore_index=True)
    return every.drop_duplicates("site_id", ignore_index=True)


def _frame(
    ids: Iterable[object],
    names: Iterable[object],
    kind: str,
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    street_facing: Iterable[object],
) -> pd.DataFrame:
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    said = {
        "site_id": list(ids),
        "name": ["" if name is None else name for name in names],
        "kind": [kind] * len(x),
        "lon": x,
        "lat": y,
        "street_facing": list(street_facing),
    }
    return pd.DataFrame(
        {
            name: pd.Series(v, dtype=np.float64 if name in ("lon", "lat") else object)
            for name, v in said.items()
        }
    )
