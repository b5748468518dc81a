"""How the command line speaks: plain lines to a person, a progress bar where work takes time."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich import progress as bars
from rich.console import Console
from rich.table import Table

from geo.progress import Progress
from geo.texts import Text


def say(text: Text | str) -> None:
    """Write a result to standard output: both languages, each on its line; a plain string as it is."""
    _write(text, sys.stdout)


def show(table: Table) -> None:
    """Write a table to standard output, as wide as the terminal, or as its content where that is no terminal."""
    width = None if sys.stdout.isatty() else 160
    # Cells hold what strangers wrote: brackets are brackets, no markup.
    Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False).print(table)


def note(text: Text | str) -> None:
    """Write a remark to standard error, so that standard output stays a result."""
    _write(text, sys.stderr)


def survive_any_encoding() -> None:
    """Write what a terminal cannot show as escapes, instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def progress(title: Text) -> Iterator[Progress]:
    """Show a progress bar on standard error while the block runs; silent when that is no terminal."""
    console = Console(stderr=True)
    columns = (
        bars.SpinnerColumn(),
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeElapsedColumn(),
    )
    with bars.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(str(title), total=None)

        def report(what: Text, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None, description=f"{title.zh}  {what.zh}")

        yield report


def _write(text: Text | str, stream: object) -> None:
    lines = (text,) if isinstance(text, str) else (text.zh,) if text.zh == text.en else (text.zh, text.en)
    for line in lines:
        print(line, file=stream)  # type: ignore[call-overload]
