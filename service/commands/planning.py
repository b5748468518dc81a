"""``yizhan plan``: who is not reached, by day and by night, and where the next stations belong."""

import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from data.errors import InputError
from data.hours.schedule import SHANGHAI
from data.plans import package
from data.postgres.db import Connection
from geo.study import Study
from maps.report import texts as report_texts
from service import console, registry, spread
from service.commands.stations import REJECTED, tell_read
from service.planning import gathering, needs, results, texts, work, writing
from service.planning.asked import Asked, codes_of, demand_of, split
from service.settings import Settings


def _told(name: str, **more: Any) -> Any:
    return typer.Option(help=str(texts.OPTION[name]), **more)


def plan(
    context: typer.Context,
    stations: Annotated[Path | None, typer.Argument(help=str(texts.OPTION["stations"]))] = None,
    coordsys: Annotated[str | None, typer.Option(help=str(texts.OPTION["coordsys"]))] = None,
    audience: Annotated[str | None, typer.Option(help=str(texts.OPTION["audience"]))] = None,
    demand: Annotated[str | None, _told("demand", metavar="FILE[:KIND]")] = None,
    demand_coordsys: Annotated[str | None, _told("demand_coordsys")] = None,
    demand_weight: Annotated[str | None, _told("demand_weight", metavar="COLUMN")] = None,
    unit: Annotated[str, _told("unit")] = "",
    areas: Annotated[Path | None, _told("areas", metavar="FILE")] = None,
    areas_coordsys: Annotated[str | None, _told("areas_coordsys")] = None,
    out: Annotated[Path | None, _told("out", metavar="DIR")] = None,
    adcode: Annotated[list[str] | None, _told("adcode")] = None,
    streets: Annotated[Path | None, _told("streets", metavar="FILE")] = None,
    along_streets: Annotated[
        bool, typer.Option("--along-streets", help=str(texts.OPTION["along_streets"]))
    ] = False,
    profile: Annotated[Path | None, _told("profile", metavar="FILE")] = None,
    profile_coordsys: Annotated[str | None, _told("profile_coordsys")] = None,
    week: Annotated[str | None, _told("week", metavar="DATE")] = None,
    straight_m: Annotated[float, _told("straight_m", min=50, max=20_000)] = 1000.0,
    walk_min: Annotated[float, _told("walk_min", min=1, max=120)] = 15.0,
    walk_kmh: Annotated[float, _told("walk_kmh", min=1, max=10)] = 5.0,
    sites: Annotated[int, _told("sites", min=0, max=10_000)] = 10,
    share: Annotated[float | None, _told("share", min=0, max=100)] = None,
    candidates: Annotated[list[str] | None, _told("candidates")] = None,
    candidates_coordsys: Annotated[str | None, _told("candidates_coordsys")] = None,
    seconds: Annotated[float, _told("seconds", min=1, max=86_400)] = 60.0,
    seed: Annotated[int, _told("seed", min=0)] = 0,
    resolution: Annotated[int, _told("resolution", min=7, max=11)] = 9,
    stand_in: Annotated[str, _told("stand_in", metavar="TEXT")] = "",
    sample: Annotated[int, _told("sample", min=0)] = 0,
    no_stations: Annotated[
        bool, typer.Option("--no-stations", help=str(texts.OPTION["no_stations"]))
    ] = False,
    title: Annotated[str, _told("title")] = "",
    attribution: Annotated[str, _told("attribution")] = "",
    scheduler: Annotated[str | None, _told("scheduler", metavar="ADDRESS")] = None,
    crs: Annotated[str, _told("crs")] = "EPSG:4326",
    force: Annotated[bool, typer.Option("--force", help=str(texts.OPTION["force"]))] = False,
) -> None:
    """查找覆盖缺口，建议新增位置 · Find who is not covered, by day and by night, and where new stations belong.

    由驿站文件或登记表、需求数据和道路，写出 report.html（可打印）、figures.xlsx 和 gaps.gpkg；中断时不留下半成品。

    From a file of stations or the registry, demand and streets, into a folder: report.html, figures.xlsx, gaps.gpkg.
    Nothing half-written stays when it is interrupted. Exit code 4 when rows of a file were rejected.
    """
    if demand is None:
        raise InputError(texts.NO_DEMAND)
    if out is None:
        raise InputError(texts.NO_OUT)
    package.known_crs(crs)
    file, kind = demand_of(demand)
    asked = Asked(
        demand=file, demand_kind=kind, demand_coordsys=demand_coordsys, demand_weight=demand_weight, unit=unit,
        areas=areas, areas_coordsys=areas_coordsys, profile=profile, profile_coordsys=profile_coordsys,
        stations=stations, coordsys=coordsys, audience=audience, adcodes=codes_of(adcode), streets=streets,
        along_streets=along_streets, straight_m=straight_m, walk_s=walk_min * 60.0, walk_kmh=walk_kmh, week=week,
        sites=sites, share=None if share is None else share / 100, candidates=split(candidates),
        candidates_coordsys=candidates_coordsys, seconds=seconds,
        seed=seed, resolution=resolution, stand_in=stand_in, sample=sample, no_stations=no_stations, title=title,
        attribution=attribution, scheduler=scheduler,
    )  # fmt: skip
    rejected = run(context.obj, asked, out, crs=crs, force=force)
    if rejected:
        raise typer.Exit(REJECTED)


def run(settings: Settings, asked: Asked, out: Path, *, crs: str, force: bool) -> int:
    """Make the plan and say what it found.

    Returns
    -------
    rejected
        Rows of stations and of demand that were not used.
    """
    begun = time.monotonic()
    with (
        results.being_written(out, force=force) as aside,
        console.progress(texts.PLANNING.format(out=out.name)) as progress,
        spread.runner_of(asked.scheduler) as runner,
    ):
        given = needs.read(asked, progress)
        today = datetime.now(SHANGHAI).date()
        inputs = gathering.gather(asked, given, lambda: _reading(settings), today, tell_read, progress)
        study = work.study(asked, inputs, progress, runner)
        writing.write(aside, study, inputs.streets.streets, crs, progress)
    for reason, n in Counter(reason for _, reason in given.rejected).most_common(5):
        console.note(texts.DEMAND_REJECTS.format(n=n, reason_zh=reason.zh, reason_en=reason.en))
    _say(study, out, time.monotonic() - begun)
    return len(given.rejected) + (0 if inputs.registered is None else inputs.registered.rejected)


@contextmanager
def _reading(settings: Settings) -> Iterator[Connection]:
    with registry.open_url(settings) as url, registry.closing_connection(url, role="reader") as conn:
        yield conn


def _say(study: Study, out: Path, seconds: float) -> None:
    """Say the figures that are asked first."""
    for remark in study.notes:
        console.note(remark)
    whole = study.areas[study.areas["level"] == "all"].iloc[0]
    shares = {
        "straight": "straight_any_share", "walk": "walk_any_share",
        "straight_night": "straight_0200_share", "walk_night": "walk_0200_share",
    }  # fmt: skip
    told = {name: _percent(float(whole[column])) for name, column in shares.items()}
    unit = study.parameters["demand_unit"]
    said = texts.DONE.format(
        demand=f"{whole['demand']:,.0f}",
        unit_zh=unit,
        unit_en=report_texts.UNIT_EN.get(unit, unit),
        stations=int(whole["stations"]),
        **told,
    )
    console.say(said)
    curve = study.curve[(study.curve["standard"] == "walk") & (study.curve["moment"] == "any")]
    if len(curve) > 1:
        last = curve.iloc[-1]
        console.say(texts.DONE_SITES.format(n=int(last["n"]), share=f"{float(last['share']):.1%}"))
    console.say(texts.WRITTEN.format(folder=out, seconds=f"{seconds:.0f}"))


def _percent(share: float) -> str:
    return texts.NOBODY_THEN if math.isnan(share) else f"{share:.1%}"
