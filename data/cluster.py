"""A private PostGIS in a folder: no TCP, no password, no system service; this program's embedded default.

What lies in the folder that was asked for::

    cluster.json    where the server's files are (``home``), who runs it, whether it may lose data in a crash
    lock            held while a server is being started or stopped, so that two starts at once become one
    server/         home: data/ (PostgreSQL's own), server.log, the socket; of the server's user

As root the server runs as the system user ``postgres``, which cannot enter a folder below a closed parent
such as ``/root``; then ``home`` lies under ``/var/lib/yizhan`` (``/var/tmp`` when disposable, because that may be
swept), is recorded in ``cluster.json`` and named in ``Cluster.notice``. Only Linux is served.
"""

import contextlib
import fcntl
import json
import os
import pwd
import secrets
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypedDict
from urllib.parse import quote, urlencode

import psycopg2
from psycopg2 import sql

from data import texts
from data.errors import ClusterError
from data.postmaster import PID_FILE, PidFile, Postmaster, Programs, find_programs, processes_in
from geo.texts import Text

DATABASE: Final = "yizhan"
PORT: Final = 5432
SOCKET_LIMIT_BYTES: Final = 107
SERVER_USER: Final = "postgres"
DURABLE_FALLBACK: Final = Path("/var/lib/yizhan")
DISPOSABLE_FALLBACK: Final = Path("/var/tmp")
LOG_LIMIT_BYTES: Final = 10_000_000
DISPOSABLE_SETTINGS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Status:
    """What is known of a cluster without starting it.

    ``absent`` nothing was made yet, ``stopped``, ``starting`` (or recovering from a crash), ``running``.
    """

    state: Literal["absent", "stopped", "starting", "running"]
    folder: Path
    home: Path | None
    owner: str | None
    disposable: bool
    pid: int | None
    url: str | None
    log: Path | None
    notice: Text | None


@dataclass(frozen=True)
class _Record:
    """The content of ``cluster.json``."""

    cluster_id: str
    home: Path
    owner: str
    disposable: bool
    socket_folder: Path | None = None  # only when home is too long for a socket
    initialised: bool = False


def default_folder() -> Path:
    """Return where a kept registry lives: ``$XDG_DATA_HOME/yizhan/postgres``, never the working directory."""
    stated = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (stated if stated.is_absolute() else Path.home() / ".local/share") / "yizhan/postgres"


class Cluster:
    """One private PostgreSQL with PostGIS; nothing is made or started before ``start``.

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

    # -- what a caller asks for

    def start(self) -> str:
        """Make the cluster when there is none, run it when it is not running, and return its url.

        Safe to call at any time and from several programs at once: one of them starts the server, the others
        wait and get the same url. A stale pid file and the remains of a killed server or of an interrupted
        first start are cleared away.

        Raises
        ------
        ClusterError
            PostgreSQL or PostGIS is not installed, the folder cannot be used or belongs to somebody else, the
            server did not come up in time; the message says which and how to mend it.
        """
        self._check_owner()
        _make_folder(self.folder)
        with self._locked():
            record = self._read_record() or self._plan()
            record = self._with_socket(self._initialised(record))
            self._run_server(record)
            _create_database(self._url(record, "postgres"), self._url(record, DATABASE), self.folder)
        return self._url(record, DATABASE)

    def stop(self) -> bool:
        """Stop the server, ending open transactions; True when it was running, False when it was not.

        Only a process proved to be the server of this folder is ever signalled.

        Raises
        ------
        ClusterError
            It did not stop in time, or belongs to somebody else.
        """
        record = self._check_owner()
        if record is None:
            return False
        with self._locked():
            server = Postmaster.find(record.home / "data")
            if server is None:
                return False
            with server:
                self._end(server, record)
        return True

    def kill(self) -> bool:
        """Kill the server at once, as a power cut would; for tests of recovery. True when it was running."""
        record = self._check_owner()
        server = Postmaster.find(record.home / "data") if record else None
        if server is None:
            return False
        with server:
            server.signal(signal.SIGKILL)
            return server.wait(self.timeout_s)

    def remove(self) -> None:
        """Stop the server and delete its files, all of them and nothing else; the folder itself stays."""
        self.stop()
        record = self._check_owner()
        if record is None:
            return
        with self._locked():
            if _is_marked(record):
                shutil.rmtree(record.home)
            if record.socket_folder is not None and _belongs_to(record.socket_folder, record.owner):
                shutil.rmtree(record.socket_folder)
            self._record_file.unlink()

    def status(self) -> Status:
        """Tell what is known without changing anything."""
        record = self._check_owner()
        if record is None:
            return Status("absent", self.folder, None, None, self._disposable, None, None, None, None)
        data_folder = record.home / "data"
        server, claim = Postmaster.find(data_folder), PidFile.read(data_folder)
        state: Literal["stopped", "starting", "running"] = "stopped"
        pid = None
        if server is not None:
            with server:
                pid = server.pid
                state = "running" if claim is not None and claim.ready else "starting"
        return Status(
            state=state,
            folder=self.folder,
            home=record.home,
            owner=record.owner,
            disposable=record.disposable,
            pid=pid,
            url=self._url(record, DATABASE),
            log=record.home / "server.log",
            notice=self._notice(record),
        )

    @property
    def url(self) -> str:
        """The libpq url of the database, whether it runs or not.

        Raises
        ------
        ClusterError
            The cluster was never started, so that nobody knows where it will live.
        """
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Return the url of another database of the same cluster, such as ``postgres``."""
        record = self._check_owner()
        if record is None:
            raise ClusterError(texts.CLUSTER_ABSENT.format(folder=self.folder))
        return self._url(record, database)

    @property
    def notice(self) -> Text | None:
        """What the user should be told: where the data are when they are not in the folder; else None."""
        record = self._check_owner()
        return None if record is None else self._notice(record)

    # -- the record

    @property
    def _record_file(self) -> Path:
        return self.folder / "cluster.json"

    def _read_record(self) -> _Record | None:
        try:
            content = json.loads(self._record_file.read_text(encoding="utf-8"))
            socket_folder = content["socket_folder"]
            return _Record(
                cluster_id=content["cluster_id"],
                home=self.folder / content["home"],
                owner=content["owner"],
                disposable=bool(content["disposable"]),
                socket_folder=None if socket_folder is None else Path(socket_folder),
                initialised=bool(content["initialised"]),
            )
        except (FileNotFoundError, NotADirectoryError):
            return None
        except PermissionError as error:
            raise _unusable(self.folder, error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise _unusable(self._record_file, error) from error

    def _write_record(self, record: _Record) -> None:
        inside = record.home.is_relative_to(self.folder)
        content = {
            "cluster_id": record.cluster_id,
            "home": str(record.home.relative_to(self.folder) if inside else record.home),
            "owner": record.owner,
            "disposable": record.disposable,
            "socket_folder": None if record.socket_folder is None else str(record.socket_folder),
            "initialised": record.initialised,
        }
        fresh = self._record_file.with_suffix(".json.new")
        fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        fresh.chmod(0o644)
        fresh.replace(self._record_file)

    def _check_owner(self) -> _Record | None:
        record = self._read_record()
        if record is not None and os.geteuid() != 0 and record.owner != _current_user():
            raise ClusterError(texts.CLUSTER_OF_ANOTHER.format(folder=self.folder, owner=record.owner))
        return record

    def _notice(self, record: _Record) -> Text | None:
        if record.home.is_relative_to(self.folder):
            return None
        return texts.CLUSTER_ELSEWHERE.format(owner=record.owner, folder=self.folder, home=record.home)

    # -- making it

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        deadline = time.monotonic() + self.timeout_s
        try:
            descriptor = os.open(self.folder / "lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _unusable(self.folder, error) from error
        try:
            while not _try_lock(descriptor):
                if time.monotonic() > deadline:
                    raise ClusterError(texts.CLUSTER_BUSY.format(folder=self.folder, wait_s=self.timeout_s))
                time.sleep(0.05)
            yield
        finally:
            os.close(descriptor)

    def _plan(self) -> _Record:
        """Choose who runs the server and where its files go, and write that down."""
        find_programs()
        if {entry.name for entry in self.folder.iterdir()} - {"lock", "cluster.json.new"}:
            raise ClusterError(texts.CLUSTER_FOLDER_FOREIGN.format(folder=self.folder))
        owner = SERVER_USER if os.geteuid() == 0 else _current_user()
        cluster_id = secrets.token_hex(8)
        home = self.folder / "server"
        if not _can_enter(self.folder, owner):
            fallback = DISPOSABLE_FALLBACK if self._disposable else DURABLE_FALLBACK
            home = fallback / f"yizhan-postgres-{cluster_id}"
        record = _Record(cluster_id, home, owner, self._disposable)
        self._write_record(record)
        return record

    def _initialised(self, record: _Record) -> _Record:
        """Run initdb unless it was done: under a name of its own, renamed when it is whole."""
        data_folder = record.home / "data"
        if not data_folder.is_dir():
            if record.initialised and not record.disposable:
                raise ClusterError(
                    texts.CLUSTER_LOST.format(folder=self.folder, home=record.home, record=self._record_file)
                )
            _make_home(record)
            for leftover in record.home.glob("data.new-*"):
                shutil.rmtree(leftover)
            fresh = record.home / f"data.new-{secrets.token_hex(4)}"
            options = ["-U", record.owner, "-E", "UTF8", "--locale=C.UTF-8", "-A", "peer"]
            no_sync = ["--no-sync"] if record.disposable else []
            initdb = find_programs().path("initdb")
            self._run_as_owner(record, [initdb, "-D", str(fresh), *options, *no_sync])
            _write_access_files(fresh, record.owner)
            fresh.rename(data_folder)
        if not record.initialised:
            record = replace(record, initialised=True)
            self._write_record(record)
        return record

    def _with_socket(self, record: _Record) -> _Record:
        """Find a folder for the socket: home itself, or a short one, made once and recorded."""
        if _fits_socket(record.home):
            return record
        if record.socket_folder is not None and _belongs_to(record.socket_folder, record.owner):
            return record
        tried = [Path("/tmp"), Path(os.environ.get("XDG_RUNTIME_DIR") or "/var/tmp")]
        for parent in tried:
            with contextlib.suppress(OSError):
                folder = Path(tempfile.mkdtemp(prefix="yizhan-", dir=parent))
                if _fits_socket(folder) and _can_enter(parent, record.owner):
                    _give(folder, record.owner)
                    record = replace(record, socket_folder=folder)
                    self._write_record(record)
                    return record
                folder.rmdir()
        names = ", ".join(map(str, tried))
        raise ClusterError(texts.CLUSTER_SOCKET_TOO_LONG.format(limit=SOCKET_LIMIT_BYTES, tried=names))

    # -- running it

    def _run_server(self, record: _Record) -> None:
        data_folder = record.home / "data"
        server = Postmaster.find(data_folder)
        if server is not None:
            with server:
                self._wait_until_ready(record, server)
            return
        if PidFile.read(data_folder) is not None:
            self._clear_remains(record)
        log = record.home / "server.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
            log.replace(record.home / "server.log.1")
        pg_ctl = _programs_of(data_folder).path("pg_ctl")
        # pg_ctl gives the server a session of its own: Ctrl-C in the terminal does not reach it.
        options = shlex.join(f"-c{setting}" for setting in _settings(record))
        wait = ["-w", "-t", str(max(1, round(self.timeout_s)))]
        self._run_as_owner(
            record, [pg_ctl, "start", "-D", str(data_folder), "-l", str(log), "-o", options, *wait]
        )

    def _wait_until_ready(self, record: _Record, server: Postmaster) -> None:
        deadline = time.monotonic() + self.timeout_s
        while not server.wait(0.05):
            claim = PidFile.read(record.home / "data")
            if claim is not None and claim.ready:
                return
            if time.monotonic() > deadline:
                break
        raise self._failed(record, "postgres", "")

    def _clear_remains(self, record: _Record) -> None:
        """Drop the pid files of a server that is gone, when nothing of it works in the folder any more."""
        data_folder = record.home / "data"
        deadline = time.monotonic() + self.timeout_s
        while pids := processes_in(data_folder):
            if time.monotonic() > deadline:
                numbers = ", ".join(map(str, pids))
                raise ClusterError(texts.CLUSTER_ORPHANS.format(folder=data_folder, pids=numbers))
            time.sleep(0.1)
        (data_folder / PID_FILE).unlink(missing_ok=True)
        for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
            (_socket_folder(record) / name).unlink(missing_ok=True)

    def _end(self, server: Postmaster, record: _Record) -> None:
        """Stop in order (clients are sent away, the data are written); at once when that takes too long."""
        for number in (signal.SIGINT, signal.SIGQUIT):
            server.signal(number)
            if server.wait(self.timeout_s):
                return
        log = record.home / "server.log"
        raise ClusterError(
            texts.CLUSTER_NOT_STOPPED.format(pid=server.pid, wait_s=2 * self.timeout_s, log=log)
        )

    def _run_as_owner(self, record: _Record, command: list[str]) -> None:
        step = Path(command[0]).name
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        try:
            done = subprocess.run(
                command,
                cwd=record.home,
                env=environment | {"LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=self.timeout_s + 30,
                start_new_session=True,
                check=False,
                **_as_user(record.owner),
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise self._failed(record, step, str(error)) from error
        if done.returncode != 0:
            raise self._failed(record, step, done.stdout.decode("utf-8", "replace"))

    def _failed(self, record: _Record, step: str, said: str) -> ClusterError:
        """Build the error of a failed step out of what it printed and the end of the server's log."""
        lines = said.strip().splitlines()[-3:]
        if step != "initdb":
            with contextlib.suppress(OSError):
                log = (record.home / "server.log").read_text(encoding="utf-8", errors="replace")
                lines += log.strip().splitlines()[-5:]
        why = " | ".join(line.strip() for line in lines if line.strip()) or "?"
        return ClusterError(texts.CLUSTER_STEP_FAILED.format(step=step, folder=self.folder, why=why))

    def _url(self, record: _Record, database: str) -> str:
        where = urlencode(
            {"host": str(_socket_folder(record)), "port": PORT, "user": record.owner}, quote_via=quote
        )
        return f"postgresql:///{quote(database, safe='')}?{where}"


# -- small helpers, each about one fact of the operating system


def _unusable(folder: Path, why: Exception) -> ClusterError:
    reason = getattr(why, "strerror", None) or str(why)
    return ClusterError(texts.CLUSTER_FOLDER_UNUSABLE.format(folder=folder, why=reason))


def _current_user() -> str:
    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError as error:
        raise ClusterError(texts.NAMELESS_USER.format(uid=uid)) from error


def _account(owner: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(owner)
    except KeyError as error:
        raise ClusterError(texts.NO_SERVER_USER.format(owner=owner)) from error


class _AsUser(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _as_user(owner: str) -> _AsUser:
    """Return what makes ``subprocess`` run a program as ``owner``: nothing when we are that user."""
    account = _account(owner)
    if os.geteuid() == account.pw_uid:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # As root the server's user must pass through; what matters inside is closed anyway.
        folder.chmod(0o755 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise _unusable(folder, error) from error


def _can_enter(folder: Path, owner: str) -> bool:
    command = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
    done = subprocess.run(command, capture_output=True, timeout=10, check=False, cwd="/", **_as_user(owner))
    return done.returncode == 0


def _give(path: Path, owner: str) -> None:
    if os.geteuid() == 0:
        account = _account(owner)
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _make_home(record: _Record) -> None:
    try:
        record.home.parent.mkdir(parents=True, exist_ok=True)
        record.home.mkdir(mode=0o700, exist_ok=True)
        marker = record.home / "cluster-id"
        if not _is_marked(record):
            if any(record.home.iterdir()):
                raise ClusterError(texts.CLUSTER_FOLDER_FOREIGN.format(folder=record.home))
            marker.write_text(record.cluster_id, encoding="ascii")
        _give(record.home, record.owner)
        _give(marker, record.owner)
    except OSError as error:
        raise _unusable(record.home, error) from error


def _is_marked(record: _Record) -> bool:
    """Whether home is the one that this record made, and so may be deleted with it."""
    with contextlib.suppress(OSError):
        return (record.home / "cluster-id").read_text(encoding="ascii") == record.cluster_id
    return False


def _belongs_to(folder: Path, owner: str) -> bool:
    with contextlib.suppress(OSError):
        state = folder.lstat()
        return stat.S_ISDIR(state.st_mode) and state.st_uid == _account(owner).pw_uid
    return False


def _fits_socket(folder: Path) -> bool:
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) < SOCKET_LIMIT_BYTES


def _socket_folder(record: _Record) -> Path:
    return record.home if _fits_socket(record.home) else record.socket_folder or record.home


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _programs_of(data_folder: Path) -> Programs:
    return find_programs(int((data_folder / "PG_VERSION").read_text(encoding="ascii")))


def _settings(record: _Record) -> tuple[str, ...]:
    folder = str(_socket_folder(record)).replace('"', '""')
    private = (
        "listen_addresses=",
        f"port={PORT}",
        f'unix_socket_directories="{folder}"',
        "unix_socket_permissions=0700",
    )
    return private + (DISPOSABLE_SETTINGS if record.disposable else ())


def _write_access_files(data_folder: Path, owner: str) -> None:
    """Let the owner and root in, told apart by the kernel (peer), both as the owner's role."""
    rules = {
        "pg_hba.conf": "local all all peer map=yizhan\nlocal replication all peer map=yizhan\n",
        "pg_ident.conf": "".join(f'yizhan "{user}" "{owner}"\n' for user in dict.fromkeys([owner, "root"])),
    }
    for name, text in rules.items():
        fresh = data_folder / f"{name}.new"
        fresh.write_text(text, encoding="utf-8")
        fresh.chmod(0o600)
        _give(fresh, owner)
        fresh.replace(data_folder / name)


def _create_database(server_url: str, database_url: str, folder: Path) -> None:
    try:
        with contextlib.closing(psycopg2.connect(server_url, connect_timeout=10)) as conn:
            conn.autocommit = True
            with conn.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with contextlib.closing(psycopg2.connect(database_url, connect_timeout=10)) as conn:
            with conn.cursor() as cursor:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public")
            conn.commit()
    except psycopg2.Error as error:
        why = " ".join(str(error).split())
        raise ClusterError(
            texts.CLUSTER_STEP_FAILED.format(step="CREATE DATABASE", folder=folder, why=why)
        ) from error
