"""What a user may read of this wing, Chinese first, English second.

Each room keeps its user-facing sentences in its own ``texts.py``; the words of the field (codes and their
names) are in ``geo.vocabulary``. No other file holds a sentence for users: ``tests/pure/test_texts.py``.
"""

from typing import NamedTuple


class Text(NamedTuple):
    """One sentence in two languages, with ``str.format`` placeholders.

    Examples
    --------
    >>> Text("共 {n} 处", "{n} in all").format(n=3)
    Text(zh='共 3 处', en='3 in all')
    >>> str(Text("好", "good"))
    '好 · good'
    """

    zh: str
    en: str

    def format(self, **values: object) -> "Text":
        """Fill the placeholders of both languages; a missing one raises ``KeyError``."""
        return Text(self.zh.format(**values), self.en.format(**values))

    def __str__(self) -> str:
        """Both languages on one line, Chinese first."""
        return f"{self.zh} · {self.en}"


# -- coordinate systems

_SYSTEMS = Text(
    "wgs84：GPS 接收机、天地图、OSM；gcj02：高德、腾讯、苹果地图和国内手机地图；bd09：百度地图"
    "（百度墨卡托米制坐标写 bd09mc）",
    "wgs84: GPS receivers, Tianditu, OSM; gcj02: Amap, Tencent, Apple and most phone maps in China; "
    "bd09: Baidu Maps (bd09mc for Baidu's Mercator metres)",
)
COORDSYS_MISSING = Text(
    f"没有说明坐标系，而坐标系不能猜（猜错会偏几百米）。请写明其中一个。{_SYSTEMS.zh}。",
    "The coordinate system is not stated, and a guess may be wrong by hundreds of metres. "
    f"State one of these. {_SYSTEMS.en}.",
)
COORDSYS_UNKNOWN = Text(
    f"不认识坐标系“{{name}}”。请改为其中一个。{_SYSTEMS.zh}。",
    f"The coordinate system '{{name}}' is not known. Use one of these. {_SYSTEMS.en}.",
)
NO_POSITIONS = Text(
    "没有一个有效坐标，无法选定米制坐标系。请先给出至少一个位置。",
    "There is no valid position to choose a metric coordinate system from. Give at least one position first.",
)
OUTSIDE_ZONES = Text(
    "经度 {lon} 不在 CGCS2000 三度带范围内（73.5 至 136.5 度）。请检查坐标，境外请用 UTM。",
    "Longitude {lon} is outside the CGCS2000 3-degree zones (73.5 to 136.5 degrees). "
    "Check the coordinates; abroad use UTM.",
)

# -- the week

WEEK_TIME = Text(
    "一周里没有这个时刻：星期 {weekday}（0 至 6，0 为周一）{hour} 时 {minute} 分。",
    "There is no such time of the week: weekday {weekday} (0 to 6, 0 is Monday), hour {hour}, minute {minute}.",
)
WEEK_SHAPE = Text(
    "一周应有 336 个半小时，得到的数组形状是 {found}。",
    "A week has 336 half hours; the array has the shape {found}.",
)

# -- studies of coverage

STUDY_PARAMETERS = Text("研究缺少参数：{names}。", "The study lacks the parameters {names}; add them.")
STUDY_MASKS = Text(
    "masks 应是形状 (k, 6) 的 uint64 数组，得到 {found}、{dtype}。",
    "masks must be of shape (k, 6) and uint64, is {found}, {dtype}.",
)
STUDY_MASK_ROW = Text(
    "{column} 指向不存在的行：masks 有 {n} 行。",
    "{column} names a row that is not there: masks has {n} rows.",
)
STUDY_GAP_WEEK = Text(
    "gap_week 应是形状 ({n}, 2, 336) 的数组，得到 {found}。",
    "gap_week must be of shape ({n}, 2, 336), is {found}.",
)
STUDY_VERSION = Text(
    "结果文件的版本是 {found}，本程序认识 {known}。请重新运行规划。",
    "The kept study is of version {found}, this program reads {known}; run the plan again.",
)
STUDY_BROKEN = Text(
    "结果文件不完整（{what}）。请重新运行规划。", "The kept study is incomplete ({what}); run the plan again."
)

# -- demand

CELL_RESOLUTION = Text(
    "h3 分辨率 {value} 不可用，请用 {low} 至 {high} 的整数（9 约 0.1 平方公里，10 约 0.015 平方公里）。",
    "h3 resolution {value} cannot be used; give a whole number from {low} to {high} "
    "(9 is about 0.1 km², 10 about 0.015 km²).",
)
PROFILE_COUNTS = Text(
    "时间曲线“{key}”应有 336 个不小于 0 的数（一周的半小时）。",
    "The time profile '{key}' must be 336 numbers of at least 0, one per half hour of the week.",
)
PROFILE_ABSENT = Text(
    "没有名为 {keys} 的时间曲线。请改正需求的 profile 列，或给出这条曲线。",
    "There is no time profile called {keys}; correct the column profile of the demand, or give that profile.",
)
DEMAND_PLACE = Text(
    "需求第 {row} 行没有有效的位置。请补充或删去这一行。",
    "Demand row {row} has no valid position; add one or leave the row out.",
)
DEMAND_WEIGHT = Text(
    "需求第 {row} 行的权重是 {value}，应为不小于 0 的有限数。",
    "The weight of demand row {row} is {value}; give a finite number, 0 or more.",
)

# -- street-facing verdicts

PARAMETER_NUMBER = Text(
    "参数 {name} 的值是 {value}，应为不小于 0 的有限数。",
    "{name} is {value}; give a finite number, 0 or more.",
)
PARAMETER_NAME = Text(
    "没有名为 {name} 的参数。可用的参数：{names}。",
    "There is no parameter called {name}; use one of: {names}.",
)
PARAMETER_ORDER = Text(
    "参数 {small}（{low}）大于 {large}（{high}），请改小 {small} 或改大 {large}。",
    "{small} ({low}) exceeds {large} ({high}); make {small} smaller or {large} larger.",
)
PARAMETER_STEP = Text("参数 {name} 不能为 0，应大于 0。", "{name} is 0; give a length above 0.")
PARAMETER_NINE = Text(
    "参数 {name} 的值是 {value}，应为 1 至 9 的整数。", "{name} is {value}; give a whole number from 1 to 9."
)
SENSITIVITY_STEP = Text("改动参数重新判断", "judging with changed parameters")

FRONTAGE_STEP = Text("判断是否临街", "judging street-facing")

FRONTAGE_REASONS: dict[str, Text] = {
    "clear_line": Text(
        "临街：距{street_zh}路缘 {edge_m} 米，{clear_zh}，{stable_zh}{where_zh}",
        "Street-facing: {edge_m} m to the edge of {street_en}, {clear_en}, {stable_en}{where_en}",
    ),
    "lines_cut": Text(
        "不临街：朝{street_zh}方向 {at_m} 米处被{obstacle_zh} 阻挡",
        "Not street-facing: towards {street_en} blocked after {at_m} m by {obstacle_en}",
    ),
    "no_street_near": Text(
        "不临街：{reach_m} 米内没有公共街道，最近的{street_zh}在 {edge_m} 米外",
        "Not street-facing: no public street within {reach_m} m; "
        "the nearest, {street_en}, is {edge_m} m away",
    ),
    "no_street_known": Text(
        "不临街：{reach_m} 米内没有公共街道",
        "Not street-facing: no public street within {reach_m} m",
    ),
    "gate_unknown": Text(
        "待核实：与{street_zh}之间有门，通行状态未标注，请现场确认",
        "To be verified: between here and {street_en} is a gate whose passage is not recorded; check on site",
    ),
    "enclosure_unknown": Text(
        "待核实：位于院落内，与{street_zh}之间的围合情况未标注，请现场确认",
        "To be verified: a compound border lies between here and {street_en}, its enclosure is not recorded; "
        "check on site",
    ),
    "looks_away": Text(
        "待核实：入口或外墙未朝向{street_zh}，请确认临街门的位置",
        "To be verified: no entrance or wall looks towards {street_en}; confirm where the street door is",
    ),
    "single_point": Text(
        "待核实：外墙只有一处能直达{street_zh}，请现场确认",
        "To be verified: only a single spot of the wall has a clear line to {street_en}; check on site",
    ),
    "too_far": Text(
        "待核实：距{street_zh}路缘 {edge_m} 米，无遮挡，但超过 {yes_m} 米，请现场确认",
        "To be verified: {edge_m} m to the edge of {street_en} with nothing between, "
        "but more than {yes_m} m; check on site",
    ),
    "way_in_known": Text(
        "待核实：与{street_zh}之间有阻挡，但另有约 {way_in_m} 米的步行通路{passed_zh}，请现场确认",
        "To be verified: the straight line to {street_en} is blocked, "
        "but a walk of about {way_in_m} m leads there{passed_en}; check on site",
    ),
    "way_in_possible": Text(
        "待核实：与{street_zh}之间有阻挡，可能另有约 {way_in_m} 米的通路，途中出入口状态未标注{passed_zh}，请现场确认",
        "To be verified: the straight line to {street_en} is blocked; "
        "a walk of about {way_in_m} m may lead there through an opening whose passage is not recorded{passed_en}; "
        "check on site",
    ),
    "way_round": Text(
        "待核实：与{street_zh}之间被围墙或围栏阻挡，但其一端敞开，可能绕行约 {way_in_m} 米到街道，请现场确认",
        "To be verified: a wall or fence stands before {street_en}, but it ends in the open; "
        "a walk of about {way_in_m} m may lead round it; check on site",
    ),
    "weak_way": Text(
        "待核实：{reach_m} 米内没有公共街道，只临内部道路或小路{street_zh}，请确认外人能否通行",
        "To be verified: no public street within {reach_m} m, only an internal road or path, {street_en}; "
        "confirm that outsiders may pass",
    ),
    "no_street_data": Text(
        "待核实：{data_m} 米内没有街道数据",
        "To be verified: no street data within {data_m} m",
    ),
    "off_grade": Text(
        "待核实：不在地面层，请填报地面入口坐标",
        "To be verified: not on the ground level; state the position of the entrance at street level",
    ),
    "deep_inside": Text(
        "待核实：位于大型建筑深处，请填报入口坐标",
        "To be verified: deep inside a large building; state the position of the entrance",
    ),
    "unlocated": Text("待核实：没有坐标，请补充位置", "To be verified: no position; add one"),
    "position_kind_unknown": Text(
        "待核实：未说明坐标是入口、建筑还是地址解析，请补充位置类型或精度",
        "To be verified: it is not stated whether the position is an entrance, a building or "
        "a geocoded address; state the kind of position or its accuracy",
    ),
    "unstable": Text(
        "待核实：位置误差约 {sigma_m} 米，"
        "9 个试验点中只有 {same} 个与中心点的结论（{centre_zh}）一致，请提供入口坐标",
        "To be verified: the position is uncertain by about {sigma_m} m "
        "and only {same} of 9 trial points share the answer of the centre ({centre_en}); "
        "give the position of the entrance",
    ),
    "visited_street_door": Text(
        "临街：{visit_zh}，有直接朝街道开的门",
        "Street-facing: {visit_en} found a door straight to the street",
    ),
    "visited_no_street_door": Text(
        "不临街：{visit_zh}，没有朝街道开的门",
        "Not street-facing: {visit_en} found no door to the street",
    ),
    "visited_in_compound": Text(
        "不临街：{visit_zh}，位于院落内，没有确认到朝街道开的门",
        "Not street-facing: {visit_en} found it inside a compound and confirmed no door to the street",
    ),
    "visited_registration": Text(
        "不便进出：{visit_zh}，{door_zh}外来人员须登记才能进入",
        "Not easy to enter: {visit_en} found {door_en}that visitors must register",
    ),
    "visited_guarded": Text(
        "不便进出：{visit_zh}，{door_zh}入口有门卫查问，外来人员不能自由进入",
        "Not easy to enter: {visit_en} found {door_en}a guard who asks visitors",
    ),
    "visited_no_lift": Text(
        "不便进出：{visit_zh}，{door_zh}在 {floor} 层且没有电梯",
        "Not easy to enter: {visit_en} found {door_en}that it is on floor {floor} without a lift",
    ),
    "declared_conflict": Text(
        "待核实：按地图推算为“{answer_zh}”，但申报信息为{told_zh}，请现场核实",
        "To be verified: by the map '{answer_en}', but declared: {told_en}; check on site",
    ),
}
"""The sentence of each rule of the street-facing verdict; the keys are the rule ids."""

FRONTAGE_VISIT = Text("{on} 现场核实", "a visit on {on}")
FRONTAGE_VISIT_UNDATED = Text("现场核实（日期未记录）", "a visit (date not recorded)")
FRONTAGE_DOOR_BUT = Text("有临街门，但", "a street door, and ")
FRONTAGE_DECLARED: dict[tuple[str, str], Text] = {
    ("street_door", "yes"): Text("有临街门", "a street door"),
    ("street_door", "no"): Text("没有临街门", "no street door"),
    ("in_compound", "yes"): Text("位于院落内", "inside a compound"),
    ("registration_required", "yes"): Text("须登记进入", "visitors must register"),
}
LIST_SEPARATOR = Text("、", ", ")
FRONTAGE_STABLE = Text("{same}/9 稳定", "stable {same}/9")
FRONTAGE_ENTRANCE = Text("入口位置已知", "entrance known")
FRONTAGE_CLEAR = Text("无遮挡", "nothing between")
FRONTAGE_IN_COMPOUND = Text(
    "（该街道在院落 {osm_id} 内，标注为允许通行）",
    " (the street lies inside compound {osm_id}, tagged as open)",
)
FRONTAGE_FAR_FRONT = Text(
    "（临街的外墙距所给位置 {m} 米，请确认门在这一侧）",
    " (that facade is {m} m from the given position; confirm that the door is on this side)",
)
FRONTAGE_THROUGH_GATE = Text("经开放的出入口 {gate}", "through the open gate {gate}")
FRONTAGE_UNNAMED = Text("无名街道（{osm_id}）", "an unnamed street ({osm_id})")
FRONTAGE_UNNAMED_WAY = Text("（无名，{osm_id}）", "unnamed ({osm_id})")
FRONTAGE_PASSING = Text("（经{passed_zh}）", " (by way of {passed_en})")
FRONTAGE_PASSED: dict[str, Text] = {
    "gate_open": Text("开放的门 {osm_id}", "the open gate {osm_id}"),
    "gate_unknown": Text("状态未标注的门 {osm_id}", "the gate {osm_id} of unrecorded state"),
    "gate_closed": Text("门 {osm_id}", "the gate {osm_id}"),
    "steps": Text("台阶 {osm_id}", "the steps {osm_id}"),
    "barriers": Text("围墙或围栏 {osm_id} 的缺口", "an opening in wall or fence {osm_id}"),
    "compounds": Text("院落 {osm_id} 的边界", "the border of compound {osm_id}"),
}
"""What a way in crosses, by kind; a gate by its state."""
FRONTAGE_OBSTACLES: dict[str, Text] = {
    "buildings": Text("建筑 {osm_id}", "building {osm_id}"),
    "barriers": Text("围墙或围栏 {osm_id}", "wall or fence {osm_id}"),
    "compounds": Text("封闭院落边界 {osm_id}", "the border of the closed compound {osm_id}"),
    "water": Text("水域 {osm_id}", "water {osm_id}"),
    "rail": Text("铁路 {osm_id}", "railway {osm_id}"),
    "gate": Text("不对外的门 {osm_id}", "the closed gate {osm_id}"),
}

# -- guard against the wrong coordinate system

GUARD_DOUBT = Text(
    "“{batch}”写明是 {stated_zh}，但 {points} 个位置中只有 {stated_hits} 个落在建筑内或紧贴建筑，"
    "按 {better_zh} 解读则有 {better_hits} 个：坐标系多半写错了",
    "“{batch}” says {stated_en}, but only {stated_hits} of {points} positions are in or at a building, "
    "read as {better_en} it is {better_hits}: the coordinate system is probably misstated",
)
GUARD_WITHHELD = Text(
    "待核实：坐标系可疑，暂不下结论。{why_zh}；请核对后重新导入",
    "To be verified: the coordinate system is in doubt, so no verdict. {why_en}; verify it and import again",
)

# -- lists of facilities within a limit

LIMIT_INVALID = Text(
    "{name} 应为不小于 0 的有限数，给出的是 {value}",
    "{name} must be a finite number of at least 0, not {value}",
)
COST_INVALID = Text("代价应为不小于 0 的数，不可缺失", "costs must be numbers of at least 0, none missing")
POSITION_OUTSIDE = Text(
    "{name} 的序号应在 0 到 {count}（不含）之间", "positions of {name} must be from 0 to below {count}"
)
MASK_SHAPE = Text(
    "{name} 的掩码应有 {count} 个值，给出的形状是 {shape}",
    "a mask of {name} must hold {count} values, this one has shape {shape}",
)
