"""Charts as drawings of our own: the week, share by number of sites, Lorenz. No meaning hangs on colour alone.

Lines differ in dash and width as well as in hue, and each bears its name where it ends.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

import numpy as np
import numpy.typing as npt

from geo import vocabulary
from geo.study import STANDARDS, Study
from geo.texts import Text
from geo.week import NIGHT_HOURS, SLOTS, SLOTS_PER_DAY
from maps.report import reading, texts
from maps.report.markup import both, svg_text
from maps.report.numbers import filled, limit, moment_of, share

Floats = npt.NDArray[np.float64]

_WIDE, _HIGH = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 150, 14, 40
WEEK_PLOT: Final = (_LEFT / _WIDE, (_WIDE - _RIGHT) / _WIDE)
"""Where slot 0 begins and slot 335 ends in the chart of the week, as parts of its width."""

_MOST_MARKS: Final = 40
_LABEL_PX: Final = 15.0
_LABEL_WIDE: Final = 9.2
"""Width of the room for names of lines, in Chinese characters."""


class Frame:
    """A plot with both axes: where a value of x and a share of demand lie."""

    def __init__(
        self, x_most: float, *, x_least: float = 0.0, y_least: float = 0.0, y_most: float = 1.0
    ) -> None:
        self.x_least, self.x_most = x_least, max(x_most, x_least + 1e-9)
        self.y_least, self.y_most = y_least, y_most

    def x(self, value: npt.ArrayLike) -> Floats:
        """Give the abscissa in the drawing."""
        part = (np.asarray(value, dtype=float) - self.x_least) / (self.x_most - self.x_least)
        return _LEFT + part * (_WIDE - _LEFT - _RIGHT)

    def y(self, value: npt.ArrayLike) -> Floats:
        """Give the ordinate in the drawing."""
        part = (np.asarray(value, dtype=float) - self.y_least) / (self.y_most - self.y_least)
        return _HIGH - _BOTTOM - part * (_HIGH - _TOP - _BOTTOM)

    def line(self, x: npt.ArrayLike, y: npt.ArrayLike, kind: str) -> str:
        """Draw a line through points; where a value is missing it breaks off."""
        xs, ys = self.x(x), self.y(y)
        known = np.isfinite(ys)
        starts = known & ~np.concatenate([[False], known[:-1]])
        steps = [
            f"{'M' if start else 'L'}{a:.1f} {b:.1f}"
            for a, b, start in zip(xs[known], ys[known], starts[known], strict=True)
        ]
        return f'<path class="line {kind}" d="{"".join(steps)}"/>'

    def shares(self) -> str:
        """Draw the axis of shares with its grid."""
        step = 0.2 if self.y_most - self.y_least > 0.5 else 0.1 if self.y_most - self.y_least > 0.2 else 0.05
        marks = np.arange(max(np.ceil(self.y_least / step - 1e-9), 0), self.y_most / step + 1e-9) * step
        marks = np.abs(marks)
        drawn = [
            f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDE - _RIGHT}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" class="tick">{mark:.0%}</text>'
            for mark, y in zip(marks, self.y(marks), strict=True)
        ]
        return "".join(drawn)


def week(study: Study) -> str:
    """Draw the share covered through the week: both standards, 24-hour stations alone, unknown hours apart."""
    if study.week.empty:
        return ""
    frame = Frame(SLOTS)
    drawn = [_nights(frame), frame.shares(), _days(frame)]
    ends: list[tuple[float, Text, str]] = []
    row, first = reading.whole(study), reading.leading(study)
    edges = np.repeat(np.arange(SLOTS + 1.0), 2)[1:-1]
    for standard in (reading.other(first), first):
        for column, kind, name in _week_lines(standard):
            values = study.week.sort_values("slot")[column].to_numpy(dtype=float)
            if kind.startswith("maybe") and np.array_equal(
                values, study.week.sort_values("slot")[f"{standard}_share"], equal_nan=True
            ):
                continue
            drawn.append(frame.line(edges, np.repeat(values, 2), kind))
            ends.append((values[-1], name, kind))
        alone = float(row[f"{standard}_24h_share"])
        if np.isfinite(alone):
            drawn.append(frame.line([0, SLOTS], [alone, alone], f"alone-{standard}"))
            name = filled(texts.CHARTS["all_hours_short"], standard=vocabulary.STANDARD[standard])
            ends.append((alone, name, f"alone-{standard}"))
    drawn += [
        _labels(frame, ends),
        f'<path class="cursor" id="week-cursor" d="M{_LEFT} {_TOP}V{_HIGH - _BOTTOM}"/>',
    ]
    return _drawing("week", texts.CHARTS["week"], week_says(study), "".join(drawn))


def week_says(study: Study) -> Text:
    """Say in words what the chart of the week shows: lowest and highest hour by each standard."""
    rows = study.week.sort_values("slot")
    parts = []
    for standard in sorted(STANDARDS, key=lambda s: s != reading.leading(study)):
        values = rows[f"{standard}_share"].to_numpy(dtype=float)
        if not np.isfinite(values).any():
            continue
        low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
        words = {
            "low": share(values[low]), "low_at": moment_of(low),
            "high": share(values[high]), "high_at": moment_of(high),
        }  # fmt: skip
        parts.append(filled(texts.CHARTS["week_says"], limit=limit(standard, study.parameters), **words))
    return Text("".join(p.zh for p in parts), " ".join(p.en for p in parts))


def curve(study: Study, group: tuple[str, str]) -> str:
    """Draw share against the number of new sites, with the bound that no plan exceeds."""
    rows = reading.of_group(study.curve, group).sort_values("n")
    demand = reading.demand_at(study, group[1])
    n, values = rows["n"].to_numpy(dtype=float), rows["share"].to_numpy(dtype=float)
    bound = rows["bound"].to_numpy(dtype=float) / demand if demand > 0 else np.full(len(n), np.nan)
    top = min(1.0, np.nanmax([*values, *bound]) + 0.05)
    least = max(0.0, float(np.floor(np.nanmin(values) * 10 - 1e-9)) / 10)
    frame = Frame(float(n.max()), y_least=least, y_most=max(top, least + 0.05))
    drawn = [
        frame.shares(),
        _numbers(frame, n),
        frame.line(n, bound, "bound"),
        frame.line(n, values, "value"),
    ]
    marked = np.unique(np.linspace(0, len(n) - 1, min(len(n), _MOST_MARKS)).astype(int))
    drawn += [
        f'<circle class="dot{" proved" if proved else ""}" cx="{x:.1f}" cy="{y:.1f}" r="3.2"/>'
        for x, y, proved in zip(
            frame.x(n[marked]), frame.y(values[marked]), rows["proved"].to_numpy()[marked], strict=True
        )
    ]
    ends = [(float(values[-1]), texts.CHARTS["curve_value"], "value")]
    if np.isfinite(bound[-1]):
        ends.insert(0, (float(bound[-1]), texts.CHARTS["curve_bound"], "bound"))
    drawn.append(_labels(frame, ends))
    title = filled(texts.CHARTS["curve"], group=reading.group_name(group))
    return _drawing(f"curve-{group[0]}-{group[1]}", title, curve_says(study, group), "".join(drawn))


def curve_says(study: Study, group: tuple[str, str]) -> Text:
    """Say in words what a curve shows, at up to three numbers of sites."""
    rows = reading.of_group(study.curve, group).sort_values("n")
    demand = reading.demand_at(study, group[1])
    some = rows.iloc[np.unique([len(rows) // 3, 2 * len(rows) // 3, len(rows) - 1])]
    parts = [
        filled(
            texts.CHARTS["curve_says"],
            n=int(n),
            share=share(value),
            bound=share(bound / demand if demand > 0 else np.nan),
        )
        for n, value, bound in zip(some["n"], some["share"], some["bound"], strict=True)
    ]
    return Text("".join(p.zh for p in parts), " ".join(p.en for p in parts))


def lorenz(study: Study) -> str:
    """Draw the Lorenz curves of the whole area, both standards; nothing when no station is in reach."""
    rows = study.lorenz[study.lorenz["level"] == "all"]
    if rows.empty:
        return ""
    frame = Frame(1.0)
    drawn = [frame.shares(), frame.line([0, 1], [0, 1], "equal"), _parts(frame)]
    ends: list[tuple[float, Text, str]] = [(1.0, texts.CHARTS["equal"], "equal")]
    for standard in STANDARDS:
        mine = rows[rows["standard"] == standard]
        if mine.empty:
            continue
        drawn.append(frame.line(mine["demand_share"], mine["station_share"], standard))
        middle = float(np.interp(0.93, mine["demand_share"], mine["station_share"]))
        ends.append((min(middle, 0.9), vocabulary.STANDARD[standard], standard))
    drawn.append(_labels(frame, ends))
    return _drawing("lorenz-chart", texts.CHARTS["lorenz"], lorenz_says(study), "".join(drawn))


def lorenz_says(study: Study) -> Text:
    """Say the Gini coefficients in words."""
    row = reading.whole(study)
    known = [s for s in reversed(STANDARDS) if np.isfinite(row[f"{s}_gini"])]
    parts = [
        filled(texts.CHARTS["lorenz_says"], standard=vocabulary.STANDARD[s], gini=f"{row[f'{s}_gini']:.2f}")
        for s in known
    ]
    return Text("".join(p.zh for p in parts), " ".join(p.en for p in parts))


def bar(part: float, *, kind: str = "") -> str:
    """Draw a share as a small bar, for cells of tables; the number stands beside it."""
    wide = 0.0 if np.isnan(part) else min(max(part, 0.0), 1.0) * 40
    return (
        f'<svg class="bar {kind}" viewBox="0 0 40 8" aria-hidden="true"><path class="track" d="M0 4H40"/>'
        f'<path class="fill" d="M0 4H{wide:.1f}"/></svg>'
    )


def _week_lines(standard: str) -> list[tuple[str, str, Text]]:
    name = vocabulary.STANDARD[standard]
    maybe = filled(texts.CHARTS["maybe"], standard=name)
    return [(f"{standard}_maybe_share", f"maybe-{standard}", maybe), (f"{standard}_share", standard, name)]


def _nights(frame: Frame) -> str:
    start, end = (hour * 2 for hour in NIGHT_HOURS)
    dark = [(0, end), *((d * SLOTS_PER_DAY + start, (d + 1) * SLOTS_PER_DAY + end) for d in range(6))]
    dark.append((6 * SLOTS_PER_DAY + start, SLOTS))
    return "".join(
        f'<rect class="dark" x="{frame.x(a):.1f}" y="{_TOP}" width="{frame.x(b) - frame.x(a):.1f}" '
        f'height="{_HIGH - _TOP - _BOTTOM}"/>'
        for a, b in dark
    )


def _days(frame: Frame) -> str:
    drawn = [
        f'<path class="grid" d="M{frame.x(d * SLOTS_PER_DAY):.1f} {_TOP}V{_HIGH - _BOTTOM + 5}"/>'
        for d in range(8)
    ]
    y = _HIGH - _BOTTOM + 20
    drawn += [
        svg_text(day, round(float(frame.x((d + 0.5) * SLOTS_PER_DAY)), 1), y, kind="tick", anchor="middle")
        for d, day in enumerate(texts.WEEKDAYS)
    ]
    drawn.append(f'<rect class="dark" x="{_LEFT}" y="{y + 7}" width="12" height="9"/>')
    drawn.append(svg_text(texts.CHARTS["nights"], _LEFT + 16, y + 16, kind="tick"))
    return "".join(drawn)


def _numbers(frame: Frame, n: Floats) -> str:
    most = max(int(n.max()), 1)
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**9) if most / s <= 12)
    marks = range(0, most + 1, step)
    drawn = [
        f'<text x="{frame.x(mark):.1f}" y="{_HIGH - _BOTTOM + 18}" text-anchor="middle" class="tick">{mark}</text>'
        for mark in marks
    ]
    middle = (_LEFT + _WIDE - _RIGHT) / 2
    drawn.append(svg_text(texts.CHARTS["curve_x"], middle, _HIGH - 4, kind="tick", anchor="middle"))
    return "".join(drawn)


def _parts(frame: Frame) -> str:
    drawn = [
        f'<text x="{frame.x(mark):.1f}" y="{_HIGH - _BOTTOM + 18}" text-anchor="middle" class="tick">{mark:.0%}</text>'
        for mark in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    ]
    middle = (_LEFT + _WIDE - _RIGHT) / 2
    drawn.append(svg_text(texts.CHARTS["lorenz_x"], middle, _HIGH - 4, kind="tick", anchor="middle"))
    drawn.append(svg_text(texts.CHARTS["lorenz_y"], _LEFT + 6, _TOP + 12, kind="tick"))
    return "".join(drawn)


def _labels(frame: Frame, ends: Sequence[tuple[float, Text, str]]) -> str:
    """Write the names of lines at their right ends, moved apart where they would cover each other."""
    known = sorted((end for end in ends if np.isfinite(end[0])), key=lambda end: -end[0])
    tops, free = [], float(_TOP)
    named = [(float(frame.y(value)), *_wrapped(name), kind) for value, name, kind in known]
    for y, zh, _, _ in named:
        tops.append(max(y + 4, free))
        free = tops[-1] + _LABEL_PX * len(zh)
    # The last ones may have run below the drawing: all move up together.
    over = max(0.0, free - _LABEL_PX - (_HIGH - 6))
    drawn, x = [], _WIDE - _RIGHT
    for top, (y, zh, en, kind) in zip(tops, named, strict=True):
        at = top - over
        drawn.append(f'<path class="lead" d="M{x} {y:.1f}L{x + 10} {at - 4:.1f}"/>')
        drawn.append(f'<path class="line {kind}" d="M{x + 10} {at - 4:.1f}h16"/>')
        drawn += [
            svg_text(Text(a, b), x + 31, round(at + row * _LABEL_PX, 1), kind="name")
            for row, (a, b) in enumerate(zip(zh, en, strict=True))
        ]
    return "".join(drawn)


def _wrapped(text: Text) -> tuple[list[str], list[str]]:
    """Break a name into lines that fit beside the plot."""
    zh, wide = [""], 0.0
    for c in text.zh:
        wide += 0.55 if c.isascii() or c == "·" else 1.0
        if wide > _LABEL_WIDE:
            zh, wide = [*zh, ""], 1.0
        zh[-1] += c
    words, en = text.en.split(" "), [""]
    for word in words:
        if len(en[-1]) + len(word) > 15 and en[-1]:
            en.append("")
        en[-1] = f"{en[-1]} {word}".strip()
    return _even(zh, en), _even(en, zh)


def _even(one: list[str], two: list[str]) -> list[str]:
    return one + [""] * (len(two) - len(one))


def _drawing(name: str, title: Text, says: Text, drawn: str) -> str:
    label = f"{title.zh} {says.zh}"
    caption = Text(f"{title.zh}。{says.zh}", f"{title.en}. {says.en}")
    box = f'<div class="wide" tabindex="0" role="group" aria-label="{escape(title.zh)}">'
    return (
        f'<figure class="chart" id="{name}">{box}'
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{escape(label)}">{drawn}</svg></div>'
        f"<figcaption>{both(caption)}</figcaption></figure>"
    )
