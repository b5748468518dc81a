"""How the command line speaks: plain lines to a person, a progress bar where work takes time."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from geo.texts import Text

ProgressCallback = Callable[[int, int | None, str], None]
"""``(done, total, what)``; a total of None or 0 is not known yet."""


def say(text: Text | str) -> None:
    """Write a result to standard output: both languages, each on its line; a plain string as it is."""
    _write(text, sys.stdout)


def note(text: Text | str) -> None:
    """Write a remark to standard error, so that standard output stays a result."""
    _write(text, sys.stderr)


@contextmanager
def progress(title: Text) -> Iterator[ProgressCallback]:
    """Show a progress bar on standard error while the block runs; silent when that is no terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(str(title), total=None)

        def report(done: int, total: int | None, what: str = "") -> None:
            description = f"{title.zh} {what}".rstrip()
            bar.update(task, completed=done, total=total or None, description=description)

        yield report


def _write(text: Text | str, stream: object) -> None:
    lines = (text,) if isinstance(text, str) else (text.zh,) if text.zh == text.en else (text.zh, text.en)
    for line in lines:
        print(line, file=stream)  # type: ignore[call-overload]
