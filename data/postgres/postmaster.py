"""The one server process that works in a data folder.

A pid file is only a claim: after a crash, and in a container nearly always, its number belongs to another
process. A process counts as ours only when it is called ``postgres`` and works in that very folder; this is
looked at (in Linux ``/proc``) each time before it is signalled.
"""

import contextlib
import itertools
import os
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PID_FILE: Final = "postmaster.pid"
_POLL_S: Final = 0.02


@dataclass(frozen=True)
class Claim:
    """What ``postmaster.pid`` says. Of a damaged or half-written file, pid is None."""

    pid: int | None
    ready: bool

    @classmethod
    def read(cls, data_folder: Path) -> "Claim | None":
        """Read the claim of a data folder; None when there is no pid file."""
        try:
            text = (data_folder / PID_FILE).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
        lines = [line.strip() for line in text.splitlines()] + [""] * 8
        # A server without clients (postgres --single) writes its number negated.
        pid = abs(int(lines[0])) if re.fullmatch(r"-?[0-9]{1,9}", lines[0]) else None
        return cls(pid, ready=lines[7] == "ready")


@dataclass(frozen=True)
class Postmaster:
    """The running server of a data folder."""

    pid: int
    data_folder: Path

    @classmethod
    def find(cls, data_folder: Path) -> "Postmaster | None":
        """Find the server that works in ``data_folder``; None when the pid file is absent or stale."""
        claim = Claim.read(data_folder)
        if claim is None or claim.pid is None or not works_in(claim.pid, data_folder):
            return None
        return cls(claim.pid, data_folder)

    @property
    def ready(self) -> bool:
        """Whether it takes connections, not only starting up or recovering from a crash."""
        claim = Claim.read(self.data_folder)
        return claim is not None and claim.ready and claim.pid == self.pid

    @property
    def running(self) -> bool:
        """Whether this very process still works in its folder."""
        return works_in(self.pid, self.data_folder)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when the process has ended."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait_end(self, timeout_s: float) -> bool:
        """Wait until it has ended; False when it still runs after ``timeout_s`` seconds."""
        return _wait(lambda: not self.running, timeout_s)

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait until it takes connections; False when it ended or needs longer than ``timeout_s`` seconds."""
        return _wait(lambda: self.ready or not self.running, timeout_s) and self.ready

    def wait_launched(self, timeout_s: float) -> bool:
        """As ``wait_ready``, for a process so young that it may not have gone to its folder yet."""
        return _wait(lambda: self.ready or not _is_alive(self.pid), timeout_s) and self.ready


def _wait(done: Callable[[], bool], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def works_in(pid: int, data_folder: Path) -> bool:
    """Whether process ``pid`` is a ``postgres`` that works in ``data_folder``.

    A zombie, a process of somebody else and one that has ended are not. Where the kernel hides the working
    directory (root in a container without ``CAP_SYS_PTRACE``), the owner and the command line decide.
    """
    process = Path("/proc") / str(pid)
    try:
        # The kernel adds a word when the program was replaced by an upgrade since.
        name = (process / "exe").readlink().name.removesuffix(" (deleted)")
        return name == "postgres" and (process / "cwd").samefile(data_folder)
    except PermissionError:
        return _was_started_for(process, data_folder)
    except OSError:
        return False


def _was_started_for(process: Path, data_folder: Path) -> bool:
    try:
        if process.stat().st_uid != data_folder.stat().st_uid:
            return False
        words = [Path(os.fsdecode(word)) for word in (process / "cmdline").read_bytes().split(b"\0")]
    except OSError:
        return False
    return words[0].name == "postgres" and (Path("-D"), data_folder) in itertools.pairwise(words)


def _is_alive(pid: int) -> bool:
    """Whether a process of that number runs; a zombie does not."""
    try:
        (Path("/proc") / str(pid) / "exe").readlink()
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def processes_in(data_folder: Path) -> list[int]:
    """List each ``postgres`` process in the folder: a server, or backends that outlived theirs."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return sorted(pid for pid in pids if works_in(pid, data_folder))
