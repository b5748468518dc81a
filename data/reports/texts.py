"""What a user reads of this room."""

from typing import Final

from geo.texts import Text

REASON: Final[dict[str, Text]] = {
    "closed": Text("公布的时间内没有开门", "found closed"),
    "no_entry": Text("进不去", "cannot get in"),
    "moved": Text("已搬走或不在这里", "moved, or not here"),
    "broken": Text("设施损坏", "a facility is broken"),
    "wrong_data": Text("信息有误", "wrong information"),
}
STATE: Final[dict[str, Text]] = {
    "open": Text("待处理", "open"),
    "confirmed": Text("情况属实", "confirmed"),
    "mended": Text("已整改", "mended"),
    "rejected": Text("不属实", "rejected"),
}

ACTOR: Final = "yizhan reports"

NO_STATION: Final = Text("没有这个驿站，或已撤销。", "There is no such station, or it was withdrawn.")
TOO_MANY: Final = Text(
    "今天从这个网络反映的问题已达 {most} 条，请明天再试，或拨打 12351。",
    "{most} reports came from this network today; try again tomorrow, or call 12351.",
)
NO_REPORT: Final = Text("没有编号为 {report} 的反映。", "There is no report {report}.")
DECIDED: Final = Text(
    "反映 {report} 已由 {by} 于 {on} 处理（{state_zh}），不再更改。",
    "Report {report} was decided by {by} on {on} ({state_en}); that stays.",
)
