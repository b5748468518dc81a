"""Whole processes as a person starts them: the demo, a served file, the embedded database."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from data.postgres.cluster import Cluster

WAIT_S = 90


class Process:
    """A ``yizhan`` process and the lines it has written so far."""

    def __init__(self, *arguments, **environment):
        env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | environment
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "service", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
            cwd=Path(__file__).resolve().parents[2],
        )
        self.lines = []

    def until(self, pattern):
        """Read lines until one matches; give the match."""
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"ended without {pattern!r}:\n" + "".join(self.lines))

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=WAIT_S)
        self.lines.append(rest)
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=WAIT_S)


@pytest.fixture
def open_folder():
    """A folder that the server's own user can enter too, as root's temporary folder cannot."""
    with tempfile.TemporaryDirectory(prefix="yizhan-process-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        for cluster in ("postgres", "yizhan/postgres"):
            if (Path(folder) / cluster).exists():
                Cluster(Path(folder) / cluster).remove()


def fetch(url):
    with urlopen(url, timeout=30) as reply:
        return reply.read().decode()


def test_the_demo_runs_from_nothing_and_ctrl_c_stops_all_of_it(open_folder):
    with Process("demo", "--port", "0", "--folder", open_folder) as demo:
        base = demo.until(r"(http://127\.0\.0\.1:\d+)/map")[1]
        demo.until("startup complete")
        assert "虚构示例" in fetch(f"{base}/map")
        ready = json.loads(fetch(f"{base}/readyz"))
        assert ready["stations"] > 40
        reply = json.loads(fetch(f"{base}/v1/stations/nearest?lon=114.9&lat=43.3&coordsys=wgs84&k=3"))
        assert reply["count"] == 3
        with Process("demo", "--folder", open_folder) as second:
            second.until(re.escape(base))
            assert second.process.wait(WAIT_S) == 0
        assert json.loads(fetch(f"{base}/readyz"))["ready"]
        assert demo.stop() == 0
    assert not Cluster(open_folder / "postgres").status().running


def test_a_file_is_served_without_any_database(tmp_path):
    path = tmp_path / "stations.csv"
    path.write_text("名称,经度,纬度,服务对象\n工会驿站甲,113.62,34.75,户外劳动者\n", encoding="utf-8")
    with Process("serve", "--stations", path, "--coordsys", "gcj02", "--port", "0", PATH="") as server:
        base = server.until(r"(http://127\.0\.0\.1:\d+)/map")[1]
        server.until("startup complete")
        reply = json.loads(fetch(f"{base}/v1/stations/nearest?lon=113.62&lat=34.75&coordsys=gcj02"))
        assert [(r["name"], r["distance_m"]) for r in reply["results"]] == [("工会驿站甲", 0.0)]
        assert json.loads(fetch(f"{base}/readyz"))["database"] == "none"
        assert server.stop(signal.SIGTERM) in (0, 128 + signal.SIGTERM)


def test_the_embedded_database_starts_for_a_command_and_stays_only_when_asked(open_folder, tmp_path):
    environment = {"XDG_DATA_HOME": str(open_folder)}
    path = tmp_path / "stations.csv"
    path.write_text("名称,经度,纬度\n工会驿站甲,113.62,34.75\n", encoding="utf-8")

    def run(*arguments):
        with Process(*arguments, **environment) as process:
            out, _ = process.process.communicate(timeout=WAIT_S)
            return process.process.returncode, out

    assert run("db", "status")[0] == 3
    code, out = run("import", path, "--coordsys", "gcj02")
    assert (code, "added 1" in out) == (0, True)
    assert run("db", "status")[0] == 3
    assert run("db", "start")[0] == 0
    assert run("db", "start")[0] == 0
    code, out = run("import", path, "--coordsys", "gcj02")
    assert (code, "unchanged 1" in out) == (0, True)
    assert run("db", "status")[0] == 0
    assert run("db", "stop")[0] == 0
    deadline = time.monotonic() + WAIT_S
    while run("db", "status")[0] != 3:
        assert time.monotonic() < deadline
