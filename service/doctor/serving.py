"""The running service, asked over HTTP as any client asks it."""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from service.doctor import texts
from service.doctor.clock import Clock, told_apart
from service.doctor.findings import Finding, Level

WAIT_S: Final = 10.0
STALE_S: Final = 60.0
ODD: Final = (OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError)
"""What asking raises where something else answers, or the address is none."""


def examine(url: str, data_version: int | None, now: datetime) -> list[Finding]:
    """Ask ``/readyz`` of a service.

    Parameters
    ----------
    url
        Its address, without a path of ours.
    data_version
        What the registry is at; None = not known.
    now
        The clock of this machine, with an offset.
    """
    clock = Clock(now)
    try:
        told, date = _ask(f"{url.rstrip('/')}/readyz")
        findings = [_snapshot(told, data_version)]
        if date:
            ahead_s = (parsedate_to_datetime(date) - clock.now()).total_seconds()
            findings.append(told_apart(texts.CLOCK_SERVICE, ahead_s))
    except ODD as error:
        why = error.reason if isinstance(error, URLError) else error
        return [Finding(Level.BROKEN, texts.SERVICE, texts.SERVICE_AWAY.format(url=url, why=why))]
    return findings


def _ask(address: str) -> tuple[dict[str, Any], str | None]:
    request = Request(address, headers={"Accept": "application/json"})
    if request.type not in ("http", "https"):
        raise ValueError(request.type)
    try:
        with urlopen(request, timeout=WAIT_S) as reply:
            return dict(json.load(reply)), reply.headers["date"]
    except HTTPError as refused:
        with refused:
            # Not ready is an answer too.
            return dict(json.load(refused)), refused.headers["date"]


def _snapshot(told: dict[str, Any], data_version: int | None) -> Finding:
    if told["ready"] is not True:
        return Finding(Level.BROKEN, texts.SERVICE, texts.NOT_READY)
    held, age_s = int(told["data_version"]), float(told["data_age_s"])
    trouble = told.get("trouble")
    if trouble or age_s > STALE_S:
        said = texts.STALE.format(age_s=age_s, version=held, trouble=trouble or "-")
        return Finding(Level.WARNING, texts.SERVICE, said)
    if told.get("source") == "database" and data_version is not None and held < data_version:
        said = texts.BEHIND.format(version=held, newest=data_version)
        return Finding(Level.WARNING, texts.SERVICE, said)
    return Finding(
        Level.FINE, texts.SERVICE, texts.SERVES.format(version=held, age_s=age_s, n=told["stations"])
    )
