"""``yizhan osm`` and ``yizhan check``: the street map, and the verdicts computed from it."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated

import typer

from data.errors import InputError
from data.streets import osm
from geo import vocabulary
from geo.errors import ParameterError
from geo.frontage import Parameters
from service import checking, console, registry
from service.commands import texts
from service.settings import Settings


def import_streets(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="FILE.osm.pbf")],
    source: Annotated[str | None, typer.Option(help=str(texts.OSM_SOURCE))] = None,
    force: Annotated[bool, typer.Option("--force", help=str(texts.OSM_FORCE))] = False,
) -> None:
    """导入街道、建筑、围墙与大门 · Import streets, buildings, barriers and gates from FILE.osm.pbf.

    同名来源整体替换，一次完成，中途失败则保持原样；导入后请运行 yizhan check。

    The same source is replaced whole, in one transaction. Run `yizhan check` afterwards.
    """
    settings: Settings = context.obj
    with (
        registry.open_url(settings) as url,
        registry.closing_connection(url, role="writer") as conn,
        console.progress(texts.READING_STREETS.format(file=file.name)) as progress,
    ):
        report = osm.import_osm(conn, file, source=source, force=force, progress=progress)
    console.say(report.text())


def check(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=str(texts.CHECK_ALL))] = False,
    changes: Annotated[list[str] | None, typer.Option("--set", help=str(texts.CHECK_SET))] = None,
    source: Annotated[str | None, typer.Option(help=str(texts.ONLY_SOURCE))] = None,
    adcode: Annotated[str | None, typer.Option(help=str(texts.ONLY_ADCODE))] = None,
) -> None:
    """检查站点是否临街、便于进出 · Check which stations face a street and are easy to enter.

    结论分 临街／不临街／待核实，连同依据与所用参数存入登记表。

    Verdicts are yes, no or unknown; each is stored with its evidence and the parameters used.
    """
    settings: Settings = context.obj
    parameters = with_changes(Parameters(), changes or [])
    with (
        registry.open_url(settings) as url,
        registry.closing_connection(url, role="writer") as conn,
        console.progress(texts.CHECKING) as progress,
    ):
        report = checking.check_registry(
            conn, parameters, source=source, adcode=adcode, everything=everything, progress=progress
        )
    tell(report)


def with_changes(parameters: Parameters, changes: list[str]) -> Parameters:
    """Change parameters as ``--set name=number`` says; the version tells what was changed.

    Raises
    ------
    InputError
        Not of that form, or no parameter of that name; the message lists the names.
    """
    kinds = {f.name: type(getattr(parameters, f.name)) for f in fields(parameters)}
    numbers = {name: kind for name, kind in kinds.items() if kind in (int, float)}
    for change in changes:
        name, _, value = change.partition("=")
        try:
            parameters = replace(parameters, **{name: numbers[name](value)})
        except (KeyError, ValueError):
            raise InputError(texts.BAD_SET.format(given=change, names=", ".join(numbers))) from None
        except ParameterError as error:
            raise InputError(texts.BAD_NUMBER.format(reason=error)) from None
    return replace(parameters, version="+".join([parameters.version, *sorted(changes)]))


def tell(report: checking.CheckReport) -> None:
    """Say what a check did: the count of each verdict by the rule that decided."""
    if not report.checked:
        console.say(texts.CHECK_NOTHING)
        return
    console.say(
        texts.CHECK_DONE.format(checked=report.checked, written=report.written, version=report.data_version)
    )
    for (verdict, rule), n in sorted(report.by_rule.items(), key=lambda item: (item[0][0], -item[1])):
        name = vocabulary.STREET_FACING[verdict]
        console.say(f"  {name.zh} {verdict:8} {rule:28} {n}")
    if not report.has_streets:
        console.note(texts.NO_STREETS)
    if report.written < report.checked:
        console.note(texts.CHECK_MOVED.format(n=report.checked - report.written))
