"""Headers and remarks of the report's tables, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

HEADERS: Final[dict[str, Text]] = {
    "rank": Text("名次", "Rank"),
    "name": Text("名称", "Name"),
    "township": Text("街道乡镇", "Township"),
    "district": Text("区县", "District"),
    "demand": Text("需求", "Demand"),
    "stations": Text("驿站", "Stations"),
    "stations_24h": Text("其中24小时", "of these 24 h"),
    "stations_unknown": Text("其中时间不详", "of these unknown"),
    "demand_per_station": Text("每处驿站的需求", "Demand per station"),
    "any_share": Text("不论时段", "Any hour"),
    "day_share": Text("白天", "Day"),
    "night_share": Text("夜间", "Night"),
    "0200_share": Text("凌晨2点", "02:00"),
    "24h_share": Text("仅24小时", "24 h alone"),
    "0200_maybe_share": Text("02:00上限", "02:00 at most"),
    "mean": Text("平均", "Mean"),
    "p90": Text("九成人不超过", "90 % within"),
    "0200_gap": Text("02:00没有去处", "Left out at 02:00"),
    "0200_gap_share": Text("占全部缺口", "Part of the gap"),
    "any_gap": Text("附近无驿站", "None nearby"),
    "gini": Text("基尼系数", "Gini"),
    "site": Text("地点", "Place"),
    "kind": Text("来源", "Source"),
    "street_facing": Text("临街", "Street-facing"),
    "gain": Text("新增覆盖", "Newly covered"),
    "share": Text("累计覆盖率", "Share after it"),
    "served": Text("就近服务", "Nearest to"),
    "mean_cost": Text("平均路程", "Mean trip"),
    "position": Text("位置（WGS-84）", "Position (WGS-84)"),
    "station": Text("最近的驿站", "Nearest station"),
    "to_extend": Text("驿站", "Station"),
    "bound": Text("上限", "Bound"),
    "gap_demand": Text("没有去处", "Left out"),
    "gap_share": Text("占全部缺口", "Part of the gap"),
    "area": Text("面积", "Area"),
    "distance": Text("离最近驿站", "To the nearest station"),
    "unreached": Text("没有通路", "Without a way"),
    "standard": Text("标准", "Standard"),
    "limit": Text("限值", "Limit"),
    "count": Text("新建数量", "New sites"),
    "covered": Text("覆盖的需求", "Demand covered"),
    "proved": Text("是否证明最优", "Proved best"),
    "target": Text("目标", "Wanted"),
    "enough": Text("新增几处就够", "Enough"),
    "at_least": Text("不可能少于", "Not fewer than"),
    "reached": Text("达到", "Reached"),
}
GROUPS: Final[dict[str, Text]] = {
    "walk": Text("步行时间", "On foot"),
    "straight": Text("直线距离", "Straight"),
    "night": Text("凌晨2点的缺口", "Gap at 02:00"),
    "stock": Text("驿站数量", "Stations"),
}
CAPTIONS: Final[dict[str, Text]] = {
    "districts": Text("各区县的覆盖情况", "Coverage by district"),
    "townships": Text(
        "各街道乡镇的覆盖情况，按凌晨2点的缺口从大到小", "Coverage by township, by the gap at 02:00"
    ),
    "gaps": Text("缺口最大的 {n} 片：{group}", "The {n} largest gaps: {group}"),
    "sites": Text("建议新址，按建造先后：{group}", "Proposed sites in order of building: {group}"),
    "curve": Text("覆盖率与新建数量：{group}", "Share by number of new sites: {group}"),
    "extend": Text("先改为24小时的驿站：{group}", "Stations to open 24 hours first: {group}"),
    "least": Text("要达到目标，最少新增几处", "The least number of new sites for the share wanted"),
    "least_sites": Text(
        "达标所需的新址，按建造先后：{group}", "Sites for the share wanted, in order of building: {group}"
    ),
    "standards": Text("换一种标准，结论怎样变化", "How the answer changes with the standard"),
}
SORT = Text("点列名可以排序。", "Click a column's name to sort.")
MORE = Text(
    "这里列出前 {shown} 行，共 {all} 行，其余见 figures.xlsx。",
    "The first {shown} of {all} rows; the others are in figures.xlsx.",
)
NONE: Final[dict[str, Text]] = {
    "gaps": Text("没有缺口。", "There is no gap."),
    "sites": Text(
        "没有计算新址（未提供候选点，或没有缺口可补）。", "No sites were computed (no candidates, or no gap)."
    ),
    "extend": Text("没有计算延长开放的方案。", "No plan of longer hours was computed."),
    "lorenz": Text("没有可画的曲线：附近都没有驿站。", "No curve: no station is in reach of anybody."),
}
NEVER_ENOUGH = Text("候选点全部建成也不够", "all candidates are not enough")
NORM = Text("（本报告所用）", "(used in this report)")
YES = Text("是", "yes")
NO = Text("否", "no")
SQUARE_KM = Text("{n} 平方公里", "{n} km²")
UNNAMED_SITE = Text("候选点", "candidate")
PLAN_NOTE = Text(
    "名次就是建造先后：排在前面的先建，每处的“新增覆盖”是在前面各处建成之后再多出的部分。",
    "The rank is the order of building; what a site adds is what it covers beyond all that stand before it.",
)
EXTEND_NOTE = Text(
    "候选是现有的、还不是24小时的驿站；新增覆盖的含义同上。",
    "Candidates are the existing stations that are not open 24 hours; gains as above.",
)
SAME_GAP = Text(
    "没有去处 = 在标准之内没有开着的驿站。没有通路的也算没有去处。",
    "Left out: no open station within the standard. Without a way counts as left out.",
)
