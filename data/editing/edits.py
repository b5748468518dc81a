"""One station written at a time: put, patched, deleted, each only on the version that the writer has seen.

A record is what was stated of a station, field by field, as ``FIELDS`` lists them: JSON values, absent where nothing
is stated. It is checked and stored by the very code of an import, as one row of an export: what differs from the
registered record is the row's cells, an emptied one clears. So an edit by hand, by file and by program mean the same.
Every function takes a writer's connection in a transaction; its caller commits.
"""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import orjson

from data import statements
from data.editing import texts
from data.errors import AbsentError, ConflictError, FieldsError, StaleError
from data.postgres.db import Connection
from data.stations import model, store, words
from data.stations.findings import Defaults
from data.stations.headers import Headers
from data.stations.merge import Registry
from data.stations.prepared import Prepared
from data.stations.tables import Cells, Table
from geo.texts import Text

Record = dict[str, Any]

FIELDS: Final = (
    "name", "code", "address", "city", "district", "township", "adcode", "township_code", "brand", "operator", "host",
    "host_kind", "kind", "audience", "status", "status_reason", "hours_posted", "opening_hours", "makeup_days",
    "access_method", "door_24h", "unattended_24h", "goods_24h", "facilities", "floor", "capacity", "area_m2", "phone",
    "lon", "lat", "coordsys", "position_kind", "accuracy_m", "street_door", "in_compound", "registration_required",
    "declared_by", "declared_on", "external_ids", "source", "verified_at",
)  # fmt: skip
POSITION: Final = ("lon", "lat", "coordsys")
SOURCE: Final = "api"
"""Of a station that states none."""

_TOGETHER: Final = (POSITION, ("hours_posted", "opening_hours", "makeup_days"))
"""Fields that only mean something together: one that changes takes the others along."""
_ALWAYS: Final = ("audience", "source")
_JSON: Final = ("facilities", "external_ids")


class Station(NamedTuple):
    """A station as it is registered now: its record, its version, its tag; ``created``: it was not there before."""

    station_id: str
    record: Record
    version: int
    data_version: int
    tag: str
    created: bool = False
    warnings: tuple[tuple[str, Text], ...] = ()


def tag(version: int, updated_us: int) -> str:
    """Name one version of a station as a strong ETag.

    Parameters
    ----------
    version
        Of the station.
    updated_us
        Microseconds since 1970 at which it became so: after the restore of an older backup the same number is reached
        again, at another time and with other facts.

    Examples
    --------
    >>> tag(7, 255)
    '"7-ff"'
    """
    return f'"{version}-{updated_us:x}"'


def read(conn: Connection, station_id: str) -> Station:
    """Read a station as it is edited, whether it is public or not.

    Raises
    ------
    AbsentError
        There is none of that id, or it was deleted.
    """
    found = _row(conn, station_id)
    if found is None or found["deleted"]:
        raise AbsentError(texts.NO_STATION.format(station_id=station_id))
    return _station(conn, station_id)


def create(conn: Connection, station_id: str, record: Record) -> Station:
    """Register a station that is not there; one that was deleted comes back with this record.

    Raises
    ------
    StaleError
        There is one of this id.
    ConflictError
        It was found to be another station (``merged_into``).
    FieldsError
        Fields that cannot be stored; each is named.
    """
    _lock(conn)
    found = _row(conn, station_id)
    if found is not None and not found["deleted"]:
        raise StaleError(texts.STATION_EXISTS.format(station_id=station_id))
    if found is None:
        warnings = _store(conn, station_id, _cells({"source": SOURCE} | record, FIELDS), version=1)
        return _station(conn, station_id, created=True, warnings=warnings)
    if found["merged_into"] is not None:
        raise ConflictError(
            texts.STATION_MERGED.format(station_id=station_id, merged_into=found["merged_into"])
        )
    _run(conn, "bring_back", station_id)
    warnings = _replace(conn, station_id, lambda _: record)
    return _station(conn, station_id, created=True, warnings=warnings)


def change(
    conn: Connection, station_id: str, tags: Collection[str], changed: Callable[[Record], Record]
) -> Station:
    """Give a station another record.

    Parameters
    ----------
    station_id
        Of a station that is there.
    tags
        The versions that the writer has seen; one of them must be the present one.
    changed
        Makes the new record of the present one.

    Returns
    -------
    station
        As it is now; of the same version when nothing changed.

    Raises
    ------
    AbsentError
        There is none of that id.
    StaleError
        Somebody else changed it since.
    FieldsError
        Fields that cannot be stored; each is named.
    """
    _lock(conn)
    _expect(conn, station_id, tags)
    warnings = _replace(conn, station_id, changed)
    return _station(conn, station_id, warnings=warnings)


def delete(conn: Connection, station_id: str, tags: Collection[str]) -> Station:
    """Make a station a tombstone; its history stays. Raises as ``change``."""
    _lock(conn)
    _expect(conn, station_id, tags)
    _run(conn, "delete", station_id)
    return _station(conn, station_id)


def _lock(conn: Connection) -> None:
    with conn.cursor() as cursor:
        cursor.execute(statements.load("imports/lock"))


def _expect(conn: Connection, station_id: str, tags: Collection[str]) -> None:
    now = read(conn, station_id)
    if now.tag not in tags:
        raise StaleError(texts.STATION_CHANGED.format(station_id=station_id, tag=now.tag))


def _replace(
    conn: Connection, station_id: str, changed: Callable[[Record], Record]
) -> tuple[tuple[str, Text], ...]:
    row = _row(conn, station_id) or {}
    old = _record(row)
    new = changed(dict(old))
    new = {"source": old["source"]} | _stated(new)
    differing = {name for name in FIELDS if old.get(name) != new.get(name)}
    if not differing:
        return ()
    for group in _TOGETHER:
        differing |= set(group) if differing & set(group) else set()
    wanted = [name for name in FIELDS if name in differing or name in _ALWAYS]
    return _store(conn, station_id, _cells(new, wanted), version=row["version"])


def _store(
    conn: Connection, station_id: str, cells: Mapping[str, str], *, version: int
) -> tuple[tuple[str, Text], ...]:
    """Store one row as an import stores a row of an export; give what was noted and does not reject it."""
    row = {"station_id": station_id, "version": str(version), **cells}
    table = Table(
        Path(station_id), tuple(row), tuple(Cells(np.zeros(1, np.int64), (text,)) for text in row.values()),
        np.ones(1, np.int64),
    )  # fmt: skip
    found = Headers({name: at for at, name in enumerate(row)}, (), None)
    parsed = model.parse(table, found, Defaults(None, None, cells["source"] or SOURCE, source_given=False))
    prepared = Prepared(Path(station_id), table, parsed, SOURCE, None, model.new_ids(parsed.frame))
    _refuse(prepared)
    registry = Registry(conn, prepared)
    registry.stage(lambda _: None)
    registry.settle()
    _refuse(prepared)
    registry.store(withdraw=None)
    return tuple((_field(code), note) for code, note in parsed.findings.warnings)


def _refuse(prepared: Prepared) -> None:
    reasons = prepared.parsed.findings.reasons.get(0, [])
    if reasons:
        raise FieldsError(texts.RECORD_REFUSED, [(_field(code), reason) for code, reason in reasons])


def _field(code: str) -> str:
    """Name the field of a record that a column of a file belongs to."""
    return "external_ids" if code in {f"{platform}_id" for platform in model.PLATFORMS} else code


def _cells(record: Mapping[str, Any], names: Collection[str]) -> dict[str, str]:
    """Write fields as the cells of a row; an absent one is an empty cell."""
    cells: dict[str, str] = {}
    for name in names:
        value = record.get(name)
        if name == "external_ids":
            cells |= {f"{platform}_id": (value or {}).get(platform, "") for platform in model.PLATFORMS}
        elif name == "facilities":
            cells[name] = words.facilities_text(value or {})
        elif isinstance(value, bool):
            cells[name] = "yes" if value else "no"
        elif isinstance(value, float):
            cells[name] = str(int(value)) if value.is_integer() else repr(value)
        else:
            cells[name] = "" if value is None else str(value)
    return cells


def _record(row: Mapping[str, Any]) -> Record:
    """Take the record out of a row; what is not stated, and unknown words of a vocabulary, are left out."""
    record = {
        name: orjson.loads(value) if name in _JSON else value
        for name in FIELDS
        if (value := row[name]) is not None
    }
    return _stated(record)


def _stated(record: Mapping[str, Any]) -> Record:
    """Leave out what says nothing."""
    return {
        name: value
        for name, value in record.items()
        if value is not None and value != {} and not (value == "unknown" and name in words.VOCABULARIES)
    }


def _row(conn: Connection, station_id: str) -> dict[str, Any] | None:
    with conn.cursor() as cursor:
        cursor.execute(statements.load("edits/record"), {"station_id": station_id})
        found = cursor.fetchone()
        names = [column.name for column in cursor.description or ()]
    return None if found is None else dict(zip(names, found, strict=True))


def _station(
    conn: Connection, station_id: str, *, created: bool = False, warnings: tuple[tuple[str, Text], ...] = ()
) -> Station:
    row, version = _row(conn, station_id), store.version(conn)
    if row is None:
        raise AbsentError(texts.NO_STATION.format(station_id=station_id))
    own = tag(row["version"], row["updated_us"])
    return Station(station_id, _record(row), row["version"], version.data_version, own, created, warnings)


def _run(conn: Connection, name: str, station_id: str) -> None:
    with conn.cursor() as cursor:
        cursor.execute(statements.load(f"edits/{name}"), {"station_id": station_id})
