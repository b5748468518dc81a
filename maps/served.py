"""What a served page fetches: the overview of all stations, or those of one tile."""

from datetime import date

import pandas as pd

from maps import payload


def overview(
    stations: pd.DataFrame, *, data_date: date, data_version: int, valid_until: date, unlocated: int = 0
) -> bytes:
    """Write what list and map of a served page need of all stations; the same stations give the same bytes.

    Parameters
    ----------
    stations
        As for :func:`maps.discovery`.
    data_date, data_version, valid_until
        As of ``DiscoveryOptions``.
    unlocated
        How many further stations have no position.

    Returns
    -------
    json
        ``count``, ``columns`` (see ``payload.overview``), ``left_out`` and what was given.
    """
    shown, left_out = payload.public(stations)
    if unlocated:
        left_out["unlocated"] = left_out.get("unlocated", 0) + unlocated
    return payload.dumps(
        {
            "data_date": data_date.isoformat(),
            "data_version": data_version,
            "valid_until": valid_until.isoformat(),
            "left_out": payload.left_out(left_out),
            "count": len(shown),
            "columns": payload.overview(shown),
        }
    ).encode()


def tile(stations: pd.DataFrame) -> bytes:
    """Write what list and map need of the stations of one tile: ``count`` and ``columns`` as of an overview."""
    shown, _ = payload.public(stations)
    return payload.dumps({"count": len(shown), "columns": payload.overview(shown)}).encode()
