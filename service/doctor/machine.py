"""The machine itself: room on its disks, the nightly backups, the base map of its public pages."""

import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from data.hours.schedule import SHANGHAI
from service import discovery
from service.doctor import texts
from service.doctor.findings import Finding, Level
from service.settings import Settings

LITTLE: Final = 0.10
NONE_LEFT: Final = 0.03
"""Shares of a disk that are free: below, room gets short; below the second, writes are about to fail."""
LATE: Final = timedelta(hours=26)
MISSED: Final = timedelta(hours=50)
"""The age of the newest dump: one night missed by more than two hours; two nights missed."""
SHRUNK: Final = 0.5
"""A dump smaller than this share of the one before is suspicious."""
_DUMPS: Final = f"yizhan-{'[0-9]' * 8}-{'[0-9]' * 6}.dump"
"""What the script makes, and not what somebody named otherwise."""


def disks(places: Iterable[Path]) -> list[Finding]:
    """Judge the room where something is written; a place that is not there, or hidden, counts by its parent."""
    findings, known = [], set()
    for place in places:
        existing = next(folder for folder in (place, *place.parents) if _is_seen(folder))
        device = existing.stat().st_dev
        if device not in known:
            known.add(device)
            findings.append(_disk(existing))
    return findings


def _is_seen(place: Path) -> bool:
    try:
        return place.exists()
    except OSError:
        return False


def _disk(place: Path) -> Finding:
    usage = shutil.disk_usage(place)
    share = usage.free / usage.total if usage.total else 1.0
    level = Level.BROKEN if share < NONE_LEFT else Level.WARNING if share < LITTLE else Level.FINE
    said = texts.DISK if level is Level.FINE else texts.DISK_FULL
    return Finding(
        level, texts.DISKS, said.format(place=place, free_gb=usage.free / 1e9, percent=100 * share)
    )


def backups(folder: Path | None, now: datetime) -> list[Finding]:
    """Judge the dumps of ``deploy/backup.sh``: how old the newest is, and whether it shrank.

    Parameters
    ----------
    folder
        Where they are; None = not told.
    now
        With an offset.
    """
    if folder is None:
        return [Finding(Level.WARNING, texts.BACKUPS, texts.BACKUPS_UNTOLD)]
    try:
        dumps = sorted(folder.glob(_DUMPS)) if folder.is_dir() else []
        sizes = [dump.stat().st_size for dump in dumps[-2:]]
        made = datetime.fromtimestamp(dumps[-1].stat().st_mtime, SHANGHAI) if dumps else None
    except OSError as error:
        said = texts.BACKUPS_UNREADABLE.format(folder=folder, why=error.strerror or error)
        return [Finding(Level.BROKEN, texts.BACKUPS, said)]
    if made is None:
        return [Finding(Level.BROKEN, texts.BACKUPS, texts.NO_BACKUP.format(folder=folder))]
    age = now - made
    told = {"dump": dumps[-1], "hours": age.total_seconds() / 3600, "mb": sizes[-1] / 1e6}
    if age > LATE:
        level = Level.BROKEN if age > MISSED else Level.WARNING
        return [Finding(level, texts.BACKUPS, texts.BACKUP_OLD.format(**told))]
    if len(sizes) == 2 and sizes[1] < SHRUNK * sizes[0]:
        return [
            Finding(
                Level.WARNING, texts.BACKUPS, texts.BACKUP_SHRANK.format(before_mb=sizes[0] / 1e6, **told)
            )
        ]
    return [Finding(Level.FINE, texts.BACKUPS, texts.BACKUP.format(**told))]


def base_map(settings: Settings) -> Finding:
    """Judge the base map: none needs no approval number, any other one does."""
    if settings.base_map == "none":
        return Finding(Level.FINE, texts.BASE_MAP, texts.PLAIN_GROUND)
    warning = discovery.base_map_warning(settings)
    if warning is not None:
        return Finding(Level.WARNING, texts.BASE_MAP, warning)
    if settings.base_map == "tianditu" and not settings.base_map_key:
        return Finding(Level.BROKEN, texts.BASE_MAP, texts.NO_MAP_KEY)
    said = texts.APPROVED.format(base=settings.base_map, number=settings.base_map_approval)
    return Finding(Level.FINE, texts.BASE_MAP, said)
