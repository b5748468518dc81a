"""Run benchmarks and write their sections of BENCHMARKS.md.

``make bench`` runs all; ``python -m bench imports nearest`` runs some and leaves the other sections as they are.
"""

import importlib
import sys
from pathlib import Path

from bench import sections
from bench.table import to_markdown

MODULES = (
    "imports", "snapshot", "memory", "nearest", "http", "limits", "batch", "frontage", "pages", "browser", "network",
    "coverage", "siting", "siting_city", "spread", "plan",
)  # fmt: skip
TARGET = Path(__file__).resolve().parents[1] / "BENCHMARKS.md"


def main() -> None:
    asked = sys.argv[1:] or list(MODULES)
    unknown = sorted(set(asked) - set(MODULES))
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(MODULES)}")
    for name in asked:
        print(f"bench {name} …", file=sys.stderr, flush=True)
        module = importlib.import_module(f"bench.{name}")
        table = to_markdown(module.run())
        print(table, flush=True)
        # Written one by one, so that a run that is cut off keeps what it measured.
        written = sections.replaced(TARGET.read_text(encoding="utf-8"), name, table, order=MODULES)
        TARGET.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
