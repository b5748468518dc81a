"""Ctrl-C while sites are chosen: the parent is interrupted, and no child has anything to say."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import numpy as np
from geo.lists import Lists
from geo.siting import maximal_covering

def main():
    rng = np.random.default_rng(1)
    far = np.linalg.norm(rng.random((1500, 1, 2)) - rng.random((1, 300, 2)), axis=2)
    row, column = np.nonzero(far < 0.08)
    lists = Lists.from_pairs(row, column, far[row, column], n_demand=1500, n_facilities=300)
    print("begun", flush=True)
    try:
        maximal_covering(lists, rng.random(1500), 25, seconds=60)
    except KeyboardInterrupt:
        print("interrupted", flush=True)

if __name__ == "__main__":
    main()
"""


def test_children_that_are_just_starting_do_not_print_where_they_were(tmp_path: Path) -> None:
    (tmp_path / "choose.py").write_text(PROGRAM)
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "choose.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    time.sleep(0.4)
    # As a terminal does: to every process of the group.
    os.killpg(process.pid, signal.SIGINT)
    said, complaints = process.communicate(timeout=60)
    assert (said, complaints) == (b"interrupted\n", b"")
