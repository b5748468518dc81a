"""Workers that end, hang, or do not start, and the parent that watches them."""

import json
import os
import re
import signal
from pathlib import Path

import pytest

from tests.http.processes import Process, fetch, is_alive

# A module that the workers import: the first of them serves a file, as many as are allowed to.
SERVED = """
import os
from pathlib import Path
from maps import DiscoveryOptions
from service.commands.pages import read_source
from service.commands.serving import Plan, listen
from service.settings import Settings
from service.workers import run_workers

FOLDER = Path(__file__).parent


def make():
    for number in range(int(os.environ["SERVING"])):
        try:
            os.close(os.open(FOLDER / f"worker-{number}", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            continue
        stations = read_source(FOLDER / "stations.csv", coordsys="gcj02", audience=None).stations
        return Plan(Settings(), DiscoveryOptions(), stations=stations)()
    os._exit(3)


def run():
    with listen("127.0.0.1", 0) as listener:
        print("port", listener.getsockname()[1])
        run_workers(make, listener, 2, stop_wait_s=0, silent_s=0.5)
"""


@pytest.fixture
def start(tmp_path):
    """Start a parent of two workers of which so many ever serve; give it and its address."""
    (tmp_path / "served.py").write_text(SERVED, encoding="utf-8")
    (tmp_path / "stations.csv").write_text(
        "名称,经度,纬度,服务对象\n工会驿站甲,113.62,34.75,户外劳动者\n", encoding="utf-8"
    )

    def start(serving):
        environment = {"SERVING": str(serving), "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"}
        parent = Process(program=("-c", "import served; served.run()"), **environment)
        return parent, f"http://127.0.0.1:{parent.until(r'^port (.*)')[1]}"

    return start


def test_no_start_of_a_worker_ends_those_that_serve_and_none_that_serves_ends_all(start):
    parent, base = start(serving=1)
    with parent:
        # In any order: one gets ready, the other fails as often as it is tried.
        said = [parent.until(r"startup complete|ended \(exit code 3\)")[0] for _ in range(4)]
        assert said.count("startup complete") == 1
        assert fetch(f"{base}/livez") == "ok"
        (pid,) = [int(found[1]) for line in parent.lines if (found := re.search(r"process \[(\d+)\]", line))]
        os.kill(pid, signal.SIGKILL)
        parent.until(rf"worker {pid} ended \(exit code -9\)")
        assert parent.end() == 1
        told = "".join(parent.lines)
        assert "WorkersError" in told
        assert "服务进程接连三次未能启动" in told


def test_a_worker_that_hangs_is_killed_and_replaced(start):
    parent, base = start(serving=3)
    with parent:
        for _ in range(2):
            parent.until("startup complete")
        pid = int(re.search(r"process \[(\d+)\]", "".join(parent.lines))[1])
        os.kill(pid, signal.SIGSTOP)
        parent.until(rf"worker {pid} has hung for \d+ s and is killed")
        parent.until(rf"worker {pid} ended \(exit code -9\)")
        parent.until("startup complete")
        assert not is_alive(pid)
        assert json.loads(fetch(f"{base}/readyz"))["ready"]
        assert parent.stop(signal.SIGTERM) == 0
