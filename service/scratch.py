"""Folders that go with the process that made them, also where it was killed: the next one to come removes them.

Each holds a lock of the file system, which ends with its process whatever ended that.
"""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_LOCK: Final = "lock"
_YOUNG_S: Final = 10.0


@contextmanager
def folder(prefix: str, root: Path | None = None) -> Iterator[Path]:
    """Make an empty folder for the time of the block; what others left behind is removed on the way.

    Parameters
    ----------
    prefix
        Of its name, and of the names of those that are removed when no process holds them.
    root
        Where; the system's folder for temporary files when absent.

    Yields
    ------
    path
        Nobody but this user may enter it. A file ``lock`` is in it.

    Examples
    --------
    >>> with folder("yizhan-doctest-") as path:
    ...     len(list(path.iterdir()))
    1
    >>> path.exists()
    False
    """
    root = root or Path(tempfile.gettempdir())
    _sweep(root, prefix)
    path = Path(tempfile.mkdtemp(prefix=prefix, dir=root))
    try:
        with (path / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _sweep(root: Path, prefix: str) -> None:
    """Remove the folders of processes that are no more: those whose lock nobody holds."""
    for left in root.glob(prefix + "*"):
        with suppress(OSError), (left / _LOCK).open() as lock:
            if time.time() - left.stat().st_mtime < _YOUNG_S:
                # Perhaps one that is just being made.
                continue
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
