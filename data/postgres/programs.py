"""The PostgreSQL programs installed on this machine."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from data.errors import ClusterError
from data.postgres import texts

PACKAGED_ROOT = Path("/usr/lib/postgresql")
PACKAGED_SHARE = Path("/usr/share/postgresql")


@dataclass(frozen=True)
class Programs:
    """One installed PostgreSQL server: its major version, its programs, its shared files."""

    major: int
    folder: Path
    share: Path

    @property
    def has_postgis(self) -> bool:
        """Whether ``CREATE EXTENSION postgis`` finds its files."""
        return (self.share / "extension" / "postgis.control").is_file()

    def path(self, name: str) -> str:
        """Return the full path of one program, such as ``initdb``."""
        return str(self.folder / name)


def find(major: int | None = None) -> Programs:
    """Find the newest PostgreSQL server that has PostGIS.

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
    installed = [p for p in [*_packaged(), *_on_path()] if major in (None, p.major)]
    for programs in installed:
        if programs.has_postgis:
            return programs
    if installed:
        raise ClusterError(texts.NO_POSTGIS_FILES.format(major=installed[0].major))
    if major is not None:
        raise ClusterError(texts.NO_POSTGRESQL_OF_MAJOR.format(major=major))
    raise ClusterError(texts.NO_POSTGRESQL)


def _packaged() -> list[Programs]:
    """Return the servers of the distribution's packages, newest first."""
    found = [
        Programs(int(folder.parent.name), folder, PACKAGED_SHARE / folder.parent.name)
        for folder in PACKAGED_ROOT.glob("*/bin")
        if folder.parent.name.isdecimal() and _is_server(folder)
    ]
    return sorted(found, key=lambda programs: -programs.major)


def _on_path() -> list[Programs]:
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
    if number is None or not _is_server(Path(folder)):
        return []
    return [Programs(int(number[0]), Path(folder), Path(share))]


def _is_server(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres"))
