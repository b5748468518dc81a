"""A private Redis: Debian's server on a unix socket in a folder of its own, nothing kept on disk.

Debian's ``redis-server`` is a link to ``redis-check-rdb`` of the package redis-tools; the program decides by the
name it is called by. So no package with a service is needed, and no system Redis is ever started or touched.
"""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

PROGRAM = "/usr/bin/redis-check-rdb"
START_S = 20.0
SETTINGS = (
    "--port", "0", "--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning",
)  # fmt: skip


@contextmanager
def redis_server() -> Iterator[Path]:
    """The path of the unix socket of a running, empty server; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="yizhan-redis-") as folder:
        socket = Path(folder) / "redis.sock"
        command = ["redis-server", *SETTINGS, "--unixsocket", str(socket), "--dir", folder]
        with subprocess.Popen(command, executable=PROGRAM, stdout=subprocess.DEVNULL) as process:
            try:
                wait_for(socket, process)
                yield socket
            finally:
                process.terminate()


def wait_for(socket: Path, process: subprocess.Popen[bytes]) -> None:
    deadline_s = time.monotonic() + START_S
    client = redis.Redis(unix_socket_path=str(socket))
    while True:
        try:
            client.ping()
        except redis.ConnectionError:
            if process.poll() is not None or time.monotonic() > deadline_s:
                raise
            time.sleep(0.02)
        else:
            client.close()
            return
