"""Sentences about travel times over HTTP, Chinese first, English second."""

from typing import Final

from geo.texts import Text

NO_STREETS: Final = Text(
    "本服务没有可用的街道数据，不能按出行时间排序；请用 by=distance，或由运营单位以 yizhan osm 导入街道。",
    "This service holds no usable streets, so it cannot rank by travel time; ask by=distance, or let the operator "
    "import streets by yizhan osm.",
)
OFF_STREETS: Final = Text(
    "所给位置 {limit:.0f} 米内没有此方式可用的道路，无法计算路程；请改给路边的位置，或用 by=distance。",
    "There is no street for this mode within {limit:.0f} m of the position, so no trip can be computed; give a "
    "position at a street, or ask by=distance.",
)
PATH_NEEDS_NETWORK: Final = Text(
    "路线只随 by=walk 或 by=ebike 给出；直线距离没有路线。",
    "Paths come with by=walk or by=ebike only; a straight line is none.",
)
NOT_READY: Final = Text(
    "路网正在载入，请稍后重试；by=distance 不受影响。",
    "The street networks are being loaded; try again later. by=distance is not affected.",
)
BUSY: Final = Text(
    "按出行时间的查询过多，请稍后重试；by=distance 不受影响。",
    "Too many questions by travel time at once; try again later. by=distance is not affected.",
)
NETWORK: Final = Text("路网状态", "Street networks")
NETWORK_MEANING: Final = Text(
    "有哪些出行方式、速度、街道数据的日期与规模，以及哪些道路未纳入。state：ready 可用；loading 载入中；"
    "none 没有街道数据；off 已关闭；trouble 载入失败（沿用旧路网，如有）。",
    "Which modes there are, at what speed, the day and size of the street data, and what was left out. state: ready; "
    "loading; none (no streets); off (switched off); trouble (loading failed; older networks, if any, stay).",
)
STATES: Final = ("ready", "loading", "none", "off", "trouble")
PATH: Final = Text(
    "是否给出路线（GeoJSON LineString，坐标系同 ret_coordsys）；只用于 by=walk、by=ebike。",
    "Whether to give the way as a GeoJSON LineString, in ret_coordsys; with by=walk and by=ebike only.",
)
BY: Final = Text(
    "排序依据：distance 直线距离；walk 步行、ebike 电动自行车按街道路网的时间，一小时以内。radius_m 总是直线距离。",
    "What to rank by: distance (straight line), or walk or ebike, the time through the streets, up to an hour. "
    "radius_m is always a straight line.",
)
SETTINGS: Final[dict[str, Text]] = {
    "travel": Text(
        "由街道数据建立路网并按 by=walk、by=ebike 作答；false 则不建，节省内存。",
        "Build networks of the street map and answer by=walk and by=ebike; false saves the memory.",
    ),
}
