"""``yizhan``: the command line, a sibling of the HTTP application over the same functions.

Exit codes: 0 done; 1 the work could not be done, and the message says why and what to do; 2 the command line
or a setting is wrong; 3 ``db status`` found no running database; 4 an import rejected rows (the others were
kept); 130 interrupted. ``doctor`` has its own: 0 fine, 1 needs attention, 2 broken.
"""

import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Annotated

import typer
from pydantic import ValidationError

import service
from data.errors import DataError
from geo.errors import GeoError
from maps.errors import MapsError
from service import console
from service.commands import (
    checking,
    database,
    demo,
    doctor,
    duplicates,
    haves,
    holidays,
    keys,
    pages,
    planning,
    posters,
    reports,
    selection,
    serving,
    stations,
    streets,
    texts,
)
from service.errors import ServiceError
from service.settings import Settings, variable

app = typer.Typer(
    name="yizhan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its tables cut Chinese, which has no spaces to break at
    help=str(texts.YIZHAN),
)
app.command("demo")(demo.demo)
app.command("serve")(serving.serve)
app.command("import")(stations.import_stations)
app.command("export")(stations.export)
app.command("template")(stations.template)
app.command("osm")(streets.import_streets)
app.command("check")(checking.check)
app.command("map")(pages.write_map)
app.command("review")(pages.write_review)
app.command("poster")(posters.write_posters)
app.command("plan")(planning.plan)
app.add_typer(checking.app, name="visits")
app.add_typer(haves.app, name="haves")
app.add_typer(selection.app, name="select")
app.add_typer(reports.app, name="reports")
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(holidays.app, name="holidays")
app.add_typer(database.app, name="db")
app.command("doctor")(doctor.doctor)
app.add_typer(keys.app, name="keys")


def _version(wanted: bool) -> None:
    if wanted:
        console.say(f"yizhan {service.__version__}")
        raise typer.Exit


@app.callback()
def entrance(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=str(texts.VERSION))
    ] = False,
) -> None:
    """Read the settings, once; every command gets them as ``context.obj``."""
    context.obj = Settings()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; what a user did wrong becomes a sentence and an exit code, never a traceback.

    Parameters
    ----------
    arguments
        Without the program's name; those of the process when None.

    Raises
    ------
    SystemExit
        Always, with the exit code.
    """
    console.survive_any_encoding()
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGHUP, _terminate)
    try:
        app(args=arguments)
    except ValidationError as error:
        for problem in error.errors():
            console.note(f"{variable(str(problem['loc'][0]))}: {problem['msg']}")
        sys.exit(2)
    except (DataError, ServiceError, MapsError, GeoError) as error:
        console.note(getattr(error, "text", None) or str(error))
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            console.note(texts.CANNOT_WRITE.format(reason=error.strerror or error))
        else:
            console.note(texts.CANNOT_USE_FILE.format(file=error.filename, reason=error.strerror))
        sys.exit(1)
    except SystemExit as stop:
        if stop.code in (130, 128 + signal.SIGTERM, 128 + signal.SIGHUP):
            console.note(texts.INTERRUPTED)
        raise


def _terminate(number: int, _frame: FrameType | None) -> None:
    # As an exception, so that every open block closes what it started: a cluster above all.
    sys.exit(128 + number)
