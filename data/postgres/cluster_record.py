"""What a cluster's folder remembers: ``cluster.json``."""

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

FILE_NAME: Final = "cluster.json"
MARKER_NAME: Final = "cluster-id"
PORT: Final = 5432  # names the socket file; nothing listens on TCP
SOCKET_LIMIT_BYTES: Final = 107


@dataclass(frozen=True)
class Record:
    """Where one cluster lives and what it is.

    Parameters
    ----------
    cluster_id
        Random; ``home`` holds a marker file with the same text, so that nothing else is ever deleted.
    home
        The folder of the server's own files; inside the cluster's folder unless the owner cannot enter that.
    owner
        The user who runs the server; also the name of the database role.
    disposable
        True when it may lose its data in a power cut.
    socket_folder
        Only when a socket does not fit into ``home`` (``fits_socket``).
    initialised
        True once initdb was finished; from then on missing data are a loss, not a beginning.
    kept_pid
        The server that was asked to stay (``Cluster.start``); borrowers leave that one running.
    """

    cluster_id: str
    home: Path
    owner: str
    disposable: bool
    socket_folder: Path | None = None
    initialised: bool = False
    kept_pid: int | None = None

    @classmethod
    def read(cls, folder: Path) -> "Record | None":
        """Read the record of a cluster's folder; None when there is none.

        Raises
        ------
        OSError, ValueError
            It cannot be read, or is not what ``write`` wrote.
        """
        try:
            content = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            content["home"] = folder / content["home"]
            content["socket_folder"] = Path(content["socket_folder"]) if content["socket_folder"] else None
            return cls(**content)
        except (KeyError, TypeError) as error:
            raise ValueError(f"{FILE_NAME}: {error}") from error

    def write(self, folder: Path) -> None:
        """Write it whole or not at all; a home inside the folder is kept relative, as folders get moved."""
        content = {
            **vars(self),
            "home": str(self.home.relative_to(folder) if self.home.is_relative_to(folder) else self.home),
            "socket_folder": str(self.socket_folder) if self.socket_folder else None,
        }
        fresh = folder / f"{FILE_NAME}.new"
        fresh.unlink(missing_ok=True)
        # Exclusively: root must not be led through a link that the folder's owner has put there.
        with fresh.open("x", encoding="utf-8") as file:
            file.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        fresh.chmod(0o644)
        fresh.replace(folder / FILE_NAME)

    @property
    def data_folder(self) -> Path:
        """PostgreSQL's own folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server and its programs wrote."""
        return self.home / "server.log"

    @property
    def sockets(self) -> Path:
        """The folder of the unix socket."""
        return self.home if fits_socket(self.home) or self.socket_folder is None else self.socket_folder

    def url(self, database: str) -> str:
        """Return the libpq url of one database.

        Examples
        --------
        >>> Record("1f", Path("/srv/驿站"), "ann", disposable=False).url("yizhan")
        'postgresql:///yizhan?host=%2Fsrv%2F%E9%A9%BF%E7%AB%99&port=5432&user=ann'
        """
        # The port is named, because PGPORT in the environment would count otherwise.
        where = {"host": self.sockets, "port": PORT, "user": self.owner}
        parameters = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in where.items())
        return f"postgresql:///{quote(database, safe='')}?{parameters}"

    def is_marked(self) -> bool:
        """Whether ``home`` is the one that this record made, and so may be deleted with it."""
        with contextlib.suppress(OSError):
            return (self.home / MARKER_NAME).read_text(encoding="ascii") == self.cluster_id
        return False


def fits_socket(folder: Path) -> bool:
    """Whether a socket in ``folder`` has a path short enough for the kernel, and one that libpq can be told.

    libpq takes a comma for the end of a host, quoted or not.

    Examples
    --------
    >>> fits_socket(Path("/tmp")), fits_socket(Path("/tmp") / ("x" * 100)), fits_socket(Path("/tmp/a,b"))
    (True, False, False)
    """
    path = os.fsencode(folder / f".s.PGSQL.{PORT}")
    return len(path) < SOCKET_LIMIT_BYTES and b"," not in path
