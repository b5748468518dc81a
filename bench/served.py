"""A server process of a benchmark: an ASGI application under uvicorn, one worker, as our own server runs."""

import multiprocessing
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

START_S = 900.0
NEVER_REFUSED: dict[str, Any] = {
    "address_requests_per_s": 1e6,
    "address_requests_burst": 10**9,
    "address_points_per_s": 1e9,
    "address_points_burst": 10**9,
}
"""Settings of a server under load from one address: it counts as always, and never refuses."""


@dataclass(frozen=True)
class Served:
    """A server that answers on ``port`` of loopback; ``pid`` is its process."""

    port: int
    pid: int

    @property
    def memory_mb(self) -> float:
        """What the process holds in memory now (resident), MB of 2**20 bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20

    @property
    def cpu_s(self) -> float:
        """Processor time that the process has used so far, the kernel's for it included; steps of 10 ms."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(make_app: Callable[..., Any], *args: Any, start_wait_s: float = START_S) -> Iterator[Served]:
    """Serve what ``make_app(*args)`` gives, in a process of its own, for as long as the block runs.

    ``make_app`` is a function of a module (it is called over there), ``args`` are what pickle takes.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(make_app, args, theirs))
    process.start()
    theirs.close()
    try:
        if not ours.poll(start_wait_s):
            raise RuntimeError(f"{make_app.__qualname__} did not start within {start_wait_s:g} s")
        yield Served(ours.recv(), process.pid or 0)
    finally:
        process.terminate()
        process.join(timeout=20)
        if process.is_alive():
            process.kill()
            process.join()


def _serve(make_app: Callable[..., Any], args: tuple[Any, ...], pipe: Connection) -> None:
    import asyncio

    import uvicorn

    from service.app import Application
    from service.wire import Wire

    app = make_app(*args)
    # As service.server configures it; a rival is spared the bounds of our connections.
    http = Wire if isinstance(app, Application) else "httptools"
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, access_log=False, log_level="warning", ws="none",
        server_header=False, timeout_graceful_shutdown=5, backlog=2048, loop="uvloop", http=http,
        proxy_headers=not isinstance(app, Application),
    )  # fmt: skip
    server = uvicorn.Server(config)

    async def run() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        if server.started:
            pipe.send(server.servers[0].sockets[0].getsockname()[1])
        await serving

    os.environ.pop("DATABASE_URL", None)
    import uvloop

    uvloop.run(run())
