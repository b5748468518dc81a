"""What a planner asks for: inputs, limits, numbers; read once from the command line, checked, then unchanged."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.errors import InputError
from service.planning import texts
from service.planning.candidates import SOURCES

_CODE: Final = re.compile(r"\d{2,12}")


@dataclass(frozen=True)
class Asked:
    """One plan.

    Attributes
    ----------
    demand, demand_kind, demand_coordsys, demand_weight
        File of demand, what it holds, its coordinate system and column of weights; as ``data.demand`` reads them.
    unit
        What a weight counts; empty = by the kind of demand.
    areas, areas_coordsys
        Polygons that name the districts and townships of points, and their coordinate system.
    profile, profile_coordsys
        File of presence by half hour that gives all demand its shape over the week; None = the same all week.
    stations, coordsys, audience
        A file of stations; None = the registry.
    adcodes
        Districts or townships by the beginning of their code; empty = all.
    streets
        A file of streets; None = the registry's.
    along_streets
        Spread the people of an area along its streets, not evenly over its ground.
    straight_m, walk_s, walk_kmh
        The two standards.
    week
        Any day of the week in question, ISO 8601; None = the current week.
    sites
        How many new sites to propose; 0 = none.
    share
        Share of the demand to be covered, 0 to 1, for which the least number of sites is sought; None = not asked.
    candidates, candidates_coordsys
        Words of ``SOURCES`` or a file; empty = the best there is.
    resolution
        Of the h3 cells.
    seconds
        Time budget for choosing sites.
    sample
        Draw so many stand-in stations from the candidates; 0 = real stations.
    stand_in
        What the stations are a stand-in for; empty = they are real.
    title, attribution
        For the reader; empty = as the inputs say.
    no_stations
        Go on when no station counts: everything is a gap.
    scheduler
        Address of a Dask scheduler whose workers list who reaches whom; None = this process.
    """

    demand: Path
    demand_kind: str | None = None
    demand_coordsys: str | None = None
    demand_weight: str | None = None
    unit: str = ""
    areas: Path | None = None
    areas_coordsys: str | None = None
    profile: Path | None = None
    profile_coordsys: str | None = None
    stations: Path | None = None
    coordsys: str | None = None
    audience: str | None = None
    adcodes: tuple[str, ...] = ()
    streets: Path | None = None
    along_streets: bool = False
    straight_m: float = 1000.0
    walk_s: float = 900.0
    walk_kmh: float = 5.0
    week: str | None = None
    sites: int = 10
    share: float | None = None
    candidates: tuple[str, ...] = ()
    candidates_coordsys: str | None = None
    resolution: int = 9
    seconds: float = 60.0
    seed: int = 0
    sample: int = 0
    stand_in: str = ""
    title: str = ""
    attribution: str = ""
    no_stations: bool = False
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot go together, before anything is read.

        Raises
        ------
        InputError
            The message names the option and the mend.
        """
        if self.stations is None and (self.coordsys or self.audience):
            raise InputError(texts.COORDSYS_WITHOUT_FILE)
        if self.sample and not self.stand_in:
            raise InputError(texts.SAMPLE_NEEDS_LABEL)
        if self.sample and self.stations is not None:
            raise InputError(texts.SAMPLE_WITH_FILE)
        if self.streets is None and not self.needs_registry:
            raise InputError(texts.STREETS_WANTED)
        for word in self.candidates:
            if word not in SOURCES and not Path(word).is_file():
                raise InputError(texts.CANDIDATES_KIND.format(given=word))

    @property
    def needs_registry(self) -> bool:
        """Whether stations come from the registry."""
        return self.stations is None and not self.sample


def demand_of(given: str) -> tuple[Path, str | None]:
    """Part ``FILE:kind`` into file and kind; None where no kind is named.

    Examples
    --------
    >>> demand_of("towns.gpkg:population"), demand_of("C:/orders.csv")
    ((PosixPath('towns.gpkg'), 'population'), (PosixPath('C:/orders.csv'), None))
    """
    name, colon, kind = given.rpartition(":")
    if colon and re.fullmatch(r"[a-z_]+", kind):
        return Path(name), kind
    return Path(given), None


def split(given: list[str] | None) -> tuple[str, ...]:
    """Part repeated options and commas into words, each once.

    Examples
    --------
    >>> split(["110101,110102", "110101"]), split(None)
    (('110101', '110102'), ())
    """
    words = [word.strip() for text in given or [] for word in re.split("[,\uff0c\u3001]", text)]
    return tuple(dict.fromkeys(word for word in words if word))


def codes_of(given: list[str] | None) -> tuple[str, ...]:
    """Read area codes.

    Raises
    ------
    InputError
        One is no code.
    """
    words = split(given)
    for word in words:
        if not _CODE.fullmatch(word):
            raise InputError(texts.BAD_ADCODE.format(given=word))
    return words
