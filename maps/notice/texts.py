"""What the page of a public notice says, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

TITLE: Final = Text("公示", "Public notice")
PERIOD: Final = Text(
    "公示时间：{first} 至 {last}（{days} 个工作日）", "From {first} to {last} ({days} working days)"
)
PERIODS: Final = Text(
    "公示时间：{first} 至 {last}，分批公示，每批 {days} 个工作日，各站的时间见名单",
    "From {first} to {last} in parts of {days} working days each; the list has the time of each station",
)
OWN_PERIOD: Final = Text("公示时间", "Notice")
PERIOD_OF: Final = Text("{first} 至 {last}", "{first} to {last}")
CONFIRMED: Final = Text("确认名单", "Confirmed")
CONFIRMED_ON: Final = Text("已经公示，{last} 确认", "After public notice, confirmed on {last}")
CONFIRMED_BETWEEN: Final = Text(
    "已经公示，{first} 至 {last} 陆续确认", "After public notice, confirmed between {first} and {last}"
)
UNIT: Final = Text("发布单位：{unit}", "Published by {unit}")
OBJECT: Final = Text(
    "公示期间如有异议，请向发布单位反映。",
    "Objections may be raised with the publishing unit during this time.",
)
COUNT: Final = Text("{level}：{n} 个站点", "{level}: {n} stations")
NONE: Final = Text("没有公示的站点。", "No station is in public notice.")
CARD: Final = Text(
    "{met} 项具备，{unmet} 项不具备，{unknown} 项待核实",
    "{met} met, {unmet} unmet, {unknown} unknown",
)
EVIDENCE: Final = Text("依据", "Evidence")
PREFERRED: Final = Text("优先条件", "Preferences")
UNIT_OF: Final = Text("建设（运营）单位", "Run by")
HOURS: Final = Text("服务时间", "Hours")
STREET: Final = Text("位置临街", "Street-facing")
AROUND: Final = Text("24小时", "24 hours")
ADDRESS: Final = Text("地址", "Address")
PLACE: Final = Text("位置", "Position")
NO_PLACE: Final = Text("位置未登记，图上未标", "no position: not on the map")
RULES: Final = Text("评选标准：{title}，{version}", "Rules: {title}, {version}")
MAP: Final = Text("公示站点位置图", "Map of the stations in public notice")
TO_LIST: Final = Text("跳到名单", "Skip to the list")
PRINT: Final = Text("可直接打印（A4）", "Prints on A4")
STATE: Final[dict[str, Text]] = {
    "yes": Text("具备", "met"),
    "no": Text("不具备", "unmet"),
    "unknown": Text("待核实", "unknown"),
}
SIGN: Final[dict[str, str]] = {"yes": "✓", "no": "✕", "unknown": "？"}
KIND: Final[dict[str, Text]] = {
    "declared": Text("申报", "declared"),
    "computed": Text("推算", "computed"),
    "visited": Text("核实", "visited"),
    "none": Text("无资料", "no data"),
}
UNKNOWN_HOURS: Final = Text("不详", "unknown")
APPROVAL: Final = Text("审图号：{number}", "map approval number {number}")
NO_BASE: Final = Text("未使用底图，仅示意相对位置", "no base map: relative positions only")
ZOOM_IN: Final = Text("放大", "zoom in")
ZOOM_OUT: Final = Text("缩小", "zoom out")
