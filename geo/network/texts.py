"""Sentences about networks, Chinese first, English second."""

from typing import Final

from geo.texts import Text

SPEED_INVALID: Final = Text(
    "速度应为大于 0 且不超过 200 的数（公里/小时），给出的是 {value}",
    "the speed must be above 0 and at most 200 km/h, not {value}",
)
MODE_UNKNOWN: Final = Text(
    "出行方式 {value} 不认识；可选：{known}", "travel mode {value!r} is not known; there are: {known}"
)
SEGMENTS_INVALID: Final = Text(
    "路段的端点序号应在 0 到 {count}（不含）之间",
    "ends of segments must be positions from 0 to below {count}",
)
COLUMN_MISSING: Final = Text(
    "街道图层缺少 highway 列（OSM 道路等级）；请补上",
    "streets: column 'highway' (OSM class) is missing; add it",
)
NOT_LINES: Final = Text(
    "街道图层第 {row} 行不是线（LineString）；请拆分或删除",
    "streets: row {row} is no LineString; split it or leave it out",
)
NO_CRS: Final = Text(
    "街道图层没有坐标参考系；请注明（OSM 数据为 EPSG:4326）",
    "streets have no CRS; state it (EPSG:4326 for OSM data)",
)
NODE_IDS: Final = Text(
    "街道图层第 {row} 行的 node_ids 个数与顶点数不符；每个顶点应有一个",
    "streets: row {row} has not one of node_ids for each vertex; give one for each, or None",
)
NO_GEOGRAPHIC: Final = Text(
    "该路网没有地理坐标系，不能换算经纬度；请由带坐标系的街道建立",
    "this network has no CRS, so degrees cannot be converted; build it from streets with a CRS",
)
SNAPS_ELSEWHERE: Final = Text(
    "捕捉结果属于另一个路网；请用同一路网重新捕捉", "these snaps belong to another network; snap to this one"
)
SNAP_REASONS: Final = {
    "snapped": Text("已捕捉到道路", "on a street"),
    "too_far": Text("最近的可通行道路超过限距", "the nearest usable street is beyond the limit"),
    "no_position": Text("没有坐标", "no position"),
    "no_street": Text("没有可用的街道数据", "no usable streets at all"),
}
"""Why a place is, or is not, on the network; the keys are the codes."""
LEFT_OUT: Final = {
    "class": Text("道路等级不允许通行", "class of way not open to this mode"),
    "motorroad": Text("汽车专用路", "motor road"),
    "access": Text("不对外通行（私有等）", "closed (private or the like)"),
    "gate": Text("关闭的门", "closed gates"),
    "component": Text("与主路网不相连", "not connected to the main network"),
}
"""Why ways are not in a network; the keys are the codes."""
