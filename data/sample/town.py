"""The invented town 驿城（虚构）: a street map as ``.osm.pbf`` and a list of stations, made from a seed.

Both go through the ordinary importers, so the sample shows the whole way of real data. It stands in open
grassland, its object ids lie far above real ones, and its source is named 示例（虚构） wherever it is shown.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.sample import plan, stations, texts
from data.sample.blocks import Spot
from data.sample.drawing import Drawing, Place, write_pbf
from data.sample.stations import Intended

SEED: Final = 20260101
SOURCE: Final = texts.SAMPLE_SOURCE.zh
OSM_FILE: Final = "sample-town.osm.pbf"
STATION_FILE: Final = "sample-stations.csv"
COORDSYS: Final = "gcj02"


@dataclass(frozen=True)
class SampleFiles:
    """What was written.

    Attributes
    ----------
    osm_pbf, stations
        The two files.
    source
        The name to import both under: it says that they are invented.
    coordsys
        Coordinate system of the station file.
    intended
        What each station was built to show, in the order of its file.
    """

    osm_pbf: Path
    stations: Path
    source: str
    coordsys: str
    intended: tuple[Intended, ...]


def write(folder: Path, seed: int = SEED) -> SampleFiles:
    """Write the town: about 600 buildings and 60 stations, in well below a second.

    Parameters
    ----------
    folder
        Made when it does not exist; files of the same names are overwritten.
    seed
        Varies sizes, uses and dates; no verdict depends on it. The same seed gives the same bytes.
    """
    drawing, spots = plan.draw(seed)
    return _write(folder, seed, [(drawing, (0.0, 0.0))], spots, len(spots))


def scaled(
    folder: Path,
    *,
    streets: int = 0,
    buildings: int = 0,
    barriers: int = 0,
    stations: int = 0,
    seed: int = SEED,
) -> SampleFiles:
    """Write a large city: the town side by side, as often as it takes to have at least so many objects.

    Streets still missing when there are buildings and stations enough come from towns without houses; barriers
    still missing are fences around houses far from every station, so no verdict depends on them.

    Parameters
    ----------
    folder, seed
        As for ``write``.
    streets, buildings, barriers
        Street segments from junction to junction, buildings, and walls and fences, at least.
    stations
        Stations, exactly; 0 for all that the towns have.

    Raises
    ------
    ValueError
        A number is negative, or there are fewer houses to fence than ``barriers`` asks.
    """
    if min(streets, buildings, barriers, stations) < 0:
        raise ValueError("streets, buildings, barriers and stations count objects; give 0 or more")
    drawing, spots = plan.draw(seed)
    drawing = drawing.split()
    full = max(1, math.ceil(buildings / _count(drawing, "building")), math.ceil(stations / len(spots)))
    fences = math.ceil(barriers / full) - _count(drawing, "barrier")
    drawing = drawing.fenced(fences, [spot.at for spot in spots if spot.at])
    towns = max(full, math.ceil(streets / _count(drawing, "highway")))
    side = math.ceil(math.sqrt(towns))
    shifts = [(plan.PITCH_X_M * (n % side), plan.PITCH_Y_M * (n // side)) for n in range(towns)]
    bare = drawing.bare()
    copies = [(drawing if n < full else bare, shift) for n, shift in enumerate(shifts)]
    return _write(folder, seed, copies, spots, stations or full * len(spots))


def _write(
    folder: Path, seed: int, copies: list[tuple[Drawing, Place]], spots: list[Spot], count: int
) -> SampleFiles:
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    osm_pbf, station_file = folder / OSM_FILE, folder / STATION_FILE
    write_pbf(osm_pbf, copies)
    shifts = [shift for _, shift in copies]
    intended = stations.write_csv(station_file, spots, shifts, count=count, seed=seed)
    return SampleFiles(osm_pbf, station_file, SOURCE, COORDSYS, tuple(intended))


def _count(drawing: Drawing, key: str) -> int:
    return sum(key in line.tags for line in drawing.lines) + sum(key in area.tags for area in drawing.ringed)
