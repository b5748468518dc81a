"""The PostgreSQL programs of this machine, and the one server process that works in a data folder.

A pid file is only a claim: after a crash or in a container its number often belongs to another process. Here
a process counts as ours only when it is called ``postgres`` and works in the very data folder (``/proc``), and
it is signalled through a pidfd, so that a number taken over in between is never hit.
"""

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from data import texts
from data.errors import ClusterError

PACKAGED_ROOT = Path("/usr/lib/postgresql")
PACKAGED_SHARE = Path("/usr/share/postgresql")
PID_FILE = "postmaster.pid"


@dataclass(frozen=True)
class Programs:
    """Where one PostgreSQL with PostGIS is installed: its major version and its folder of programs."""

    major: int
    folder: Path

    def path(self, name: str) -> str:
        """Return the full path of one program, such as ``initdb``."""
        return str(self.folder / name)


def find_programs(major: int | None = None) -> Programs:
    """Find the newest PostgreSQL server on this machine that has PostGIS.

    Parameters
    ----------
    major
        Take only this major version (that of an existing data folder); None = the newest.

    Returns
    -------
    programs
        From ``/usr/lib/postgresql/*/bin``, else from ``pg_config`` on the PATH.

    Raises
    ------
    ClusterError
        There is none; the message holds the command that installs it.
    """
    servers = [*_packaged_servers(), *_server_on_path()]
    fitting = [(p, share) for p, share in servers if major is None or p.major == major]
    for programs, share in fitting:
        if (share / "extension" / "postgis.control").is_file():
            return programs
    if fitting:
        raise ClusterError(texts.NO_POSTGIS_FILES.format(major=fitting[0][0].major))
    if major is not None:
        raise ClusterError(texts.NO_POSTGRESQL_OF_MAJOR.format(major=major))
    raise ClusterError(texts.NO_POSTGRESQL)


def _packaged_servers() -> list[tuple[Programs, Path]]:
    found = [
        (Programs(int(folder.parent.name), folder), PACKAGED_SHARE / folder.parent.name)
        for folder in PACKAGED_ROOT.glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "initdb").is_file() and (folder / "postgres").is_file()
    ]
    return sorted(found, key=lambda server: -server[0].major)


def _server_on_path() -> list[tuple[Programs, Path]]:
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return []
    asked = [pg_config, "--version", "--bindir", "--sharedir"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout
        version, folder, share = answer.splitlines()
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    number = re.search(r"\d+", version)
    if number is None or not (Path(folder) / "initdb").is_file():
        return []
    return [(Programs(int(number[0]), Path(folder)), Path(share))]


@dataclass(frozen=True)
class PidFile:
    """What ``postmaster.pid`` claims. A damaged or half-written file claims nothing (None)."""

    pid: int | None
    socket_folder: Path | None
    ready: bool

    @classmethod
    def read(cls, data_folder: Path) -> "PidFile | None":
        """Read the claim of a data folder; None when there is no pid file."""
        try:
            lines = (
                (data_folder / PID_FILE).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
            )
        except FileNotFoundError:
            return None
        lines += [""] * (8 - len(lines))
        # A single-user backend writes its pid negated; nothing else is valid.
        pid = int(lines[0]) if re.fullmatch(r"-?[0-9]{1,9}", lines[0].strip()) else None
        socket_folder = Path(lines[4]) if lines[4].strip() else None
        return cls(abs(pid) if pid else None, socket_folder, lines[7].strip() == "ready")


class Postmaster:
    """The running server of one data folder, held by a pidfd; use as a context manager."""

    def __init__(self, pid: int, pidfd: int) -> None:
        self.pid = pid
        self._pidfd = pidfd

    @classmethod
    def find(cls, data_folder: Path) -> "Postmaster | None":
        """Find the server that works in ``data_folder``; None when the pid file is absent or stale."""
        claim = PidFile.read(data_folder)
        if claim is None or claim.pid is None:
            return None
        try:
            pidfd = os.pidfd_open(claim.pid)
        except (ProcessLookupError, OSError):
            return None
        # Looked at after the pidfd was taken: now the number cannot change hands any more.
        if works_in(claim.pid, data_folder):
            return cls(claim.pid, pidfd)
        os.close(pidfd)
        return None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to this very process; nothing happens when it has ended."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, number)

    def wait(self, timeout_s: float) -> bool:
        """Wait until the process has ended; False when it still runs after ``timeout_s`` seconds."""
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(max(0, int(timeout_s * 1000))))

    def __enter__(self) -> "Postmaster":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._pidfd)


def works_in(pid: int, data_folder: Path) -> bool:
    """Whether process ``pid`` is a ``postgres`` that works in ``data_folder``.

    A zombie, a process of somebody else and one that has ended are not. Where the kernel hides the working
    directory (root in a container without ``CAP_SYS_PTRACE``), the owner and the command line decide.
    """
    process = Path("/proc") / str(pid)
    try:
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
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    is_postgres = os.path.basename(words[0]) == b"postgres"  # noqa: PTH119 (bytes)
    return is_postgres and b"-D" in words and words[words.index(b"-D") + 1] == os.fsencode(data_folder)


def processes_in(data_folder: Path) -> list[int]:
    """List each ``postgres`` process that works in the folder: a server, or backends that outlived theirs."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return sorted(pid for pid in pids if works_in(pid, data_folder))
