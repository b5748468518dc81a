"""Everything looked at, in the order in which a person would mend it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.hours.schedule import SHANGHAI
from data.postgres.cluster import Cluster
from service.doctor import machine, registry, servers, serving, texts
from service.doctor.clock import Clock
from service.doctor.findings import Finding, Level
from service.settings import Settings


@dataclass(frozen=True)
class Asked:
    """What is looked at beside the settings.

    ``service``: address of a running service, None = not asked. ``disks``: places that are written to. ``now``: the
    clock of this machine, with an offset.
    """

    now: datetime
    service: str | None = None
    disks: tuple[Path, ...] = ()


def examine(settings: Settings, asked: Asked, *, embedded: Cluster | None = None) -> list[Finding]:
    """Look at everything; nothing is changed, and nothing raises for what is ill.

    Parameters
    ----------
    settings
        As of the service; without ``database_url`` the embedded cluster is looked at.
    asked
        What else.
    embedded
        That cluster; it runs for as long as this takes.
    """
    clock = Clock(asked.now)
    findings, data_version = _database(settings, asked, embedded)
    if asked.service:
        findings += serving.examine(asked.service, data_version, clock.now())
    findings += machine.backups(settings.backups, asked.now)
    findings += machine.disks(asked.disks)
    findings.append(machine.base_map(settings))
    return findings


def _database(settings: Settings, asked: Asked, embedded: Cluster | None) -> tuple[list[Finding], int | None]:
    if settings.database_url:
        return _registry(settings.database_url, settings.write_url, asked)
    if embedded is None or embedded.status().state == "absent":
        return [Finding(Level.BROKEN, texts.DATABASE, texts.NO_REGISTRY)], None
    with embedded.borrowed() as url:
        return _registry(url, None, asked)


def _registry(url: str, write_url: str | None, asked: Asked) -> tuple[list[Finding], int | None]:
    findings, answering = servers.examine(url, asked.now)
    if not answering:
        return findings, None
    inside, data_version = registry.examine(url, write_url, asked.now.astimezone(SHANGHAI).date())
    return findings + inside, data_version
