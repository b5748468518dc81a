"""What is done to the server of one cluster: make its files, launch it, clear up after it, end it.

Each step runs as the cluster's owner and has a deadline; ``data.postgres.cluster`` decides which is due.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Final

import psycopg2
from psycopg2 import sql

from data.errors import ClusterError
from data.postgres import accounts, programs, texts
from data.postgres.cluster_record import PORT, Record
from data.postgres.postmaster import PID_FILE, Claim, Postmaster, processes_in
from data.statements import load

LOG_LIMIT_BYTES: Final = 10_000_000
DISPOSABLE_SETTINGS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
CONNECT_TIMEOUT_S: Final = 10
# Arguments: the log, then the command to leave running. Prints its pid.
DETACHED: Final = 'log=$1; shift; umask 077; "$@" </dev/null >>"$log" 2>&1 & echo $!'


def initialise(record: Record, timeout_s: float) -> None:
    """Run initdb under a name of its own and rename the folder when it is whole.

    Raises
    ------
    ClusterError
        initdb failed; the message holds what it said.
    """
    for leftover in record.home.glob("data.new-*"):
        shutil.rmtree(leftover)
    fresh = record.home / f"data.new-{secrets.token_hex(4)}"
    options = ["-U", record.owner, "-E", "UTF8", "--locale=C.UTF-8", "-A", "peer"]
    no_sync = ["--no-sync"] if record.disposable else []
    command = [programs.find().path("initdb"), "-D", str(fresh), *options, *no_sync]
    _run_as_owner(record, "initdb", command, timeout_s)
    _write_access_files(fresh, record.owner)
    fresh.rename(record.data_folder)


def launch(record: Record, timeout_s: float) -> None:
    """Start the server, detached from the terminal, and wait until it takes connections.

    Not by pg_ctl, which breaks on a quote or a dollar in the path.

    Raises
    ------
    ClusterError
        It did not come up; the message holds the end of its log.
    """
    if record.log.exists() and record.log.stat().st_size > LOG_LIMIT_BYTES:
        record.log.replace(record.log.with_suffix(".log.1"))
    major = int((record.data_folder / "PG_VERSION").read_text(encoding="ascii"))
    postgres = programs.find(major).path("postgres")
    settings = [word for setting in _settings(record) for word in ("-c", setting)]
    command = ["/bin/sh", "-c", DETACHED, "sh", str(record.log), postgres, "-D", str(record.data_folder)]
    pid = int(_run_as_owner(record, "postgres", [*command, *settings], timeout_s))
    if not Postmaster(pid, record.data_folder).wait_launched(timeout_s):
        raise failed(record, "postgres", "")


def clear_remains(record: Record, timeout_s: float) -> None:
    """Drop the pid files of a server that is gone, once nothing of it works in the folder any more.

    Raises
    ------
    ClusterError
        Backends of the earlier server did not end in time; they are named.
    """
    if Claim.read(record.data_folder) is None:
        return
    deadline = time.monotonic() + timeout_s
    while pids := processes_in(record.data_folder):
        if time.monotonic() > deadline:
            numbers = ", ".join(map(str, pids))
            raise ClusterError(texts.CLUSTER_ORPHANS.format(folder=record.data_folder, pids=numbers))
        time.sleep(0.1)
    (record.data_folder / PID_FILE).unlink(missing_ok=True)
    for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
        (record.sockets / name).unlink(missing_ok=True)


def end(server: Postmaster, record: Record, timeout_s: float) -> None:
    """Stop in order (clients are sent away, the data are written); at once when that takes too long.

    Raises
    ------
    ClusterError
        It did neither within twice ``timeout_s`` seconds.
    """
    for number in (signal.SIGINT, signal.SIGQUIT):
        server.signal(number)
        if server.wait_end(timeout_s):
            return
    raise ClusterError(texts.CLUSTER_NOT_STOPPED.format(pid=server.pid, wait_s=2 * timeout_s, log=record.log))


def create_database(record: Record, name: str) -> None:
    """Make the database with PostGIS in it, unless it is there.

    Raises
    ------
    ClusterError
        The running server refused, or does not answer.
    """
    try:
        with contextlib.closing(_connect(record.url("postgres"))) as conn, conn.cursor() as cursor:
            cursor.execute(load("cluster/database"), {"name": name})
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL(load("cluster/create_database")).format(name=sql.Identifier(name)))
        with contextlib.closing(_connect(record.url(name))) as conn, conn.cursor() as cursor:
            # Asked first, for a standby refuses even to make what is there.
            cursor.execute(load("schema/extension"))
            if (cursor.fetchone() or ("", None))[1] is None:
                cursor.execute(load("schema/create_extension"))
    except psycopg2.Error as error:
        raise failed(record, "CREATE DATABASE", " ".join(str(error).split())) from error


def failed(record: Record, step: str, said: str) -> ClusterError:
    """Build the error of a failed step out of what it printed and the end of the server's log."""
    lines = said.strip().splitlines()[-3:]
    if step != "initdb":
        with contextlib.suppress(OSError):
            lines += record.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
    why = " | ".join(line.strip() for line in lines if line.strip()) or str(record.log)
    return ClusterError(texts.CLUSTER_STEP_FAILED.format(step=step, folder=record.home, why=why))


def _connect(url: str) -> psycopg2.extensions.connection:
    conn = psycopg2.connect(url, connect_timeout=CONNECT_TIMEOUT_S)
    conn.autocommit = True
    return conn


def _run_as_owner(record: Record, step: str, command: list[str], timeout_s: float) -> str:
    """Run a program in a session of its own, out of reach of Ctrl-C in the terminal; return its words."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    try:
        done = subprocess.run(
            command,
            cwd=record.home,
            env=environment | {"LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_s + 30,
            start_new_session=True,
            check=False,
            **accounts.as_user(record.owner),
        )
    except subprocess.SubprocessError as error:
        raise failed(record, step, str(error)) from error
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        raise failed(record, step, said)
    return said


def _settings(record: Record) -> tuple[str, ...]:
    folder = str(record.sockets).replace('"', '""')
    private = ("listen_addresses=", f"port={PORT}", "unix_socket_permissions=0700")
    sockets = f'unix_socket_directories="{folder}"'
    return (*private, sockets, *(DISPOSABLE_SETTINGS if record.disposable else ()))


def _write_access_files(data_folder: Path, owner: str) -> None:
    """Let the owner and root in, told apart by the kernel (peer), both as the owner's role."""
    rules = {
        "pg_hba.conf": "local all all peer map=yizhan\nlocal replication all peer map=yizhan\n",
        "pg_ident.conf": "".join(f'yizhan "{user}" "{owner}"\n' for user in (owner, "root")),
    }
    for name, text in rules.items():
        fresh = data_folder / f"{name}.new"
        with fresh.open("x", encoding="utf-8") as file:
            file.write(text)
        fresh.chmod(0o600)
        accounts.give(fresh, owner)
        fresh.replace(data_folder / name)
