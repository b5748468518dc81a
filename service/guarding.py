"""The guard at work: which batches of stations are, by the buildings around them, in another coordinate system.

A batch is what one source states in one system for one city. ``yizhan import`` asks before it stores, ``yizhan
check`` before it stores verdicts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data.errors import InputError
from data.stations.prepared import Prepared
from data.streets import streetmap
from geo import texts as geo_texts
from geo import vocabulary
from geo.frontage import guard
from geo.texts import Text
from service.commands import texts

SAMPLE_POINTS: Final = 200
"""At most so many points of a batch are tried, evenly taken; enough for any share to be clear."""
OUTDOORS: Final = frozenset({"container", "vehicle", "cabinet"})
"""Kinds of stations that stand beside buildings by nature; they tell nothing."""
_GIVEN: Final = frozenset({"given_x", "given_y", "given_coordsys"})


@dataclass(frozen=True)
class Doubt:
    """A batch that another system fits better, with its stations (index labels of the frame asked about)."""

    source: str
    city: str
    fit: guard.Fit
    stations: tuple[Any, ...]

    def text(self) -> Text:
        """Say it: what was stated, what fits, and the figures."""
        better = self.fit.better or self.fit.stated
        names = vocabulary.COORDSYS
        return geo_texts.GUARD_DOUBT.format(
            batch=f"{self.source} {self.city}".strip(),
            stated_zh=names[self.fit.stated].zh,
            stated_en=names[self.fit.stated].en,
            better_zh=names[better].zh,
            better_en=names[better].en,
            stated_hits=self.fit.hits[self.fit.stated],
            better_hits=self.fit.hits[better],
            points=self.fit.points,
        )


def doubts(conn: Connection, stations: pd.DataFrame) -> list[Doubt]:
    """Try every batch of a frame of stations.

    Parameters
    ----------
    conn
        An open connection, to read buildings.
    stations
        Columns ``source``, ``given_x``, ``given_y``, ``given_coordsys``, ``kind``, ``city``, ``adcode``; those
        absent are taken as not stated. Unlocated stations tell nothing.

    Returns
    -------
    doubts
        The batches that another system fits clearly better; none when no buildings are known around.
    """
    found = []
    for (source, system, city), batch in _batches(stations):
        fit = _fit(conn, batch, system)
        if fit.better is not None:
            found.append(Doubt(source, city, fit, tuple(batch.index)))
    return found


def refuse_doubtful(conn: Connection, prepared: Prepared) -> None:
    """Refuse a file whose positions are clearly in another system than it states; see ``import_file``.

    Raises
    ------
    InputError
        Names the system that fits, the figures, and how to insist.
    """
    frame = prepared.parsed.frame[~prepared.left_out]
    found = doubts(conn, frame)
    if found:
        told = [doubt.text() for doubt in found]
        zh, en = "\n".join(t.zh for t in told), "\n".join(t.en for t in told)
        raise InputError(Text(f"{zh}\n{texts.GUARD_REFUSED.zh}", f"{en}\n{texts.GUARD_REFUSED.en}"))


def withhold(judged: gpd.GeoDataFrame, doubtful: dict[str, Doubt]) -> gpd.GeoDataFrame:
    """Replace the computed verdicts of doubtful stations by *unknown*; what a visit found stands.

    Parameters
    ----------
    judged
        Contract ``geo.frames.VERDICTS``, indexed by station id.
    doubtful
        By station id.

    Returns
    -------
    judged
        Another frame, or the same when nothing is doubtful.
    """
    refused = judged.index.isin(list(doubtful)) & (judged["kind"] == "computed").to_numpy()
    if not refused.any():
        return judged
    judged = judged.copy()
    for station_id in judged.index[refused]:
        doubt = doubtful[station_id]
        why = doubt.text()
        reason = geo_texts.GUARD_WITHHELD.format(why_zh=why.zh, why_en=why.en)
        evidence = dict(judged.at[station_id, "evidence"])
        evidence |= {"verdict": "unknown", "rule": guard.COORDSYS_DOUBTFUL, "street": None, "lines": []}
        evidence["guard"] = {
            "stated": doubt.fit.stated,
            "better": doubt.fit.better,
            "points": doubt.fit.points,
            "hits": dict(doubt.fit.hits),
        }
        judged.at[station_id, "evidence"] = evidence
        judged.loc[station_id, ["verdict", "rule"]] = ["unknown", guard.COORDSYS_DOUBTFUL]
        judged.loc[station_id, ["reason_zh", "reason_en"]] = [reason.zh, reason.en]
    geometry = judged.geometry.to_numpy().copy()
    geometry[refused] = None
    return judged.set_geometry(gpd.GeoSeries(geometry, index=judged.index, crs=judged.crs))


def _batches(stations: pd.DataFrame) -> Iterator[tuple[tuple[str, Any, str], pd.DataFrame]]:
    if not _GIVEN.issubset(stations.columns):
        return
    located = stations[pd.notna(stations["given_x"])]
    if "kind" in located:
        located = located[~located["kind"].isin(OUTDOORS)]
    keys = [located["source"], located["given_coordsys"], _cities(located)]
    for key, batch in located.groupby(keys, sort=True):
        source, system, city = key
        yield (str(source), system, str(city)), batch


def _cities(stations: pd.DataFrame) -> pd.Series:
    """City of each station: as stated, else the first four digits of its code, else none."""
    named = stations["city"] if "city" in stations else pd.Series(None, index=stations.index, dtype=object)
    coded = (
        stations["adcode"] if "adcode" in stations else pd.Series(None, index=stations.index, dtype=object)
    )
    pairs = zip(named, coded, strict=True)
    cities = [
        str(name) if pd.notna(name) else str(code)[:4] if pd.notna(code) else "" for name, code in pairs
    ]
    return pd.Series(cities, index=stations.index, dtype=object)


def _fit(conn: Connection, batch: pd.DataFrame, system: Any) -> guard.Fit:
    taken = np.unique(np.linspace(0, len(batch) - 1, min(SAMPLE_POINTS, len(batch))).astype("int64"))
    x = batch["given_x"].to_numpy(float)[taken]
    y = batch["given_y"].to_numpy(float)[taken]
    if len(taken) < guard.MIN_POINTS:
        return guard.fit(x, y, system, gpd.GeoDataFrame(geometry=[], crs="EPSG:4326"))
    places = guard.readings(x, y, system).values()
    lon = np.concatenate([lon for lon, _ in places])
    lat = np.concatenate([lat for _, lat in places])
    known = np.isfinite(lon) & np.isfinite(lat)
    return guard.fit(x, y, system, streetmap.buildings_near(conn, lon[known], lat[known], guard.MAPPED_M))
