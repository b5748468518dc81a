"""One figure of a benchmark, and the Markdown table of many."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, ours and the rival's figure with units, their ratio, and the goal.

    ``met`` is None where a figure is stated for information and has no goal.
    """

    figure: str
    ours: str
    rival: str
    ratio: str
    goal: str
    met: bool | None


def to_markdown(rows: Sequence[Row]) -> str:
    """Write a table with one line per row; a bar in a text does not break it."""
    words = {True: "yes", False: "**no**", None: "-"}
    lines = [("Figure", "Ours", "Compared with", "Ratio", "Goal", "Met"), ("---",) * 6]
    lines += [(r.figure, r.ours, r.rival, r.ratio, r.goal, words[r.met]) for r in rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
