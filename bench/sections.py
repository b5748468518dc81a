"""BENCHMARKS.md as sections, one per benchmark, each saying on what machine it was measured."""

import os
import platform
import re
from collections.abc import Sequence

HEAD = """# Benchmarks

Reproduce with `make bench`, or one section with `.venv-dev/bin/python -m bench NAME` (each starts and stops its own
private servers). Machines are noisy, so what counts is the **ratio** of two figures taken in one run; absolute figures
are those of the machine that wrote the section. A goal that is missed says **no**.
"""


def replaced(text: str, name: str, table: str, *, order: Sequence[str]) -> str:
    """Put a new table into one section, in the order of all sections; those of no known name are dropped.

    >>> print(replaced("", "b", "| 2 |", order=("a", "b")).splitlines()[-1])
    | 2 |
    >>> both = replaced(replaced("", "b", "| 2 |", order=("a", "b")), "a", "| 1 |", order=("a", "b"))
    >>> both.index("| 1 |") < both.index("| 2 |")
    True
    """
    parts = re.split(r"^## (\w+)\n", text, flags=re.MULTILINE)
    kept = {title: body.strip() for title, body in zip(parts[1::2], parts[2::2], strict=True)}
    kept[name] = f"{machine()}\n\n{table}"
    shown = [f"## {title}\n\n{kept[title]}\n" for title in order if title in kept]
    return "\n".join([HEAD, *shown])


def machine() -> str:
    """Say what the machine is, how busy it was just now, and which Python ran."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Machine: {os.cpu_count()} cores, {memory_gib:.0f} GiB, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} at the end of the run."
    )
