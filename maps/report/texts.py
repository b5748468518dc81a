"""What the reader of a coverage report reads, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

TITLE = Text("{title}：驿站覆盖与选址报告", "{title}: coverage and siting of rest stations")
STAND_IN = Text("替代数据，不是真实驿站：{what}", "Stand-in data, not the real stations: {what}")
COLONS = "：: "
STAND_IN_SHORT = Text("替代数据", "stand-in")
INTERNAL = Text("供规划人员内部使用，不是公开地图。", "For planners, internal use; this is not a public map.")
PRINTED = Text("驿站覆盖与选址报告", "Coverage and siting report")
SKIP = Text("跳到主要结论", "Skip to the findings")
LANGUAGE = "English"
CONTENTS = Text("目录", "Contents")
NOSCRIPT = Text(
    "浏览器停用了脚本：文字、图、表都在，只是时间滑块和可缩放的地图不能用。",
    "Scripts are off: words, pictures and tables are all here, but not the slider and the map that zooms.",
)
DOWNLOADS = Text("下载", "Downloads")
DOWNLOAD_NOTE = Text("（与本报告在同一文件夹）", "(in the same folder as this report)")
DOWNLOAD_FILES: Final[dict[str, Text]] = {
    "figures.xlsx": Text("全部数字（Excel）", "all figures (Excel)"),
    "gaps.gpkg": Text("图层（GeoPackage，QGIS 可直接打开）", "layers (GeoPackage, opens in QGIS)"),
    "report.html": Text("本报告（单个网页文件）", "this report (one file)"),
}
FACTS: Final[dict[str, Text]] = {
    "made_at": Text("生成时间", "Made"),
    "week": Text("所算的一周", "Week"),
    "stations_source": Text("驿站", "Stations"),
    "demand_source": Text("需求", "Demand"),
    "streets_source": Text("道路", "Streets"),
    "areas": Text("范围", "Area"),
}
WEEK_FROM = Text("{first} 至 {last}", "{first} to {last}")
SEPARATOR = Text("、", ", ")
DASH = "—"

# -- numbers in words

WAN = Text("{n} 万{unit}", "{all} {unit_en}")
PLAIN = Text("{n} {unit}", "{all} {unit_en}")
UNIT_EN: Final[dict[str, str]] = {
    "人": "people",
    "家": "places",
    "家餐馆": "restaurants",
    "餐馆": "restaurants",
    "单": "orders",
    "人次": "visits",
    "个": "points",
}
"""English for units of demand as they are usually given; another unit stays as it is."""
MINUTES = Text("{n} 分钟", "{n} min")
METRES = Text("{n} 米", "{n} m")
KILOMETRES = Text("{n} 公里", "{n} km")
HOURS = Text("{n} 小时", "{n} h")
POINTS = Text("{n} 个百分点", "{n} percentage points")
COUNT = Text("{n} 处", "{n}")
BY_WALK = Text("步行 {n} 分钟", "{n} minutes on foot")
BY_STRAIGHT = Text("直线 {n}", "{n} in a straight line")
AT_SPEED = Text("每小时 {n} 公里", "{n} km/h")
WEEKDAYS: Final[tuple[Text, ...]] = (
    Text("周一", "Mon"), Text("周二", "Tue"), Text("周三", "Wed"), Text("周四", "Thu"), Text("周五", "Fri"),
    Text("周六", "Sat"), Text("周日", "Sun"),
)  # fmt: skip
UNKNOWN_AREA = Text("归属不明", "area not known")
NAME_IN = Text("{district}{name}", "{district} {name}")

# -- headings

SECTIONS: Final[dict[str, Text]] = {
    "summary": Text("主要结论", "Findings"),
    "map": Text("哪个时刻，谁没有去处", "Who is left out, at which hour"),
    "gaps": Text("缺口在哪里", "Where the gaps are"),
    "sites": Text("下一批建在哪里", "Where the next stations belong"),
    "extend": Text("哪些驿站先改为24小时", "Which stations to open 24 hours first"),
    "standards": Text("两种标准并列", "Both standards side by side"),
    "fairness": Text("分布是否均匀", "How evenly stations are spread"),
    "districts": Text("各区县", "Districts"),
    "townships": Text("各街道乡镇", "Townships"),
    "method": Text("方法与局限", "Method and limits"),
    "parameters": Text("参数与数据版本", "Parameters and data versions"),
}
GROUP = Text("{standard} · {moment}", "{standard} · {moment}")

# -- findings

TILES: Final[dict[str, Text]] = {
    "day": Text("白天有去处", "covered by day"),
    "0200": Text("凌晨2点有去处", "covered at two in the morning"),
    "24h": Text("只靠24小时驿站", "by 24-hour stations alone"),
    "left": Text("凌晨2点没有去处", "left out at two in the morning"),
}
TILE_OTHER = Text("{standard}：{n}", "{standard}: {n}")

NO_DEMAND = Text(
    "范围内没有需求（权重全为 0），算不出覆盖率。",
    "There is no demand in the area (all weights are 0), so no share can be computed.",
)
NO_STATION = Text(
    "范围内没有可计入的驿站：全部需求都没有覆盖。",
    "No station counts in this area: nothing of the demand is covered.",
)
NONE_OF_ITS_OWN = Text(
    "范围内没有一处计入的驿站：覆盖到的需求都靠范围外的驿站。",
    "No station that counts stands in the area: what is covered is covered from outside.",
)
NIGHT = Text(
    "凌晨2点，全部 {demand}中，只有 {share}（{covered}）在{limit}内能到一处开着的驿站；"
    "其余 {left}（{left_share}）没有可去的地方。",
    "At two in the morning {share} of all {demand} ({covered}) have an open station within {limit}; "
    "the other {left} ({left_share}) have nowhere to go.",
)
NIGHT_NOBODY = Text(
    "凌晨2点没有需求，夜间的覆盖率无从谈起。",
    "There is no demand at two in the morning, so nothing is said of its coverage.",
)
NIGHT_NONE = Text(
    "凌晨2点，全部 {demand}在{limit}内都没有一处开着的驿站。",
    "At two in the morning none of the {demand} has an open station within {limit}.",
)
NIGHT_ALL = Text(
    "凌晨2点，全部 {demand}在{limit}内都有一处开着的驿站。",
    "At two in the morning all of the {demand} have an open station within {limit}.",
)
VARIES = Text(
    "需求随时段变化：凌晨2点是 {night}，一周平均是 {mean}。",
    "Demand changes with the hour: {night} at two in the morning, {mean} on average over the week.",
)
DAY = Text(
    "白天（8–20时）平均有 {day} 能到开着的驿站；不论是否开门，附近有驿站的是 {any}。",
    "By day (08–20 h) {day} can reach an open station on average; {any} have a station nearby, open or not.",
)
WHY_NIGHT = Text(
    "凌晨2点没有去处的 {left}中，{shut}附近有驿站但那时不开（或时间不详），{none}附近根本没有驿站。",
    "Of the {left} left out at two in the morning, {shut} have a station nearby that is not open then (or "
    "of unknown "
    "hours), {none} have no station nearby at all.",
)
UNKNOWN_HOURS = Text(
    "有 {n} 处驿站开放时间不详，一律按不开放计。即使它们整夜都开，凌晨2点也最多覆盖 {share}。",
    "{n} stations are of unknown hours and count as not open. Were all of them open all night, at most "
    "{share} would be "
    "covered at two in the morning.",
)
UNKNOWN_HOURS_ONLY = Text(
    "有 {n} 处驿站开放时间不详，一律按不开放计。", "{n} stations are of unknown hours and count as not open."
)
TOWNS = Text(
    "凌晨2点的缺口最集中在{names}；{all} 个街道乡镇中，前 {half} 个就占了一半。",
    "At two in the morning most of the gap lies in {names}; the first {half} of {all} townships hold half "
    "of it.",
)
TOWN_SHARE = Text("{name}（占 {share}）", "{name} ({share})")
SITES_GAIN = Text(
    "按“{group}”，再建 {n} 处（排名见下），覆盖率从 {before} 提高到 {after}，新增 {gain}。",
    "For “{group}”, {n} more stations (ranked below) raise the share from {before} to {after}: {gain} more.",
)
PROVED = Text(
    "已经证明：任何 {n} 处的组合都不会覆盖得更多。",
    "It is proved that no other {n} sites cover more.",
)
BOUND = Text(
    "可以证明，任何 {n} 处的组合最多覆盖 {bound}，所以本方案离最好的至多差 {gap}。",
    "It is proved that no {n} sites cover more than {bound}, so this plan is at most {gap} from the best.",
)
NO_BOUND = Text(
    "没有计算上限，不能说它离最好的差多少。",
    "No bound was computed, so nothing is said on how far it is from the best.",
)
LEAST = Text(
    "要让 {target} 的需求有去处（{group}），新建 {n} 处就够；可以证明少于 {least} 处不够。",
    "For {target} of the demand to be covered ({group}), {n} new stations are enough; it is proved that fewer than "
    "{least} are not.",
)
LEAST_NEVER = Text(
    "要让 {target} 的需求有去处（{group}），现有候选点全部建成也不够，只能到 {share}。",
    "For {target} of the demand to be covered ({group}), all candidates together are not enough: they reach {share}.",
)
EXTEND_GAIN = Text(
    "不新建，只把 {n} 处现有驿站改为24小时，{moment}的覆盖率（{standard}）就从 {before} 提高到 {after}。",
    "Without building, {n} existing stations opened 24 hours raise the share {moment} ({standard}) "
    "from {before} to {after}.",
)
OTHER_STANDARD = Text(
    "换用{limit}来衡量，凌晨2点是 {night}，白天是 {day}。两种标准从不混用，详见“两种标准并列”。",
    "By {limit} it is {night} at two in the morning and {day} by day. The two standards are never mixed; "
    "see “Both "
    "standards side by side”.",
)
ALL_HOURS = Text(
    "{all} 处计入的驿站中，{n} 处（{share}）是24小时驿站；全国2024年的目标是 15%。",
    "{n} of the {all} stations that count ({share}) are open 24 hours; the national target for 2024 is 15%.",
)
NO_STREETS = Text(
    "没有可用的道路数据，步行时间无法计算；以下以直线距离为准。",
    "There are no usable streets, so no walking times; what follows is by straight distance.",
)

# -- pictures and charts

PICTURES: Final[dict[str, Text]] = {
    "day": Text("白天：{weekday} {time}", "By day: {weekday} {time}"),
    "night": Text("夜间：{weekday} {time}", "At night: {weekday} {time}"),
    "sites": Text("建议的新址（{group}）", "Proposed sites ({group})"),
}
PICTURE_SAYS = Text(
    "{title}。{limit}内有开着的驿站的占 {share}，浅色；没有的深色，颜色越深需求越多。",
    "{title}. {share} have an open station within {limit} (light); the dark ones have none, the darker "
    "the more demand.",
)
PICTURE_SITES = Text(
    "{title}。数字是建造的先后；深色是现在（{moment}）没有去处的地方。",
    "{title}. Numbers give the order of building; dark: left out at present ({moment}).",
)
OUTLINES = Text(
    "区界由需求单元合成，只供阅读，不是法定界线。",
    "Outlines are put together from cells of demand for reading only; they are no official borders.",
)
CHARTS: Final[dict[str, Text]] = {
    "week": Text("一周里有去处的比例", "Share with somewhere to go, through the week"),
    "week_says": Text(
        "{limit}：最低 {low}（{low_at}），最高 {high}（{high_at}）。",
        "{limit}: lowest {low} ({low_at}), highest {high} ({high_at}).",
    ),
    "all_hours": Text("只靠24小时驿站（{standard}）", "24-hour stations alone ({standard})"),
    "all_hours_short": Text("仅24小时·{standard}", "24 h alone, {standard}"),
    "maybe": Text("若时间不详的驿站也开放（{standard}）", "were unknown hours open ({standard})"),
    "nights": Text("22–6时", "22–06 h"),
    "curve": Text("建几处，覆盖多少：{group}", "Share by number of sites: {group}"),
    "curve_x": Text("新建数量（处）", "new sites"),
    "curve_value": Text("本方案", "this plan"),
    "curve_bound": Text("任何方案都到不了这条线以上", "no plan reaches above this line"),
    "curve_says": Text("{n} 处：{share}，上限 {bound}。", "{n} sites: {share}, bound {bound}."),
    "lorenz": Text("驿站分布的洛伦兹曲线", "Lorenz curve of stations in reach"),
    "lorenz_x": Text(
        "需求的累计比例（附近驿站最少的在前）", "cumulated demand, fewest stations in reach first"
    ),
    "lorenz_y": Text("附近驿站的累计比例", "cumulated stations in reach"),
    "equal": Text("完全均匀", "perfectly even"),
    "lorenz_says": Text(
        "{standard}：基尼系数 {gini}。0 表示人人附近的驿站一样多，越接近 1 越集中在少数人附近。",
        "{standard}: Gini {gini}. 0: everybody has as many stations in reach; the nearer to 1, the fewer "
        "have most of them.",
    ),
}

# -- the map and its slider; the page's script reads these by key

MAP: Final[dict[str, Text]] = {
    "map": Text("覆盖地图", "Coverage map"),
    "hour": Text("一周中的时刻", "Hour of the week"),
    "hour_help": Text(
        "左右键移动半小时，Page Up / Page Down 移动一天，Home / End 到周首、周末。",
        "Arrow keys move half an hour, Page Up and Page Down a day, Home and End to the ends of the week.",
    ),
    "at": Text("{weekday} {time}", "{weekday} {time}"),
    "moments": Text("常用时刻", "Moments"),
    "day": Text("白天", "Day"),
    "night": Text("夜间", "Night"),
    "all_hours": Text("仅24小时驿站", "24-hour stations alone"),
    "any": Text("不论时段", "Regardless of hours"),
    "standard": Text("标准", "Standard"),
    "covered": Text("有去处", "covered"),
    "left": Text("没有去处：{n}", "Left out: {n}"),
    "other": Text("{limit}：{share}", "{limit}: {share}"),
    "maybe": Text("若时间不详的也开放，最多 {share}", "at most {share} were unknown hours open"),
    "open": Text("开着的驿站：{n} 处", "Open stations: {n}"),
    "open_24h": Text("24小时驿站：{n} 处", "24-hour stations: {n}"),
    "open_all": Text("计入的驿站：{n} 处", "Stations that count: {n}"),
    "worst": Text("这时没有去处最多的街道乡镇", "Townships with the most left out then"),
    "none_left": Text("这时处处都有去处。", "Nobody is left out then."),
    "worst_plain": Text("{name}：{n}", "{name}: {n}"),
    "worst_row": Text("{name}：{n}（本地的 {share}）", "{name}: {n} ({share} of its own)"),
    "zoom_in": Text("放大", "Zoom in"),
    "zoom_out": Text("缩小", "Zoom out"),
    "zoom_all": Text("显示全部范围", "Show the whole area"),
    "legend": Text("图例与图层", "Legend and layers"),
    "key_covered": Text("这时有去处", "covered then"),
    "key_left": Text(
        "这时没有去处，越深需求越多（斜纹）", "left out then, the darker the more demand (hatched)"
    ),
    "key_open": Text("驿站，这时开着", "station, open then"),
    "key_24h": Text("24小时驿站", "24-hour station"),
    "key_closed": Text("驿站，这时不开", "station, not open then"),
    "key_unknown": Text("驿站，时间不详", "station of unknown hours"),
    "key_site": Text("建议的新址，数字为先后", "proposed site, numbered in order"),
    "key_gap": Text(
        "缺口轮廓（02:00、仅24小时、不论时段时显示）", "gap outline (shown at 02:00, 24 h alone, regardless)"
    ),
    "layer_sites": Text("新址", "Sites"),
    "layer_stations": Text("驿站", "Stations"),
    "layer_gaps": Text("缺口轮廓", "Gap outlines"),
    "layer_lines": Text("区界与道路", "Outlines and streets"),
    "plan": Text("新址方案", "Plan of sites"),
    "info": Text("点地图上的任意处查看详情。", "Click anywhere on the map for details."),
    "info_cell": Text(
        "{place}：约 {n}；步行 {walk}，直线 {straight}；一周 168 小时中有去处的 {hours} 小时",
        "{place}: about {n}; {walk} on foot, {straight} straight; covered {hours} of 168 hours a week",
    ),
    "info_group": Text(
        "{place}：这一格约 {n}；一周 168 小时中，多数人有去处的 {hours} 小时",
        "{place}: about {n} in this square; most are covered {hours} of 168 hours a week",
    ),
    "info_station": Text("驿站：{name}（{state}）", "Station: {name} ({state})"),
    "info_site": Text("建议新址第 {rank}：{name}，新增 {n}", "Proposed site {rank}: {name}, adds {n}"),
    "info_gap": Text("缺口第 {rank}：{n}，占 {share}", "Gap {rank}: {n}, {share} of it all"),
    "no_way": Text("没有通路", "no way"),
    "no_place": Text("归属不明", "area not known"),
    "wan": Text("{n} 万{unit}", "{all} {unit}"),
    "plain": Text("{n} {unit}", "{all} {unit}"),
    "minutes": MINUTES,
    "metres": METRES,
    "kilometres": KILOMETRES,
    "sorted_up": Text("已按“{column}”升序排列", "sorted by “{column}”, ascending"),
    "sorted_down": Text("已按“{column}”降序排列", "sorted by “{column}”, descending"),
}
AGGREGATED = Text(
    "需求单元有 {cells} 个，超过 {most} 个：地图上合成 {drawn} 个边长约 {side} 的方格，"
    "过半需求有去处的画作有去处；"
    "文字、图和表里的数字仍按原单元计算。",
    "There are {cells} cells of demand, more than {most}: the map draws {drawn} squares of about {side} "
    "instead, covered "
    "where at least half of the demand is. All numbers in words, charts and tables are of the cells "
    "themselves.",
)
GAPS_DRAWN = Text(
    "地图上每种缺口只画需求最多的 {n} 片，轮廓和区界作了平滑；全部缺口按原样存在 gaps.gpkg 里。",
    "The map draws the {n} largest gaps of each kind, their outlines and those of areas smoothed; "
    "gaps.gpkg holds all, as they are.",
)
CURVE_TABLE = Text("曲线的数字", "The figures of the curve")
