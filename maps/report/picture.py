"""Still maps for print and for readers without scripts: cells as pixels, stations and sites as drawings."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from geo import vocabulary
from geo.study import Study
from geo.texts import Text
from maps.report import reading, texts
from maps.report.cells import Drawn
from maps.report.markup import both, svg_text
from maps.report.numbers import filled, limit, moment_of, same, share
from maps.report.png import data_uri

Pixels = npt.NDArray[np.int64]

PALETTE: Final = ["#ffffff", "#cfe3ee", "#f0a875", "#cf5f1a", "#8a2f00", "#6d7c86"]
"""Transparent, covered, left out in three shades, outline; light to dark also without colour."""

_WIDE: Final = 900
_HIGHEST: Final = 1100
_MARGIN: Final = 0.03
_OUTLINE: Final = 5
_HATCH_PX: Final = 7
_MOST_STATIONS: Final = 1500
_MOST_NAMES: Final = 24


class Ground:
    """The picture's ground: which drawn cell each pixel shows, and where a place lies in the picture.

    Parameters
    ----------
    drawn
        At least one cell.
    """

    def __init__(self, drawn: Drawn) -> None:
        self.shrink = float(np.cos(np.radians(drawn.lat.mean())))
        x, y = drawn.lon * self.shrink, drawn.lat
        reach = float(np.abs(drawn.outline * [self.shrink, 1.0]).max()) * 1.02
        spread = max(np.ptp(x), np.ptp(y), 10 * reach)
        pad = reach + _MARGIN * spread
        self.west, self.north = float(x.min()) - pad, float(y.max()) + pad
        span_x, span_y = float(np.ptp(x)) + 2 * pad, float(np.ptp(y)) + 2 * pad
        self.per_px = max(span_x / _WIDE, span_y / _HIGHEST)
        self.wide, self.high = (round(span / self.per_px) for span in (span_x, span_y))
        across, down = np.meshgrid(np.arange(self.wide), np.arange(self.high))
        places = np.column_stack(
            [
                self.west + (across.ravel() + 0.5) * self.per_px,
                self.north - (down.ravel() + 0.5) * self.per_px,
            ]
        )
        far, cell = cKDTree(np.column_stack([x, y])).query(
            places, distance_upper_bound=max(reach, self.per_px)
        )
        self.cell: Pixels = np.where(np.isfinite(far), cell, -1).reshape(self.high, self.wide)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Give a place in pixels from the upper left."""
        x, y = (lon * self.shrink - self.west) / self.per_px, (self.north - lat) / self.per_px
        return round(float(x), 1), round(float(y), 1)

    def outlines(self, area: Pixels) -> "npt.NDArray[np.bool_]":
        """Find the pixels at which another area begins to the right or below."""
        shown = np.where(self.cell >= 0, area[self.cell], -2)
        edge = np.zeros(shown.shape, dtype=bool)
        edge[:, :-1] |= (shown[:, :-1] != shown[:, 1:]) & (shown[:, :-1] >= 0) & (shown[:, 1:] >= 0)
        edge[:-1] |= (shown[:-1] != shown[1:]) & (shown[:-1] >= 0) & (shown[1:] >= 0)
        return edge


def moments(study: Study, drawn: Drawn, ground: Ground) -> str:
    """Draw day and night side by side, by the leading standard; without demand nothing."""
    night = int(study.parameters["night_slot"])
    standard = reading.leading(study)
    return "".join(
        _moment(study, drawn, ground, standard, slot, texts.PICTURES[kind])
        for kind, slot in (("day", reading.DAY_SLOT), ("night", night))
    )


def sites(study: Study, drawn: Drawn, ground: Ground, group: tuple[str, str]) -> str:
    """Draw the proposed sites of a group over what is left out at any hour."""
    rows = reading.of_group(study.sites, group).sort_values("rank", ascending=False)
    covered = drawn.flags[group[0]][0] if group[1] == "any" else drawn.flags[group[0]][1]
    if group[1] == "0200":
        covered = drawn.covered(group[0], int(study.parameters["night_slot"]))
    marks = [
        _site(ground.place(lon, lat), int(rank))
        for lon, lat, rank in zip(rows["lon"], rows["lat"], rows["rank"], strict=True)
    ]
    title = filled(texts.PICTURES["sites"], group=reading.group_name(group))
    caption = filled(texts.PICTURE_SITES, title=title, moment=vocabulary.MOMENT[group[1]])
    return _picture(study, drawn, ground, covered, "".join(marks), caption, kind="sites")


def _moment(study: Study, drawn: Drawn, ground: Ground, standard: str, slot: int, title: Text) -> str:
    covered = drawn.covered(standard, slot)
    named = moment_of(slot)
    day, clock = named.zh.split(" ")
    title = Text(
        title.zh.format(weekday=day, time=clock), title.en.format(weekday=named.en.split(" ")[0], time=clock)
    )
    at = study.week[study.week["slot"] == slot]
    value = float(at[f"{standard}_share"].iloc[0]) if len(at) else np.nan
    caption = filled(
        texts.PICTURE_SAYS, title=title, limit=limit(standard, study.parameters), share=share(value)
    )
    return _picture(study, drawn, ground, covered, _stations(study, ground, slot), caption, kind="moment")


def _picture(
    study: Study,
    drawn: Drawn,
    ground: Ground,
    covered: "npt.NDArray[np.bool_]",
    marks: str,
    caption: Text,
    *,
    kind: str,
) -> str:
    shown = np.where(covered, 1, 2 + drawn.shade)
    pixels = np.where(ground.cell >= 0, shown[ground.cell], 0)
    # Hatched, so that it stands apart where colours don't: every some pixels a lighter stroke.
    down, across = np.indices(pixels.shape)
    pixels[(pixels > 1) & ((down + across) % _HATCH_PX == 0)] = 1
    districts = study.areas[study.areas["level"] == "district"]["code"].tolist()
    parents = (
        reading.level(study, "township")["parent"].map({c: k for k, c in enumerate(districts)}).fillna(-1)
    )
    whose = np.append(parents.to_numpy(dtype=np.int64), -1)[drawn.area]
    pixels[ground.outlines(whose)] = _OUTLINE
    uri = data_uri(pixels.astype(np.uint8), PALETTE)
    image = f'<image href="{uri}" width="{ground.wide}" height="{ground.high}"/>'
    drawing = (
        f'<svg class="picture" viewBox="0 0 {ground.wide} {ground.high}" role="img" aria-label="{_plain(caption)}">'
        f"{image}{_names(study, drawn, ground)}{marks}{_scale(ground)}</svg>"
    )
    return f'<figure class="map-{kind}">{drawing}<figcaption>{both(caption)}</figcaption></figure>'


def _stations(study: Study, ground: Ground, slot: int) -> str:
    rows = study.stations[study.stations["not_counted"].isna() & study.stations["lon"].notna()]
    if len(rows) > _MOST_STATIONS:
        rows = rows[rows["is_24h"]]
    is_open = open_at(study, rows, slot)
    drawn = [
        f'<circle cx="{x}" cy="{y}" r="{5 if on else 3.2}" class="st-{_state(on, day)}"/>'
        for (x, y), on, day in zip(
            (ground.place(lon, lat) for lon, lat in zip(rows["lon"], rows["lat"], strict=True)),
            is_open,
            rows["is_24h"],
            strict=True,
        )
    ]
    return "".join(drawn)


def _state(on: bool, always: bool) -> str:
    return "24h" if always else "open" if on else "shut"


def open_at(study: Study, rows: pd.DataFrame, slot: int) -> "npt.NDArray[np.bool_]":
    """Tell which stations are known to be open in a half hour; without their weeks only 24-hour ones are known."""
    always = rows["is_24h"].to_numpy(dtype=bool)
    if "week_mask" not in rows.columns:
        return always
    number = rows["week_mask"].fillna(0).to_numpy(dtype=np.int64)
    word = study.masks[number, slot // 64]
    return np.asarray(always | ((word >> np.uint64(slot % 64)) & np.uint64(1)).astype(bool))


def _site(at: tuple[float, float], rank: int) -> str:
    x, y = at
    if rank > 99:
        return f'<rect class="site" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    return (
        f'<rect class="site" x="{x - 12:.1f}" y="{y - 11:.1f}" width="24" height="22" rx="3"/>'
        f'<text class="site-rank" x="{x}" y="{y + 6:.1f}" text-anchor="middle">{rank}</text>'
    )


def _names(study: Study, drawn: Drawn, ground: Ground) -> str:
    """Write the names of districts, or of few townships, in the middle of their demand."""
    rows = reading.level(study, "township")
    name = "district" if rows["parent"].nunique() > 1 else "township"
    found = reading.middles(study, drawn.area, drawn.lon, drawn.lat, drawn.weight, name)
    return "".join(
        svg_text(same(text), *ground.place(lon, lat), kind="place", anchor="middle")
        for lon, lat, text in (found if len(found) <= _MOST_NAMES else [])
    )


def _scale(ground: Ground) -> str:
    """Draw a bar of 1, 2 or 5 times a power of ten, about a fifth of the width."""
    metre = 1 / (ground.per_px * 111_195.0)
    most = ground.wide / 5 / metre
    power = 10.0 ** np.floor(np.log10(most))
    length = max(step * power for step in (1, 2, 5) if step * power <= most)
    words = same(f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m")
    y, x = ground.high - 16, 16
    bar = f'<path class="scale" d="M{x} {y - 6}v6h{length * metre:.1f}v-6"/>'
    return bar + svg_text(words, x + 6, y - 6, kind="scale-text")


def _plain(text: Text) -> str:
    return text.zh.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
