"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from geo.texts import Text

SAMPLE_SOURCE = Text("示例（虚构）", "sample (invented)")
SAMPLE_CITY = Text("驿城（虚构）", "Yicheng (invented)")
SAMPLE_DISTRICT = Text("驿城区（虚构）", "Yicheng district (invented)")
