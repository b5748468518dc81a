"""Stations that may be one: found for a person, who decides. Nothing here changes a station.

A pair is listed for one reason or several (``REASONS``):

``external_id``  both have the same id on the same platform
``name``         at most ``within_m`` apart, and names alike by at least ``likeness``
``door``         at most ``DOOR_M`` apart, whatever the names, unless their floors differ
``address``      the same house number, and at most ``ADDRESS_M`` apart where both are located; else in one district
``rename``       one was withdrawn before the other came, at the same address or at most ``RENAME_M`` apart

About two points on maps belong to each station, so duplicates are the normal case; and two brands at one door are two
entries of one place, which only a person can tell from two rooms of one house.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
from scipy.spatial import cKDTree

from data import statements
from data.editing import likeness as alike
from data.editing import texts
from data.errors import InputError
from data.postgres.db import Connection
from geo import metric
from geo.texts import Text

Pairs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

REASONS: Final = ("external_id", "name", "door", "address", "rename")
WITHIN_M: Final = 50.0
LIKENESS: Final = 0.75
DOOR_M: Final = 10.0
RENAME_M: Final = 30.0
ADDRESS_M: Final = 500.0
CROWD: Final = 20
"""Stations at one position, address or id: more are no door but the middle of a town, and are not listed but said."""
MOST_PAIRS: Final = 5_000_000
_EARTH_M: Final = 6_371_008.8
_GRID_M: Final = 1.0


@dataclass(frozen=True)
class Found:
    """Pairs to decide about, the likeliest first, and what was left out.

    ``pairs``: ``first_id`` below ``second_id``, ``first_name`` … (also address, source, deleted), ``distance_m`` (NaN
    where one is unlocated), ``likeness``, ``reasons`` (codes of ``REASONS`` with commas between).
    """

    pairs: pd.DataFrame
    notes: tuple[Text, ...] = ()


def read(conn: Connection) -> pd.DataFrame:
    """Read what may be compared: living stations, and tombstones that no person merged."""
    with conn.cursor() as cursor:
        cursor.execute(statements.load("duplicates/stations"))
        rows, names = cursor.fetchall(), [column.name for column in cursor.description or ()]
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    for name in ("lon", "lat", "floor", "created_s", "deleted_s"):
        frame[name] = pd.to_numeric(frame[name]).astype(float)
    return frame


def find(
    stations: pd.DataFrame,
    decided: frozenset[tuple[str, str]] = frozenset(),
    *,
    within_m: float = WITHIN_M,
    least: float = LIKENESS,
) -> Found:
    """Find pairs that may be one station.

    Parameters
    ----------
    stations
        As ``read`` gives them.
    decided
        Pairs of ids, the lower one first, that a person has decided about.
    within_m
        How far apart stations with like names may stand, metres.
    least
        How alike the names must be, 0 to 1.

    Returns
    -------
    found
        No station, or none like another: no pairs.

    Raises
    ------
    InputError
        So many stations stand so near that no person could look at the pairs.
    """
    notes: list[Text] = []
    near = _near(stations, max(within_m, RENAME_M, DOOR_M), notes)
    cities, districts = stations["city"].tolist(), stations["district"].tolist()
    doors = alike.doors(stations["address"].tolist(), cities, districts)
    at_door = _equal(np.array(doors, dtype=object), notes, texts.CROWDED_ADDRESS)
    same_id = _same_external(stations, notes)
    pairs = np.unique(np.concatenate([near, at_door, same_id]), axis=0)
    if not len(pairs):
        return Found(_frame(stations, pairs, np.zeros(0), np.zeros(0), {}), tuple(notes))
    cores = np.array(alike.cores(stations["name"].tolist(), cities, districts), dtype=object)
    distance_m = _distance_m(stations, pairs)
    likeness = alike.likeness(cores[pairs[:, 0]].tolist(), cores[pairs[:, 1]].tolist())
    reasons = _reasons(
        stations, pairs, distance_m, likeness, at_door, same_id, within_m=within_m, least=least
    )
    keep = np.any(list(reasons.values()), axis=0) & ~_known(stations, pairs, decided)
    told = {reason: mask[keep] for reason, mask in reasons.items()}
    return Found(_frame(stations, pairs[keep], distance_m[keep], likeness[keep], told), tuple(notes))


def _reasons(
    stations: pd.DataFrame,
    pairs: Pairs,
    distance_m: npt.NDArray[np.float64],
    likeness: npt.NDArray[np.float64],
    at_door: Pairs,
    same_id: Pairs,
    *,
    within_m: float,
    least: float,
) -> dict[str, Mask]:
    floor, deleted = (stations[n].to_numpy(float)[pairs] for n in ("floor", "deleted_s"))
    created = stations["created_s"].to_numpy(float)[pairs]
    other_floor = np.isfinite(floor).all(axis=1) & (floor[:, 0] != floor[:, 1])
    living = np.isnan(deleted)
    both = living.all(axis=1)
    # Withdrawn first, registered then: of one import that replaces a list, both in one moment.
    follows = living.sum(axis=1) == 1
    follows &= np.where(living[:, 0], created[:, 0] >= deleted[:, 1], created[:, 1] >= deleted[:, 0])
    address = _within(pairs, at_door) & _one_place(stations, pairs, distance_m)
    nearly = np.nan_to_num(distance_m, nan=np.inf)
    return {
        "external_id": both & _within(pairs, same_id),
        "name": both & (nearly <= within_m) & (likeness >= least),
        "door": both & (nearly <= DOOR_M) & ~other_floor,
        "address": both & address & ~other_floor,
        "rename": follows & (address | (nearly <= RENAME_M)),
    }


def _near(stations: pd.DataFrame, within_m: float, notes: list[Text]) -> Pairs:
    """Pair stations that stand near each other; where a crowd stands on one spot, none of it."""
    lon, lat = (np.radians(stations[n].to_numpy(float)) for n in ("lon", "lat"))
    located = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    lon, lat = lon[located], lat[located]
    xyz = _EARTH_M * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    _, spot, crowd = np.unique(np.round(xyz / _GRID_M), axis=0, return_inverse=True, return_counts=True)
    lonely = crowd[spot.ravel()] <= CROWD
    if not lonely.all():
        notes.append(texts.CROWDED_PLACE.format(n=int((~lonely).sum()), crowd=CROWD))
    if not lonely.any():
        return _none()
    tree = cKDTree(xyz[lonely])
    # The sphere is up to half a percent off the ellipsoid: a little more, and the geodesic decides.
    reach_m = within_m * 1.01
    if tree.count_neighbors(tree, reach_m) > 2 * MOST_PAIRS:
        raise InputError(texts.TOO_MANY_PAIRS.format(within_m=f"{within_m:g}"))
    found = tree.query_pairs(reach_m, output_type="ndarray")
    return np.sort(located[lonely][found], axis=1).astype(np.int64) if len(found) else _none()


def _equal(keys: npt.NDArray[np.object_], notes: list[Text], crowded: Text) -> Pairs:
    """Pair rows of one key; None is no key. Of a crowd, none."""
    codes, uniques = pd.factorize(keys)
    rows = np.flatnonzero(codes >= 0)
    rows = rows[np.argsort(codes[rows], kind="stable")]
    counts = np.bincount(codes[rows], minlength=len(uniques)) if len(rows) else np.zeros(0, dtype=np.int64)
    for code in np.flatnonzero(counts > CROWD):
        notes.append(crowded.format(what=str(uniques[code])[:60], n=int(counts[code])))
    rows = rows[(counts[codes[rows]] > 1) & (counts[codes[rows]] <= CROWD)] if len(rows) else rows
    # Rows of one key stand side by side: pair each with the one so many places on.
    found = [_none()]
    for step in range(1, CROWD):
        first, second = rows[:-step], rows[step:]
        same = codes[first] == codes[second]
        if not same.any():
            break
        found.append(np.sort(np.column_stack([first[same], second[same]]), axis=1))
    return np.concatenate(found)


def _same_external(stations: pd.DataFrame, notes: list[Text]) -> Pairs:
    ids = [orjson.loads(text) if text != "{}" else {} for text in stations["external_ids"]]
    found = [_none()]
    for platform in ("amap", "baidu", "osm"):
        keys = np.array(
            [None if platform not in one else f"{platform} {one[platform]}" for one in ids], dtype=object
        )
        found.append(_equal(keys, notes, texts.CROWDED_ID))
    return np.concatenate(found)


def _one_place(stations: pd.DataFrame, pairs: Pairs, distance_m: npt.NDArray[np.float64]) -> Mask:
    """Whether two equal addresses are in one place: by their positions, else by what is stated of area."""
    stated = np.zeros(len(pairs), dtype=bool)
    for name in ("adcode", "district", "city"):
        values = stations[name].to_numpy(dtype=object)[pairs]
        known = np.array([a is not None and b is not None for a, b in values], dtype=bool)
        same = np.array([a == b for a, b in values], dtype=bool)
        if name == "city":
            stated |= known & same
            break
        stated |= known & same
    return np.where(np.isfinite(distance_m), distance_m <= ADDRESS_M, stated)


def _distance_m(stations: pd.DataFrame, pairs: Pairs) -> npt.NDArray[np.float64]:
    lon, lat = (stations[n].to_numpy(float)[pairs] for n in ("lon", "lat"))
    located = np.isfinite(lon).all(axis=1) & np.isfinite(lat).all(axis=1)
    distance_m = np.full(len(pairs), np.nan)
    distance_m[located] = metric.geodesic_m(
        lon[located, 0], lat[located, 0], lon[located, 1], lat[located, 1]
    )
    return distance_m


def _within(pairs: Pairs, some: Pairs) -> Mask:
    """Mark the pairs that are among some."""
    size = 1 + max(int(pairs.max(initial=0)), int(some.max(initial=0)))
    return np.isin(pairs[:, 0] * size + pairs[:, 1], some[:, 0] * size + some[:, 1])


def _known(stations: pd.DataFrame, pairs: Pairs, decided: frozenset[tuple[str, str]]) -> Mask:
    if not decided:
        return np.zeros(len(pairs), dtype=bool)
    ids = stations["station_id"].to_numpy(dtype=object)[pairs]
    return np.array([(a, b) in decided for a, b in ids], dtype=bool)


def _frame(
    stations: pd.DataFrame,
    pairs: Pairs,
    distance_m: npt.NDArray[np.float64],
    likeness: npt.NDArray[np.float64],
    reasons: dict[str, Mask],
) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for at, which in enumerate(("first", "second")):
        for name in ("station_id", "name", "address", "source"):
            told = "id" if name == "station_id" else name
            columns[f"{which}_{told}"] = stations[name].to_numpy(dtype=object)[pairs[:, at]]
        columns[f"{which}_deleted"] = np.isfinite(stations["deleted_s"].to_numpy(float)[pairs[:, at]])
    columns |= {"distance_m": np.round(distance_m, 1), "likeness": np.round(likeness, 2)}
    named = (
        np.column_stack([reasons[r] for r in REASONS]) if reasons else np.zeros((0, len(REASONS)), dtype=bool)
    )
    columns["reasons"] = [",".join(r for r, so in zip(REASONS, row, strict=True) if so) for row in named]
    frame = pd.DataFrame(columns)
    weight = named @ np.array([4.0, 2.0, 1.0, 1.0, 1.0]) + likeness if len(named) else np.zeros(0)
    far_m = np.nan_to_num(distance_m, nan=np.inf)
    frame = frame.assign(weight=np.round(weight, 6), far_m=far_m)
    by = ["weight", "far_m", "first_id", "second_id"]
    ordered = frame.sort_values(by, ascending=[False, True, True, True], ignore_index=True)
    return ordered.drop(columns=["weight", "far_m"])


def _none() -> Pairs:
    return np.zeros((0, 2), dtype=np.int64)
