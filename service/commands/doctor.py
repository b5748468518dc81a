"""``yizhan doctor``: what ails the registry and its service, in plain words."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from data.hours.schedule import SHANGHAI
from data.postgres import cluster
from data.postgres.cluster import Cluster
from service import console
from service.doctor import examination, texts
from service.doctor.examination import Asked
from service.doctor.findings import Level, worst
from service.settings import Settings

USUAL_DISKS = (Path("/"), Path("/var/lib/postgresql"))


def doctor(
    context: typer.Context,
    service: Annotated[str | None, typer.Option(metavar="URL", help=str(texts.OPTION_SERVICE))] = None,
    disk: Annotated[list[Path] | None, typer.Option(help=str(texts.OPTION_DISK))] = None,
    ills_only: Annotated[bool, typer.Option("--ills-only", help=str(texts.OPTION_ILLS_ONLY))] = False,
) -> None:
    """检查数据库、备份、磁盘、节假日表等是否正常 · Look at database, backups, disks, holidays and more.

    退出码：0 正常，1 需留意，2 有故障（与监控插件的约定相同）。

    Exit codes: 0 fine, 1 needs attention, 2 broken (as monitoring plugins have them).
    """
    settings: Settings = context.obj
    embedded = Cluster(cluster.default_folder())
    own = () if settings.database_url else (embedded.folder,)
    kept = (settings.backups,) if settings.backups else ()
    asked = Asked(datetime.now(SHANGHAI), service, tuple(disk or (*USUAL_DISKS, *own, *kept)))
    findings = examination.examine(settings, asked, embedded=embedded)
    for finding in findings:
        if finding.level is not Level.FINE or not ills_only:
            mark = texts.LEVELS[finding.level]
            console.say(
                texts.LINE.format(
                    mark_zh=mark.zh, mark_en=mark.en, subject_zh=finding.subject.zh, subject_en=finding.subject.en,
                    text_zh=finding.text.zh, text_en=finding.text.en,
                )
            )  # fmt: skip
    level = worst(findings)
    ill = sum(finding.level is not Level.FINE for finding in findings)
    console.say(texts.VERDICTS[level].format(n=len(findings), ill=ill))
    if level is not Level.FINE:
        raise typer.Exit(int(level))
