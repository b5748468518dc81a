"""A private PostGIS in a folder: no TCP, no password, no system service; this program's embedded default.

What lies in the folder that was asked for::

    cluster.json    where the server's files are (home), who runs it, whether it may lose data in a power cut
    lock, users     held while a server is started or stopped; held for as long as somebody borrows it
    server/         home: data/ (PostgreSQL's own), server.log, the socket; belongs to the server's user

As root the server runs as the system user ``postgres``, which cannot enter a folder below a closed parent
such as ``/root``. Then home lies under ``/var/lib/yizhan``, or under ``/var/tmp`` when disposable (some
systems sweep that monthly), is recorded in ``cluster.json`` and told by ``Cluster.notice``. Linux only.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from data.errors import ClusterError
from data.postgres import accounts, programs, server, texts
from data.postgres.cluster_record import FILE_NAME, MARKER_NAME, SOCKET_LIMIT_BYTES, Record, fits_socket
from data.postgres.postmaster import Postmaster
from geo.texts import Text

DATABASE: Final = "yizhan"
SERVER_USER: Final = "postgres"
DURABLE_FALLBACK = Path("/var/lib/yizhan")
DISPOSABLE_FALLBACK = Path("/var/tmp")


@dataclass(frozen=True)
class Status:
    """What is known of a cluster without touching it.

    ``absent``: nothing was made yet, and all that follows ``folder`` is None. ``starting`` includes the
    recovery from a crash.
    """

    state: Literal["absent", "stopped", "starting", "running"]
    folder: Path
    home: Path | None = None
    owner: str | None = None
    disposable: bool | None = None
    pid: int | None = None
    url: str | None = None
    log: Path | None = None
    notice: Text | None = None

    @property
    def running(self) -> bool:
        """Whether it takes connections."""
        return self.state == "running"


def default_folder() -> Path:
    """Return where a kept registry lives: ``$XDG_DATA_HOME/yizhan/postgres``, never the working directory."""
    stated = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (stated if stated.is_absolute() else Path.home() / ".local/share") / "yizhan" / "postgres"


class Cluster:
    """One private PostgreSQL with PostGIS; nothing is made or run before ``start`` or ``borrowed``.

    Parameters
    ----------
    folder
        Where it lives. Made when missing; a folder that holds something else is refused.
    disposable
        True turns off the guards against a power cut (``fsync``), for samples and tests. It counts only when
        the cluster is made: a kept registry never becomes disposable later.
    timeout_s
        The longest wait of each step (start, stop, another program's start), seconds.

    Examples
    --------
    >>> Cluster(Path("/nonexistent/yizhan")).status().state
    'absent'
    """

    def __init__(self, folder: Path, *, disposable: bool = False, timeout_s: float = 60.0) -> None:
        self.folder = Path(folder).absolute()
        self.timeout_s = timeout_s
        self._disposable = disposable

    def start(self) -> str:
        """Make the cluster when there is none, run it when it does not run, and return its url.

        It stays up until ``stop``. Safe at any time and from several programs at once: one of them starts the
        server, the others wait and get the same url. A stale pid file, a killed server and an interrupted
        first start are cleared away.

        Raises
        ------
        ClusterError
            PostgreSQL or PostGIS is not installed, the folder cannot be used or belongs to somebody else, the
            server did not come up in time; the message says which, and how to mend it.
        """
        with self._at_work():
            record = self._run()
            running = Postmaster.find(record.data_folder)
            replace(record, kept_pid=running.pid if running else None).write(self.folder)
        return record.url(DATABASE)

    @contextlib.contextmanager
    def borrowed(self) -> Iterator[str]:
        """Run it for the time of the block and yield its url.

        Afterwards it is stopped, unless ``start`` asked for it to stay or somebody else still borrows it: two
        commands at once do not take the database away from each other.
        """
        with self._opened("users") as users:
            self._lock(users, fcntl.LOCK_SH)
            with self._at_work():
                record = self._run()
            try:
                yield record.url(DATABASE)
            finally:
                with self._at_work():
                    # While others hold the file this fails, and the last of them stops the server.
                    if _try_lock(users, fcntl.LOCK_EX):
                        self._end(kept_too=False)

    def stop(self) -> bool:
        """Stop the server, ending open transactions; True when it was running, False when it was not.

        Only a process proved to be the server of this folder is ever signalled.

        Raises
        ------
        ClusterError
            It did not stop in time, or belongs to somebody else.
        """
        if self._record() is None:
            return False
        with self._at_work():
            return self._end(kept_too=True)

    def kill(self) -> bool:
        """Kill the server at once, as running out of memory does; for tests. True when it was running."""
        record = self._record()
        running = Postmaster.find(record.data_folder) if record else None
        if running is None:
            return False
        running.signal(signal.SIGKILL)
        return running.wait_end(self.timeout_s)

    def remove(self) -> None:
        """Stop the server and delete its files, all of them and nothing else; the folder itself stays."""
        self.stop()
        record = self._record()
        if record is None:
            return
        with self._at_work():
            if record.is_marked():
                shutil.rmtree(record.home)
            if record.socket_folder is not None and accounts.owns_folder(record.socket_folder, record.owner):
                shutil.rmtree(record.socket_folder)
            (self.folder / FILE_NAME).unlink()

    def status(self) -> Status:
        """Tell what is known without changing anything."""
        record = self._record()
        if record is None:
            return Status("absent", self.folder)
        running = Postmaster.find(record.data_folder)
        return Status(
            state="stopped" if running is None else "running" if running.ready else "starting",
            folder=self.folder,
            home=record.home,
            owner=record.owner,
            disposable=record.disposable,
            pid=None if running is None else running.pid,
            url=record.url(DATABASE),
            log=record.log,
            notice=self.notice,
        )

    @property
    def url(self) -> str:
        """The libpq url of the registry's database, whether the server runs or not."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Return the url of another database of this cluster, such as ``postgres``.

        Raises
        ------
        ClusterError
            The cluster was never started, so that nobody knows yet where it will live.
        """
        record = self._record()
        if record is None:
            raise ClusterError(texts.CLUSTER_ABSENT.format(folder=self.folder))
        return record.url(database)

    @property
    def notice(self) -> Text | None:
        """What the user should be told: where the data are when they are not in the folder; else None."""
        record = self._record()
        if record is None or record.home.is_relative_to(self.folder):
            return None
        return texts.CLUSTER_ELSEWHERE.format(owner=record.owner, folder=self.folder, home=record.home)

    # -- one at a time

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        """Hold the folder's lock; what the operating system refuses meanwhile becomes a sentence."""
        try:
            with self._opened("lock") as descriptor:
                self._lock(descriptor, fcntl.LOCK_EX)
                yield
        except (OSError, subprocess.SubprocessError) as error:
            raise self._unusable(error) from error

    @contextlib.contextmanager
    def _opened(self, name: str) -> Iterator[int]:
        self._make_folder()
        try:
            descriptor = os.open(self.folder / name, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _lock(self, descriptor: int, kind: int) -> None:
        deadline = time.monotonic() + self.timeout_s
        while not _try_lock(descriptor, kind):
            if time.monotonic() > deadline:
                raise ClusterError(texts.CLUSTER_BUSY.format(folder=self.folder, wait_s=self.timeout_s))
            time.sleep(0.05)

    def _make_folder(self) -> None:
        self._record()
        if self.folder.is_dir():
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # As root the server's user must pass through; what matters inside is closed anyway.
            self.folder.chmod(0o755 if accounts.is_root() else 0o700)
        except OSError as error:
            raise self._unusable(error) from error

    def _record(self) -> Record | None:
        """Read the record, and refuse when the cluster is not ours to touch."""
        try:
            record = Record.read(self.folder)
        except (OSError, ValueError) as error:
            raise self._unusable(error) from error
        if record is not None and not accounts.is_root() and record.owner != accounts.current():
            raise ClusterError(texts.CLUSTER_OF_ANOTHER.format(folder=self.folder, owner=record.owner))
        return record

    def _unusable(self, why: Exception) -> ClusterError:
        reason = f"{why.filename}: {why.strerror}" if isinstance(why, OSError) and why.filename else str(why)
        return ClusterError(texts.CLUSTER_FOLDER_UNUSABLE.format(folder=self.folder, why=reason))

    def _end(self, *, kept_too: bool) -> bool:
        """End the server, if it runs (and, unless ``kept_too``, nobody asked for it to stay)."""
        record = self._record()
        running = Postmaster.find(record.data_folder) if record else None
        if record is None or running is None or (running.pid == record.kept_pid and not kept_too):
            return False
        server.end(running, record, self.timeout_s)
        replace(record, kept_pid=None).write(self.folder)
        return True

    # -- making it

    def _run(self) -> Record:
        """Bring the server up from whatever state the folder is in."""
        record = self._with_socket(self._initialised(self._record() or self._planned()))
        running = Postmaster.find(record.data_folder)
        if running is None:
            server.clear_remains(record, self.timeout_s)
            server.launch(record, self.timeout_s)
        elif not running.wait_ready(self.timeout_s):
            raise server.failed(record, "postgres", "")
        server.create_database(record, DATABASE)
        return record

    def _planned(self) -> Record:
        """Choose who runs the server and where its files go, and write that down."""
        programs.find()
        if {entry.name for entry in self.folder.iterdir()} - {"lock", "users", f"{FILE_NAME}.new"}:
            raise ClusterError(texts.CLUSTER_FOLDER_FOREIGN.format(folder=self.folder))
        owner = SERVER_USER if accounts.is_root() else accounts.current()
        cluster_id = secrets.token_hex(8)
        home = self.folder / "server"
        if not accounts.can_enter(self.folder, owner):
            fallback = DISPOSABLE_FALLBACK if self._disposable else DURABLE_FALLBACK
            home = fallback / f"yizhan-postgres-{cluster_id}"
        record = Record(cluster_id, home, owner, self._disposable)
        record.write(self.folder)
        return record

    def _initialised(self, record: Record) -> Record:
        """Run initdb unless it was done; data that were there and are gone are a loss, not a beginning."""
        if not record.data_folder.is_dir():
            if record.initialised and not record.disposable:
                file = self.folder / FILE_NAME
                raise ClusterError(
                    texts.CLUSTER_LOST.format(folder=self.folder, home=record.home, record=file)
                )
            self._make_home(record)
            server.initialise(record, self.timeout_s)
        if record.initialised:
            return record
        record = replace(record, initialised=True)
        record.write(self.folder)
        return record

    def _make_home(self, record: Record) -> None:
        record.home.parent.mkdir(parents=True, exist_ok=True)
        record.home.mkdir(mode=0o700, exist_ok=True)
        if not record.is_marked():
            if any(record.home.iterdir()):
                raise ClusterError(texts.CLUSTER_FOLDER_FOREIGN.format(folder=record.home))
            (record.home / MARKER_NAME).write_text(record.cluster_id, encoding="ascii")
        accounts.give(record.home, record.owner)

    def _with_socket(self, record: Record) -> Record:
        """Find a folder for the socket: home itself, or a short one, made once and recorded."""
        known = record.socket_folder
        if fits_socket(record.home) or (known is not None and accounts.owns_folder(known, record.owner)):
            return record
        tried = [Path("/tmp"), Path(os.environ.get("XDG_RUNTIME_DIR") or "/var/tmp")]
        for parent in tried:
            with contextlib.suppress(OSError):
                folder = Path(tempfile.mkdtemp(prefix="yizhan-", dir=parent))
                if fits_socket(folder) and accounts.can_enter(parent, record.owner):
                    accounts.give(folder, record.owner)
                    record = replace(record, socket_folder=folder)
                    record.write(self.folder)
                    return record
                folder.rmdir()
        names = ", ".join(map(str, tried))
        raise ClusterError(texts.CLUSTER_SOCKET_TOO_LONG.format(limit=SOCKET_LIMIT_BYTES, tried=names))


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
