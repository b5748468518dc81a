"""How the figures of a coverage report are made and what they cannot say, in words a planner understands."""

from typing import Final

from geo.texts import Text

METHOD: Final[dict[str, tuple[Text, Text]]] = {
    "who": (
        Text("算谁", "Who counts"),
        Text(
            "需求是{demand_source}，单位：{unit}，分到 {cells} 个单元，每个单元以中心点代表。"
            "它说的是人在哪里，不是谁会去驿站；"
            "户外劳动者的分布可能与此不同。",
            "Demand is {demand_source}, counted in {unit}, in {cells} cells, each standing at its centre. "
            "It says where "
            "people are, not who will go to a station; outdoor workers may be spread differently.",
        ),
    ),
    "stations": (
        Text("算哪些驿站", "Which stations count"),
        Text(
            "只算面向户外劳动者、正在开放、有坐标的公开驿站。24小时指大门全天开放，或无人值守也能进入；"
            "只有自动售货机不算。"
            "开放时间不详的一律按不开放计，并单独列出“如果都开放”的结果。",
            "Only public stations for outdoor workers that are in service and have a position. 24 hours "
            "means a door open "
            "at any hour or entry without staff; vending machines alone do not count. Unknown hours count "
            "as not open, and "
            "what would hold if they were open stands apart.",
        ),
    ),
    "standards": (
        Text("两种标准", "The two standards"),
        Text(
            "“双15”有两把尺子：服务半径（直线 {straight}）和步行时间（{walk} 分钟，按每小时 {kmh} 公里，"
            "即沿路 {path}）。"
            "路总比直线长，所以两者结论不同；本报告两种都给，从不混用。恰好等于限值的算覆盖。",
            "The “double 15” has two yardsticks: a radius ({straight} in a straight line) and a walk "
            "({walk} minutes at "
            "{kmh} km/h, that is {path} of way). Ways are longer than straight lines, so the answers "
            "differ; both are given "
            "and never mixed. A trip of exactly the limit counts.",
        ),
    ),
    "walking": (
        Text("步行时间怎么算", "How walking time is computed"),
        Text(
            "在道路网上找最短的路：人走步道、人行道、一般道路，不走高速路，不受单行限制；"
            "封闭的院门和私人道路不走；与主路网不相连的零星路段不用。不计等红绿灯的时间，也不计进门、"
            "上楼的时间，所以实际会更久一些。",
            "By the shortest way in the street network: footways, pavements and common roads, no "
            "motorways, one-way streets both ways; no closed gates, no private ways, no pieces apart from "
            "the main network. No waiting at signals, no time to get in or upstairs: a real walk takes "
            "somewhat longer.",
        ),
    ),
    "snapping": (
        Text("点怎样接到路上", "How places are joined to streets"),
        Text(
            "每个单元和驿站垂直接到最近的路段上，这段距离也算进步行时间；离路超过 {snap} 的不硬接，"
            "按没有通路、没有覆盖计，"
            "数目见下面的参数。道路数据不全的地方，没有通路可能只是地图没画。",
            "Each cell and station is joined to the nearest piece of street, and that leg is walked too. "
            "What lies further "
            "than {snap} from any street is not joined and counts as uncovered; the numbers are listed "
            "below. Where the "
            "street map is incomplete, “no way” may only mean that nobody has mapped it.",
        ),
    ),
    "hours": (
        Text("时刻怎么算", "How hours are counted"),
        Text(
            "所算的是 {week} 这一周，按半小时一格共 336 格，节假日和调休按这一周的实际安排。"
            "某一格“有去处”，是指限值之内至少有一处驿站在这半小时里从头到尾都开着。夜间以周三 02:00 "
            "为代表；“白天”“夜间”是 8–20 时和 22–6 时的平均。需求随时段变化的，"
            "白天、夜间、凌晨2点、一周曲线和地图旁的数字按当时的需求算；"
            "“不论时段”“仅24小时”和平均路程按一周的平均需求算。",
            "The week is that of {week} in 336 half hours, with its holidays and make-up days. A place is "
            "covered in a half hour if some station within the limit is open all through it. Wednesday "
            "02:00 stands for the night; “day” and “night” are means over 08–20 and 22–06 h. Where demand "
            "changes with the hour, figures by day, by night and at 02:00, the curve of the week and the numbers "
            "beside the map follow it; “any hour”, “24 h alone” and mean trips are of mean demand.",
        ),
    ),
    "gaps": (
        Text("缺口是什么", "What a gap is"),
        Text(
            "没有覆盖的单元连成一片就是一个缺口，到街道乡镇的边界为止，按里面的需求排名。合计不到 1% "
            "的零星缺口不单独列。“离最近驿站”是到那个时刻算数的驿站的平均路程。缺口的边界跟着单元走，"
            "精度不超过一个单元。",
            "Uncovered cells that touch make a gap, up to the border of the township; gaps are ranked by "
            "the demand inside, and specks that hold less than 1% together are not listed. “To the "
            "nearest station” is the mean trip to stations that count at that moment. Edges follow the "
            "cells and are no finer than these.",
        ),
    ),
    "sites": (
        Text("新址怎么选", "How sites are chosen"),
        Text(
            "在给定的候选点里找一组：现有驿站不动，新建的数目固定，覆盖的需求最多（最大覆盖问题）。"
            "一格需求只要有一处在限值之内就算覆盖，多一处不重复计。没有考虑租金、面积、业主是否同意，"
            "选址前必须到现场核实。",
            "Among the candidates given, the set that covers most demand for a fixed number of new sites, "
            "existing stations "
            "staying (maximal covering). Demand within the limit of one site is covered, a second one "
            "adds nothing. Rent, "
            "space and the owner's consent are not considered: visit a site before deciding.",
        ),
    ),
    "bound": (
        Text("“上限”和“已证明”是什么意思", "What “bound” and “proved” mean"),
        Text(
            "组合太多，不可能逐个去试，所以同时算两个数：找到的方案能覆盖多少，"
            "以及数学上任何方案都不可能超过的上限。"
            "两者相等，就证明没有更好的方案；有差距，说明最好的方案只可能在这个差距之内，不会更好。",
            "There are too many combinations to try them all, so two numbers are computed: what the plan "
            "found covers, and a "
            "bound that no plan can exceed. If they are equal, no plan is better; if not, the best one "
            "lies within the "
            "difference, never beyond.",
        ),
    ),
    "fairness": (
        Text("基尼系数", "The Gini coefficient"),
        Text(
            "把每份需求附近（限值之内）的驿站数从少到多排起来，看是否集中在少数人附近：0 为完全均匀，1 "
            "为全在一处。不论是否开门。",
            "Demand is put in order of the number of stations within the limit: 0 means everybody has as "
            "many, 1 that all are "
            "near the same few. Hours are disregarded.",
        ),
    ),
    "limits": (
        Text("还有哪些局限", "What else it cannot say"),
        Text(
            "覆盖不等于好用：座位是否够、设施是否坏、门是否真的开，要靠现场核实。数字是模型算出的，"
            "相差一两个百分点不说明问题，"
            "相差一倍才说明问题。",
            "Covered does not mean usable: seats, working facilities and a door that is really open are "
            "settled on site. The "
            "figures come from a model: a difference of a point or two says nothing, a factor of two does.",
        ),
    ),
}
"""Heading and paragraph by topic, in order."""

NOTES = Text("这次计算的说明", "Remarks on this computation")
DRAWING = Text("地图怎样画", "How the map is drawn")
PARAMETER = Text("参数", "Parameter")
VALUE = Text("数值", "Value")
LEFT_BLANK = Text("（无）", "(none)")
ALL_AREAS = Text("全部", "all")
FIRST_OF = Text("{some}……共 {n} 个，全部见 figures.xlsx", "{some} … {n} in all, see figures.xlsx")
