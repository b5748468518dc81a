"""Processes as a person starts them, none of which a test waits for without end."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Self
from urllib.request import urlopen

WAIT_S = 90.0
"""The longest that a test waits for one line, or for one end, on a machine that is busy."""


class Process:
    """A ``yizhan`` process and the lines it has written so far.

    Parameters
    ----------
    arguments
        Of the command line.
    program
        What is run instead of ``yizhan``: arguments of Python.
    environment
        Variables on top of the present ones, without ``DATABASE_URL``.
    """

    def __init__(
        self, *arguments: object, program: tuple[str, ...] = ("-m", "service"), **environment: str
    ) -> None:
        env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | environment
        self.process = subprocess.Popen(
            [sys.executable, "-u", *program, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
            cwd=Path(__file__).resolve().parents[2],
            # Of its own, so that a watchdog ends its workers with it.
            start_new_session=True,
        )
        self.lines: list[str] = []

    def until(self, pattern: str) -> re.Match[str]:
        """Read lines until one matches; give the match."""
        assert self.process.stdout is not None
        watchdog = threading.Timer(WAIT_S, self._kill)
        watchdog.start()
        try:
            for line in self.process.stdout:
                self.lines.append(line)
                if found := re.search(pattern, line):
                    return found
        finally:
            watchdog.cancel()
        raise AssertionError(
            f"ended, or nothing for {WAIT_S:g} s, without {pattern!r}:\n" + "".join(self.lines)
        )

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal and wait for the end; give the exit code."""
        self.process.send_signal(number)
        return self.end()

    def end(self) -> int:
        """Wait for the end by itself; give the exit code."""
        rest, _ = self.process.communicate(timeout=WAIT_S)
        self.lines.append(rest)
        return self.process.returncode

    def _kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.communicate(timeout=WAIT_S)
        except subprocess.TimeoutExpired:
            self._kill()
            self.process.communicate()
            raise


class Drained(Process):
    """A process whose lines are read as they come, so that it may write any number of them."""

    def __init__(self, *arguments: object, **environment: str) -> None:
        super().__init__(*arguments, **environment)
        self._read = 0
        self._reader = threading.Thread(target=self._drain)
        self._reader.start()

    def until(self, pattern: str) -> re.Match[str]:
        """Go through the lines not gone through yet until one matches; give the match."""
        end_s = time.monotonic() + WAIT_S
        while time.monotonic() < end_s and (self._reader.is_alive() or self._read < len(self.lines)):
            if self._read == len(self.lines):
                time.sleep(0.02)
                continue
            self._read += 1
            if found := re.search(pattern, self.lines[self._read - 1]):
                return found
        raise AssertionError(
            f"ended, or nothing for {WAIT_S:g} s, without {pattern!r}:\n" + "".join(self.lines)
        )

    def end(self) -> int:
        """Wait for the end by itself; give the exit code."""
        try:
            code = self.process.wait(timeout=WAIT_S)
        except subprocess.TimeoutExpired:
            self._kill()
            raise
        finally:
            self._reader.join()
        return code

    def _drain(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.lines.append(line)

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.end()


def fetch(url: str) -> str:
    """Read an address as text."""
    with urlopen(url, timeout=30) as reply:
        text: str = reply.read().decode()
        return text


def is_alive(pid: int) -> bool:
    """Whether it runs; what has ended and is not yet buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
