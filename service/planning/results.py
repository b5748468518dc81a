"""The folder of a plan's results: written aside, then moved into place, so that nothing half-written is ever seen.

``report.html``, ``figures.xlsx`` and ``gaps.gpkg`` are made in a hidden folder inside the folder of results (the same
file system, so that moving is one step each). ``plan.json`` says what they are and comes last: a folder with it, whose
sizes agree, is a finished result. Whatever ends the work early, Ctrl-C included, removes what was made aside; what a
killed process left there the next run removes.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import orjson

from data.errors import InputError
from service.planning import texts

REPORT: Final = "report.html"
FIGURES: Final = "figures.xlsx"
LAYERS: Final = "gaps.gpkg"
MARK: Final = "plan.json"
FILES: Final = (FIGURES, LAYERS, REPORT)
BESIDE: Final = (*(f"{LAYERS}{end}" for end in ("-wal", "-shm", "-journal", ".aux.xml")), f"~${FIGURES}")
"""What QGIS, GDAL and spreadsheets leave beside files that they opened. It belongs to those and goes with them: a
journal of an earlier GeoPackage would be played into the next one."""
_ASIDE: Final = ".plan-being-written"


@contextmanager
def being_written(folder: Path, *, force: bool = False) -> Iterator[Path]:
    """Yield a folder to make the results in; move them into place when the block ends well.

    Parameters
    ----------
    folder
        Made when it does not exist (its parent must). Results of an earlier plan in it are replaced.
    force
        Write there although other files stand in it; they are left alone.

    Yields
    ------
    aside
        Empty. The block writes ``FILES`` and ``MARK`` there.

    Raises
    ------
    InputError
        The folder is a file, cannot be made or written, holds other files, or another plan writes there now.
    """
    folder = folder.resolve()
    made = _made(folder)
    try:
        _refuse_others(folder, force)
        with _locked(folder):
            aside = folder / _ASIDE
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            try:
                yield aside
                _move(aside, folder)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        if error.filename is None or not str(error.filename).startswith(str(folder)):
            raise
        raise InputError(texts.OUT_UNWRITABLE.format(folder=folder, why=error.strerror or error)) from error
    finally:
        if made and not any(folder.iterdir()):
            folder.rmdir()


def mark(aside: Path, about: dict[str, Any]) -> None:
    """Write ``plan.json``: what the plan was made from, and the sizes of its files.

    Parameters
    ----------
    about
        JSON-ready; ``files`` is added.
    """
    sizes = {name: (aside / name).stat().st_size for name in FILES if (aside / name).is_file()}
    document = orjson.dumps(
        {**about, "files": sizes}, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
    )
    (aside / MARK).write_bytes(document)


def _made(folder: Path) -> bool:
    """Make the folder; whether it was not there."""
    if folder.is_dir():
        return False
    if folder.exists():
        raise InputError(texts.OUT_IS_FILE.format(folder=folder))
    if not folder.parent.is_dir():
        raise InputError(texts.OUT_NO_PARENT.format(folder=folder, parent=folder.parent))
    try:
        folder.mkdir()
    except OSError as error:
        raise InputError(texts.OUT_UNWRITABLE.format(folder=folder, why=error.strerror or error)) from error
    return True


def _refuse_others(folder: Path, force: bool) -> None:
    """Refuse a folder that holds something else: it is probably not the one that was meant."""
    known = {*FILES, MARK, *BESIDE}
    others = sorted(p.name for p in folder.iterdir() if p.name not in known and not p.name.startswith("."))
    if others and not force:
        shown = ", ".join(others[:5]) + (" …" if len(others) > 5 else "")
        raise InputError(texts.OUT_NOT_EMPTY.format(folder=folder, files=shown))
    unlike = [name for name in known if (folder / name).is_dir()]
    if unlike:
        raise InputError(texts.OUT_NOT_EMPTY.format(folder=folder, files=", ".join(sorted(unlike))))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; the system lets go of it however the process ends."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(texts.OUT_IN_USE.format(folder=folder)) from None
        yield
    finally:
        os.close(handle)


def _move(aside: Path, folder: Path) -> None:
    """Put the files in place; without the mark the folder counts as unfinished meanwhile."""
    (folder / MARK).unlink(missing_ok=True)
    for name in BESIDE:
        (folder / name).unlink(missing_ok=True)
    for name in FILES:
        if (aside / name).is_file():
            (aside / name).replace(folder / name)
        else:
            (folder / name).unlink(missing_ok=True)
    (aside / MARK).replace(folder / MARK)
