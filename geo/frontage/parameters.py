"""Every number of the street-facing rule, with its unit in its name.

No published Chinese text gives a metre value for 临街 ("facing the street"), so all of these are this
project's own, are printed with every verdict through ``Parameters.version``, and are to be calibrated on
stations labelled by visit. A changed number asks for a changed version.
"""

from dataclasses import asdict, dataclass, fields
from typing import Final

from geo import texts
from geo.errors import ParameterError

_HALF_WIDTH: Final = "half_width_"


@dataclass(frozen=True)
class Parameters:
    """The numbers of the rule; frozen, so a verdict can name the set it was made with.

    Source: the definition of this project (no published norm exists); what is its own reading is said below.
    Version 2 asks permissive streets inside compounds for an open enclosure, draws positions to buildings at most
    ``snap_m`` away and doubts walls with open ends (ARCHITECTURE.md has the reasons).

    Attributes
    ----------
    version
        Name of this set of numbers, printed with every verdict.
    yes_m
        A clear approach line of at most this length to the street's edge makes a station street-facing.
    reach_m
        No street beyond this distance to the edge is approached at all.
    look_deg
        The widest angle between a facade's outward normal and an approach line.
    touch_m
        What a line meets only within this distance of its anchor does not cut it.
    gate_m
        A gate within this distance of a crossing serves the crossing.
    facade_step_m
        Distance between two anchors on a facade.
    deep_m
        A point further than this from every wall of its own footprint needs a mapped entrance.
    data_m
        Streets are mapped around a station when one lies within this distance.
    way_in_good_m, way_in_bad_m
        A walk of at most the first is good, of more than the second bad.
    connect_m
        The longest straight walk from an anchor to a mapped path or a gate.
    border_slack_m
        Precision of a compound's border: a street at most this far inside runs along it, not inside it.
    end_m
        What a line meets within this distance of the centre line does not cut it (a fence on the street).
    sidewalk_m
        A sidewalk line belongs to the nearest street within this distance.
    entrance_m
        A mapped entrance at most this far from a building's outline belongs to the building.
    own_depth_m
        An approach line from an entrance that runs further than this through the entrance's own building
        looks away from the street.
    lane_m
        Width of a lane.
    half_width_…_m
        Half of the carriageway by class where neither width nor lanes are tagged; ``other`` for the rest.
    sigma_entrance_m, sigma_building_m, sigma_address_m
        Position uncertainty by kind of position where none is stated.
    snap_m
        A position further than this from every building stands for itself, however uncertain it is: with a larger
        reach, all nine trial positions of a badly geocoded address would be drawn to one building and agree.
    gap_m
        An opening between two things narrower than this is a slip of the drawing, not a passage.
    stable_of_nine
        How many of the nine positions must share the centre's answer.
    """

    version: str = "frontage-2"
    yes_m: float = 25.0
    reach_m: float = 60.0
    look_deg: float = 50.0
    touch_m: float = 0.5
    gate_m: float = 2.0
    facade_step_m: float = 2.0
    deep_m: float = 20.0
    data_m: float = 200.0
    way_in_good_m: float = 60.0
    way_in_bad_m: float = 150.0
    connect_m: float = 60.0
    border_slack_m: float = 1.0
    end_m: float = 0.5
    sidewalk_m: float = 30.0
    entrance_m: float = 1.0
    own_depth_m: float = 5.0
    lane_m: float = 3.5
    half_width_trunk_m: float = 15.0
    half_width_primary_m: float = 12.0
    half_width_secondary_m: float = 10.0
    half_width_tertiary_m: float = 7.0
    half_width_pedestrian_m: float = 3.0
    half_width_alley_m: float = 1.5
    half_width_sidewalk_m: float = 1.5
    half_width_other_m: float = 4.0
    sigma_entrance_m: float = 5.0
    sigma_building_m: float = 5.0
    sigma_address_m: float = 15.0
    snap_m: float = 15.0
    gap_m: float = 1.0
    stable_of_nine: int = 7

    def __post_init__(self) -> None:
        """Refuse numbers that make no rule.

        Raises
        ------
        ParameterError
            A number is no number, negative or not finite; ``yes_m`` exceeds ``reach_m`` or ``way_in_good_m`` exceeds
            ``way_in_bad_m``; ``facade_step_m`` is 0; ``stable_of_nine`` is no whole number from 1 to 9. The message
            names the field, Chinese and English.
        """
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name != "version" and not _is_length(value):
                raise ParameterError(str(texts.PARAMETER_NUMBER.format(name=item.name, value=value)))
        for small, large in (("yes_m", "reach_m"), ("way_in_good_m", "way_in_bad_m")):
            low, high = getattr(self, small), getattr(self, large)
            if low > high:
                words = {"small": small, "low": low, "large": large, "high": high}
                raise ParameterError(str(texts.PARAMETER_ORDER.format(**words)))
        if self.facade_step_m == 0:
            raise ParameterError(str(texts.PARAMETER_STEP.format(name="facade_step_m")))
        if self.stable_of_nine not in range(1, 10):
            raise ParameterError(
                str(texts.PARAMETER_NINE.format(name="stable_of_nine", value=self.stable_of_nine))
            )

    def half_widths_m(self) -> dict[str, float]:
        """Half of the carriageway by class where width and lanes are not tagged, metres.

        Examples
        --------
        >>> Parameters().half_widths_m()["trunk"]
        15.0
        """
        return {
            name.removeprefix(_HALF_WIDTH).removesuffix("_m"): value
            for name, value in asdict(self).items()
            if name.startswith(_HALF_WIDTH)
        }

    def key(self, *names: str) -> tuple[float | int | str, ...]:
        """Give the values of the named fields: what is worked out from these alone can be kept under them.

        A name may be a prefix that ends with ``_``: all fields that start so.

        Examples
        --------
        >>> Parameters().key("yes_m", "sigma_")
        (25.0, 5.0, 5.0, 15.0)
        """
        values = asdict(self)
        return tuple(
            value
            for name in names
            for field, value in values.items()
            if field == name or (name.endswith("_") and field.startswith(name))
        )

    def as_dict(self) -> dict[str, float | int | str]:
        """All numbers by name, JSON-ready.

        Examples
        --------
        >>> Parameters().as_dict()["yes_m"]
        25.0
        """
        return asdict(self)


def _is_length(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
