"""Run every benchmark and write BENCHMARKS.md: ``make bench``, or ``python -m bench imports nearest`` for some."""

import importlib
import sys
from pathlib import Path

from bench.table import Row, to_markdown

MODULES = ("imports", "snapshot", "memory", "nearest", "http", "batch", "frontage", "pages", "browser")
TARGET = Path(__file__).resolve().parents[1] / "BENCHMARKS.md"
HEAD = """# Benchmarks

Reproduce with `make bench` (it starts and stops its own private PostGIS). Machines are noisy, so what counts
is the **ratio** of two figures taken in one run; absolute figures are those of the machine that wrote this page.
A goal that is missed says **no**.

"""


def main() -> None:
    asked = sys.argv[1:] or list(MODULES)
    rows: list[Row] = []
    for name in asked:
        print(f"bench {name} …", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"bench.{name}").run()
    table = to_markdown(rows)
    print(table)
    if not sys.argv[1:]:
        TARGET.write_text(HEAD + machine() + "\n\n" + table + "\n", encoding="utf-8")


def machine() -> str:
    import os
    import platform

    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"Machine: {os.cpu_count()} cores, {memory_gib:.0f} GiB, Python {platform.python_version()}."


if __name__ == "__main__":
    main()
