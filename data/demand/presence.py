"""People present at places by the half hour, as location services publish it, and the week they make."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.demand import columns, places, points, texts
from data.demand.tables import Table
from geo.coordsys import CoordSys
from geo.frames import DEMAND, build
from geo.profiles import Profiles
from geo.week import SLOTS, SLOTS_PER_DAY

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

WEEKEND: Final = 5
_OFFSET: Final = r"\d:\d{2}[\d:.,]*\s*(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"
_CHINA: Final = "Asia/Shanghai"


def read(table: Table, coordsys: CoordSys, weight: str | None = None) -> tuple[pd.DataFrame, Profiles]:
    """Make demand with time profiles of a table of places, times and counts.

    Parameters
    ----------
    table
        Rows with place, time (``20151223003000`` or ISO 8601; civil time, or with an offset from UTC) and count. Loses
        the rejected rows.
    coordsys
        In which the numbers are.
    weight
        Title of the count; None: the one whose title is known.

    Returns
    -------
    demand
        One row per place: its weight is the mean of its week.
    profiles
        One per place that has anybody at all, keyed as its ``demand_id``.

    Notes
    -----
    A place that is not listed at a time of the file counts 0 then. Counts of one half hour of the week on several
    days are averaged. A half hour of the week that no time of the file falls into takes the mean of the same time
    of day on days of its kind (Monday to Friday, weekend), on all days where none of its kind was observed, and the
    mean of everything where that time of day never was.

    Raises
    ------
    InputError
        No column for place, time or count.
    """
    time_title = columns.find(table, "time")[0]
    title, _ = columns.weights(table, weight)
    if title is None:
        columns.find(table, "weight")
    lon, lat = places.of_points(table, coordsys)
    count, kept = points.take_weights(table, title)
    lon, lat = lon[kept], lat[kept]
    said = table.cells[time_title]
    times = _times(said)
    wrong = times.isna().to_numpy()
    table.report.reject(table.rows, wrong, [texts.REJECT_TIME.format(value=v) for v in said[wrong]])
    table.keep(wrong)
    lon, lat, count, times = lon[~wrong], lat[~wrong], count[~wrong], times[~wrong]
    points.note(table, title)
    xy, place = np.unique(np.column_stack([lon, lat]), axis=0, return_inverse=True)
    week, seen = _weeks(place.ravel(), len(xy), times, count)
    _note(table, len(xy), times, seen)
    ids = [f"place-{i + 1}" for i in range(len(xy))]
    mean = week.mean(axis=1)
    busy = np.flatnonzero(mean > 0)
    demand = build(
        {"demand_id": ids, "lon": xy[:, 0], "lat": xy[:, 1], "weight": mean}
        | {"profile": [ids[i] if mean[i] > 0 else None for i in range(len(ids))]},
        DEMAND,
    )
    return demand, Profiles.of({ids[i]: week[i] for i in busy})


def _times(said: pd.Series) -> pd.Series:
    """Read times; ``NaT`` where a text is none. Digits alone are year, month, day, hour, minute and second.

    A time with its offset from UTC becomes the civil time of China at that moment.

    Examples
    --------
    >>> _times(pd.Series(["20151223003000", "2015-12-22T16:30:00Z", "2015-12-23 00:30", "soon"])).tolist()
    [Timestamp('2015-12-23 00:30:00'), Timestamp('2015-12-23 00:30:00'), Timestamp('2015-12-23 00:30:00'), NaT]
    """
    text = said.astype(str).str.strip()
    digits = text.str.fullmatch(r"\d{12}(\d{2})?")
    offset = text.str.contains(_OFFSET)
    plain = pd.to_datetime(text.where(digits).str[:12], format="%Y%m%d%H%M", errors="coerce")
    other = pd.to_datetime(text.where(~digits & ~offset), format="ISO8601", errors="coerce")
    moment = pd.to_datetime(text.where(offset), format="ISO8601", errors="coerce", utc=True)
    return plain.fillna(other).fillna(moment.dt.tz_convert(_CHINA).dt.tz_localize(None))


def _weeks(
    place: IntArray, n_places: int, times: pd.Series, count: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Mean count by place and half hour of the week, shape (places, 336); times observed in each half hour."""
    moment = times.dt.floor("30min")
    slot = (moment.dt.day_of_week * SLOTS_PER_DAY + moment.dt.hour * 2 + moment.dt.minute // 30).to_numpy(
        np.int64
    )
    # several readings within one half hour are averaged as well: every distinct time is one observation
    stamps = pd.DataFrame({"slot": slot, "time": times.to_numpy()}).drop_duplicates()
    seen = np.bincount(stamps["slot"], minlength=SLOTS)
    total = np.bincount(place * SLOTS + slot, weights=count, minlength=n_places * SLOTS)
    mean = total.reshape(n_places, SLOTS) / np.maximum(seen, 1)
    return _filled(mean, seen), seen


def _filled(mean: FloatArray, seen: IntArray) -> FloatArray:
    """Fill the half hours that were not observed."""
    by_day = mean.reshape(len(mean), 7, SLOTS_PER_DAY)
    observed = (seen > 0).reshape(7, SLOTS_PER_DAY)
    weekend = np.arange(7) >= WEEKEND
    filled, known = by_day.copy(), observed.copy()
    for alike in (weekend[:, None] == weekend[None, :], np.ones((7, 7), dtype=np.bool_)):
        number = alike.astype(np.int64) @ observed.astype(np.int64)
        value = np.einsum("ij,pjt->pit", alike.astype(np.float64), by_day * observed) / np.maximum(number, 1)
        take = ~known & (number > 0)
        filled[:, take] = value[:, take]
        known |= take
    filled[:, ~known] = mean[:, seen > 0].mean(axis=1)[:, None] if bool(known.any()) else 0.0
    return filled.reshape(len(mean), SLOTS)


def _note(table: Table, n_places: int, times: pd.Series, seen: IntArray) -> None:
    notes = table.report.notes
    if len(times):
        notes.append(
            texts.NOTE_PRESENCE.format(
                places=n_places,
                slots=times.nunique(),
                first=times.min().isoformat(),
                last=times.max().isoformat(),
            )
        )
    if bool((seen == 0).any()):
        notes.append(texts.NOTE_UNSEEN.format(seen=int((seen > 0).sum())))
