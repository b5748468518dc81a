"""Weighted points: orders, restaurants, work places."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.demand import columns, places, texts
from data.demand.tables import Table
from geo.coordsys import CoordSys
from geo.frames import DEMAND, build

FloatArray = npt.NDArray[np.float64]


def read(table: Table, coordsys: CoordSys, weight: str | None = None) -> pd.DataFrame:
    """Make demand of a table of points.

    Parameters
    ----------
    table
        Points, or rows with longitude and latitude. Loses the rejected rows; its report says why.
    coordsys
        In which the numbers are.
    weight
        Title of the weight column; None: the one whose title is known, each row 1 when there is none.

    Returns
    -------
    demand
        Contract ``DEMAND`` with ids ``row-N`` by the file's row: ids of the file are not read, because they may be
        those of persons or orders.

    Raises
    ------
    InputError
        No positions; no such weight column, or several that could be meant.
    """
    lon, lat = places.of_points(table, coordsys)
    title, _ = columns.weights(table, weight)
    value, kept = take_weights(table, title)
    lon, lat = lon[kept], lat[kept]
    note(table, title)
    _, count = np.unique(np.column_stack([lon, lat]), axis=0, return_counts=True)
    if bool((count > 1).any()):
        table.report.notes.append(texts.NOTE_SAME_PLACE.format(n=int((count - 1).sum())))
    ids = [f"row-{row}" for row in table.rows]
    made = {"demand_id": ids, "lon": lon, "lat": lat, "weight": value}
    return build(made | columns.area_names(table), DEMAND)


def take_weights(table: Table, title: str | None) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Read the weights and drop the rows where there is none.

    Returns
    -------
    weight
        Of the rows left; ones where there is no column.
    kept
        Which of the rows before are left.
    """
    if title is None:
        return np.ones(len(table.rows)), np.ones(len(table.rows), dtype=np.bool_)
    said = table.cells[title].to_numpy(object)
    value = columns.numbers(table.cells[title])
    kept = np.isfinite(value) & (value >= 0)
    reasons = [texts.REJECT_WEIGHT.format(value=v) for v in said[~kept]]
    table.report.reject(table.rows, ~kept, reasons)
    table.keep(~kept)
    return value[kept], kept


def note(table: Table, title: str | None) -> None:
    """Say which weights were read and which columns were not."""
    notes = table.report.notes
    notes.append(texts.NOTE_WEIGHT.format(name=title) if title else texts.NOTE_UNWEIGHTED)
    others = columns.unread(table, [title])
    if others:
        notes.append(texts.NOTE_IDS.format(names=", ".join(others)[:200]))
