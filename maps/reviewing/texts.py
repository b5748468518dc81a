"""What the review page says, Chinese first, English second (see ``geo.texts``); {name} is filled in by the page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from geo.texts import Text

REVIEW: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "title": Text("驿站临街评审图", "Street-facing review of stations"),
        "only_reviewers": Text(
            "内部工作图：仅供规划与评审人员核对临街结论，不是公开地图，请勿转发或嵌入网站。",
            "Working map for planners and reviewers only. It is not a public map: do not publish or embed it.",
        ),
        "skip": Text("跳到核查内容", "Skip to the case"),
        "switch_language": Text("English", "中文"),
        "switch_language_label": Text("Switch to English", "切换到中文"),
        "noscript": Text("本页需要启用 JavaScript。", "This page needs JavaScript."),
        "filters": Text("按结论筛选", "Filter by verdict"),
        "all": Text("全部", "All"),
        "reason_filter": Text("理由", "Reason"),
        "any_reason": Text("全部理由（{n}）", "any reason ({n})"),
        "reason_n": Text("{reason}（{n}）", "{reason} ({n})"),
        "list": Text("站点列表", "List of stations"),
        "list_short": Text("列表", "List"),
        "case": Text("核查内容", "Case"),
        "case_short": Text("核查", "Case"),
        "views": Text("视图", "View"),
        "map": Text("地图", "Map"),
        "count": Text("{n} / {total} 处", "{n} of {total}"),
        "none": Text("没有符合条件的站点。", "No station fits these filters."),
        "no_cases": Text("没有可以评审的站点。", "There is no station to review."),
        "more": Text("再显示 {n} 处", "Show {n} more"),
        "next_unknown": Text("下一处待核实", "Next to verify"),
        "previous_unknown": Text("上一处待核实", "Previous to verify"),
        "unknown_n": Text("第 {i} / {n} 处", "{i} of {n}"),
        "unknown_of": Text("共 {n} 处", "{n} in all"),
        "no_unknown": Text("没有待核实", "nothing to verify"),
        "keys": Text("启用按键 n / p（下一处 / 上一处待核实）", "keys n / p (next / previous to verify)"),
        "now_shown": Text("已打开：{name}，{verdict}", "Opened: {name}, {verdict}"),
        "choose": Text("请从列表或地图上选一处站点。", "Choose a station from the list or the map."),
        "zoom_in": Text("放大", "Zoom in"),
        "zoom_out": Text("缩小", "Zoom out"),
        "zoom_case": Text("回到本站", "Back to this station"),
        "zoom_all": Text("全部站点", "All stations"),
        "unlocated": Text(
            "另有 {n} 处没有位置，不在图上。", "{n} more have no position and are not on the map."
        ),
        "more_cases": Text(
            "另有 {n} 处超出数量限制，未列入。", "{n} more were left out by the limit on their number."
        ),
        "data_version": Text("数据版本 {n}", "data version {n}"),
        "made_on": Text("生成日期 {date}", "made on {date}"),
        # -- the case
        "kind_computed": Text("推算", "computed"),
        "kind_visited": Text("核实", "visited"),
        "kind_declared": Text("申报", "declared"),
        "not_checked": Text("尚未核查，请运行 yizhan check。", "Not checked yet; run `yizhan check`."),
        "stale": Text(
            "此结论之后街道数据有变化，请重新运行 yizhan check。",
            "The street map around it has changed since; run `yizhan check` again.",
        ),
        "rule": Text("判定依据", "Rule"),
        "street": Text("街道", "Street"),
        "street_none": Text("没有据以判断的街道", "no street that it was judged by"),
        "edge": Text("距路缘 {m} 米", "{m} m to the edge"),
        "half_width": Text("半幅宽 {m} 米（{source}）", "half width {m} m ({source})"),
        "half_width_width": Text("按宽度标注", "from the width tag"),
        "half_width_lanes": Text("按车道数", "from the lanes"),
        "half_width_class": Text("按道路等级", "from the class"),
        "street_inside": Text("位于院落 {osm_id} 内", "inside compound {osm_id}"),
        "cuts": Text("直线所遇", "On the line"),
        "cuts_none": Text("无遮挡", "nothing in between"),
        "cut_at": Text("{m} 米处", "at {m} m"),
        "gate_there": Text("此处有门 {osm_id}", "with gate {osm_id}"),
        "other_lines": Text("其他街道", "Other streets"),
        "way_in": Text("步行进出", "Way in"),
        "way_in_open": Text("约 {m} 米，畅通", "about {m} m, open"),
        "way_in_unknown": Text("约 {m} 米，途中通行状态不明", "about {m} m, passage not known"),
        "way_in_none_known": Text("未见步行通路", "no walk known"),
        "anchor": Text("起算点", "Measured from"),
        "anchor_point": Text("站点坐标", "the station's point"),
        "anchor_entrance": Text("站点入口", "the station's entrance"),
        "anchor_mapped_entrance": Text("地图上的建筑入口", "a mapped entrance of the building"),
        "anchor_facade": Text("建筑外墙", "the walls of the building"),
        "from_point": Text("离站点坐标 {m} 米", "{m} m from the station's point"),
        "in_building": Text("建筑 {osm_id}", "building {osm_id}"),
        "nine": Text("九点试验", "Nine positions"),
        "nine_words": Text(
            "临街 {yes}，不临街 {no}，待核实 {unknown}", "yes {yes}, no {no}, unknown {unknown}"
        ),
        "nine_entrance": Text("入口位置已知，不做九点试验", "the entrance is known: tested once"),
        "nine_same": Text(
            "9 点中 {same} 点与中心一致，误差 {sigma} 米",
            "{same} of 9 agree with the centre, uncertainty {sigma} m",
        ),
        "position": Text("点位", "Position"),
        "sigma": Text("误差约 {m} 米", "uncertain by about {m} m"),
        "floor": Text("{n} 层", "floor {n}"),
        "facts": Text("各方信息", "Facts"),
        "declared_nothing": Text("未申报", "nothing declared"),
        "computed_was": Text("按地图推算：{verdict}（{reason}）", "by the map: {verdict} ({reason})"),
        "visited_on": Text("{date} {by}", "{date} {by}"),
        "visited_never": Text("尚无现场核实", "nobody was there yet"),
        "fact_yes": Text("{fact}：是", "{fact}: yes"),
        "fact_no": Text("{fact}：否", "{fact}: no"),
        "address": Text("地址", "Address"),
        "coordinates": Text("坐标", "Coordinates"),
        "numbers": Text("参数", "Parameters"),
        "numbers_words": Text(
            "{version}：距路缘不超过 {yes_m} 米为临街，{reach_m} 米内的街道参与判断",
            "{version}: at most {yes_m} m to the edge says yes; streets within {reach_m} m are looked at",
        ),
        "streets_date": Text("街道数据", "Street data"),
        "streets_date_unknown": Text("日期不详", "date not known"),
        "checked_at": Text("核查时间", "Checked"),
        "station_id": Text("站点编号", "Station id"),
        "source": Text("来源", "Source"),
        # -- legend
        "legend": Text("图例", "Legend"),
        "legend_verdicts": Text("站点与九个试验点", "Stations and the nine positions"),
        "legend_lines": Text("连线", "Lines"),
        "legend_line_open": Text("直达街道，无遮挡", "clear line to the street"),
        "legend_line_cut": Text("被阻挡的连线", "a line that is cut"),
        "legend_line_unknown": Text("通行状态不明的连线", "a line whose passage is unknown"),
        "legend_cut": Text("阻挡物（标 OSM 编号）", "what cuts it, with its OSM id"),
        "legend_streets": Text("街道", "Streets"),
        "legend_street_met": Text("判定所用街道", "the street that was met"),
        "legend_street_public": Text("公共街道（按实宽）", "public street, true width"),
        "legend_street_weak": Text("内部道路或小路", "internal road or path"),
        "legend_street_other": Text("不能步入：高速、高架等", "not for walkers: motorway, elevated"),
        "legend_things": Text("其他", "Other"),
        "legend_own": Text("站点所在建筑", "building of the station"),
        "legend_building": Text("建筑", "building"),
        "legend_barrier": Text("围墙、围栏", "wall, fence"),
        "legend_closed": Text("封闭院落", "closed compound"),
        "legend_open_unknown": Text("院落，围合不明", "compound, enclosure unknown"),
        "legend_open": Text("开放院落", "open compound"),
        "legend_water": Text("水域、铁路", "water, railway"),
        "legend_gate_open": Text("门：可通行", "gate: open"),
        "legend_gate_closed": Text("门：不对外", "gate: closed"),
        "legend_gate_unknown": Text("门：状态未标注", "gate: not recorded"),
        "legend_entrance": Text("建筑入口", "building entrance"),
    }
)

RULE_LABELS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "clear_line": Text("无遮挡直达街道", "clear line to a street"),
        "lines_cut": Text("通向街道的直线被阻挡", "every line is cut"),
        "no_street_near": Text("附近没有公共街道", "no public street near"),
        "gate_unknown": Text("有门，状态未标注", "a gate not recorded"),
        "enclosure_unknown": Text("院落围合不明", "enclosure unknown"),
        "looks_away": Text("入口或外墙未朝街", "looks away from the street"),
        "single_point": Text("外墙仅一处可直达", "a single clear spot"),
        "too_far": Text("离街道偏远", "a little too far"),
        "way_in_known": Text("被阻挡，但有步行通路", "cut, but a walk is known"),
        "way_in_possible": Text("被阻挡，可能有通路", "cut, a walk is possible"),
        "weak_way": Text("只临内部道路或小路", "only an internal road or path"),
        "no_street_data": Text("没有街道数据", "no street data"),
        "off_grade": Text("不在地面层", "not on the ground level"),
        "deep_inside": Text("位于大型建筑深处", "deep inside a building"),
        "unlocated": Text("没有坐标", "no position"),
        "position_kind_unknown": Text("位置类型未说明", "kind of position not stated"),
        "unstable": Text("位置误差影响结论", "depends on the position"),
        "visited_registration": Text("核实：须登记", "visit: registration needed"),
        "visited_guarded": Text("核实：有人把守", "visit: guarded"),
        "visited_no_lift": Text("核实：楼上无电梯", "visit: upstairs, no lift"),
        "visited_no_street_door": Text("核实：没有临街门", "visit: no street door"),
        "visited_street_door": Text("核实：有临街门", "visit: street door"),
        "visited_in_compound": Text("核实：在院内", "visit: inside a compound"),
        "declared_conflict": Text("申报与推算不一致", "declared against computed"),
        "way_round": Text("围墙有缺口，可能绕行", "a wall with an open end"),
        "coordsys_doubtful": Text("坐标系存疑", "coordinate system in doubt"),
        "not_checked": Text("尚未核查", "not checked yet"),
    }
)
"""Short names of the rules of the street-facing verdict; the sentences are in ``geo.texts``."""

OBSTACLE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "buildings": Text("建筑", "building"),
        "barriers": Text("围墙或围栏", "wall or fence"),
        "compounds": Text("院落边界", "border of a compound"),
        "water": Text("水域", "water"),
        "rail": Text("铁路", "railway"),
        "gate": Text("门", "gate"),
        "steps": Text("台阶", "steps"),
    }
)

PASSAGE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "open": Text("可通行", "open"),
        "closed": Text("不可通行", "closed"),
        "unknown": Text("通行状态不明", "passage not known"),
    }
)

HIGHWAY: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "motorway": Text("高速公路", "motorway"),
        "trunk": Text("快速路、国道", "trunk road"),
        "primary": Text("主干路", "primary road"),
        "secondary": Text("次干路", "secondary road"),
        "tertiary": Text("支路", "tertiary road"),
        "unclassified": Text("一般道路", "minor road"),
        "residential": Text("居住区道路", "residential road"),
        "living_street": Text("生活街道", "living street"),
        "pedestrian": Text("步行街", "pedestrian street"),
        "service": Text("内部道路", "service road"),
        "footway": Text("人行道", "footway"),
        "path": Text("小路", "path"),
        "cycleway": Text("自行车道", "cycleway"),
        "steps": Text("台阶", "steps"),
        "track": Text("土路", "track"),
        "road": Text("等级不详的道路", "road of unknown class"),
    }
)
"""Classes of streets in words; a class that is not here is shown by its OSM value."""
