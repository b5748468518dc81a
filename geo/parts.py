"""A study taken apart into a JSON document and plain arrays, and put together again: how it is kept on disk.

Text becomes an array of distinct values and an array of positions (-1 = None), geometry becomes WKB, so that the
arrays need no pickling (``numpy.savez_compressed``). Opening files is the caller's business.
"""

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo import texts
from geo.errors import FrameError
from geo.frames import Contract
from geo.study import CONTRACTS, Study
from geo.texts import Text

Arrays = Mapping[str, npt.NDArray[Any]]

VERSION: Final = 1
_CRS: Final = "EPSG:4326"


def to_parts(study: Study) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Take a study apart.

    Returns
    -------
    document
        JSON-ready: ``version``, ``parameters``, ``notes`` as pairs of Chinese and English.
    arrays
        By name: ``masks``, ``gap_week`` and ``frame.column`` (text: ``frame.column.values`` and
        ``frame.column.at``; geometry: ``frame.geometry.wkb`` and ``frame.geometry.ends``). Only columns of the
        contracts are kept.
    """
    document = {
        "version": VERSION,
        "parameters": dict(study.parameters),
        "notes": [list(note) for note in study.notes],
    }
    arrays: dict[str, npt.NDArray[Any]] = {"masks": study.masks, "gap_week": study.gap_week}
    for name, contract in CONTRACTS.items():
        frame = getattr(study, name)
        arrays[f"{name}.rows"] = np.array(len(frame))
        for column in contract.columns:
            arrays |= _column_parts(f"{name}.{column}", frame[column], contract.columns[column].kind)
        if contract.geometry:
            arrays |= _geometry_parts(f"{name}.geometry", frame)
    return document, arrays


def from_parts(document: Mapping[str, Any], arrays: Arrays) -> Study:
    """Put a study together from what ``to_parts`` made.

    Raises
    ------
    FrameError
        The parts are of another version, or one is missing or broken.
    """
    if document.get("version") != VERSION:
        raise FrameError(texts.STUDY_VERSION.format(found=document.get("version"), known=VERSION))
    try:
        frames = {name: _frame(name, contract, arrays) for name, contract in CONTRACTS.items()}
        notes = tuple(Text(*note) for note in document["notes"])
        return Study(
            document["parameters"],
            notes,
            np.asarray(arrays["masks"]),
            np.asarray(arrays["gap_week"]),
            **frames,
        )
    except (KeyError, TypeError, ValueError, IndexError, shapely.GEOSException) as broken:
        raise FrameError(texts.STUDY_BROKEN.format(what=broken)) from broken


def _column_parts(key: str, values: pd.Series, kind: str) -> dict[str, npt.NDArray[Any]]:
    if kind != "text":
        return {key: values.to_numpy(dtype=np.bool_ if kind == "flag" else np.float64)}
    at, distinct = pd.factorize(values)
    return {f"{key}.at": at.astype(np.int32), f"{key}.values": np.array(list(distinct), dtype=np.str_)}


def _geometry_parts(key: str, frame: pd.DataFrame) -> dict[str, npt.NDArray[Any]]:
    octets = [shapely.to_wkb(shape) for shape in frame.geometry.to_crs(_CRS)]
    ends = np.cumsum([len(piece) for piece in octets], dtype=np.int64)
    return {f"{key}.wkb": np.frombuffer(b"".join(octets), dtype=np.uint8), f"{key}.ends": ends}


def _frame(name: str, contract: Contract, arrays: Arrays) -> pd.DataFrame:
    index = pd.RangeIndex(int(arrays[f"{name}.rows"]))
    columns = {
        column: _column(f"{name}.{column}", contract.columns[column].kind, index, arrays)
        for column in contract.columns
    }
    frame = pd.DataFrame(columns, index=index)
    if not contract.geometry:
        return frame
    whole, ends = arrays[f"{name}.geometry.wkb"].tobytes(), arrays[f"{name}.geometry.ends"].tolist()
    pieces = [whole[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)] if ends else []
    made: pd.DataFrame = gpd.GeoDataFrame(
        frame, geometry=shapely.from_wkb(np.array(pieces, dtype=object)), crs=_CRS
    )
    return made


def _column(key: str, kind: str, index: pd.RangeIndex, arrays: Arrays) -> pd.Series:
    if kind != "text":
        return pd.Series(arrays[key], index=index)
    values = np.array([*arrays[f"{key}.values"].tolist(), None], dtype=object)
    return pd.Series(values[arrays[f"{key}.at"]], index=index, dtype=object)
