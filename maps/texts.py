"""What a user may read of this wing, Chinese first, English second (see ``geo.texts``)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from geo.texts import Text

# -- symbols

MARK_24H: Final = Text("24h", "24h")
MARK_GOODS: Final = Text("售", "V")
MARK_PAUSED: Final = Text("停", "off")
MARK_UNKNOWN: Final = Text("?", "?")
LABEL_24H_UNKNOWN: Final = Text("是否24小时不详", "24 hours: unknown")
VERDICT_UNKNOWN: Final = Text("临街待核实", "street-facing: to be verified")
STATE_SELF_SERVICE: Final = Text("可自助进入", "self-service entry now")

# -- base maps

OSM: Final = Text("街道：© OpenStreetMap 贡献者，ODbL", "streets: © OpenStreetMap contributors, ODbL")
TIANDITU: Final = Text("天地图", "Tianditu")
AMAP: Final = Text("高德地图", "Amap")

# -- discovery page; {name} is filled in by the page

PAGE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "title": Text("户外劳动者驿站地图", "Service stations for outdoor workers"),
        "skip": Text("跳到站点列表", "Skip to the list of stations"),
        "switch_language": Text("English", "中文"),
        "switch_language_label": Text("Switch to English", "切换到中文"),
        "noscript": Text(
            "本页需要启用 JavaScript 才能显示站点。", "This page needs JavaScript to show the stations."
        ),
        "filters": Text("筛选", "Filters"),
        "nearby": Text("附近", "Near me"),
        "filter_open": Text("现在开放", "Open now"),
        "filter_24h": Text("24小时", "24 hours"),
        "filter_street": Text("临街", "Street-facing"),
        "filter_facilities": Text("设施", "Facilities"),
        "filter_facilities_n": Text("设施 {n}", "Facilities {n}"),
        "clear": Text("清除筛选", "Clear filters"),
        "scope": Text("只看此处 {n} 处 ✕", "Only these {n} ✕"),
        "list": Text("站点列表", "List of stations"),
        "map": Text("地图", "Map"),
        "views": Text("视图", "View"),
        "list_short": Text("列表", "List"),
        "count": Text("共 {n} 处站点", "Stations: {n}"),
        "count_filtered": Text("{n} / {total} 处站点", "Stations: {n} of {total}"),
        "order_open": Text("24小时和正在开放的在前", "24-hour and open ones first"),
        "order_distance": Text(
            "现可进入的在前，由近到远（直线距离）", "usable now first, then by straight distance"
        ),
        "more": Text("再显示 {n} 处", "Show {n} more"),
        "none": Text("没有符合条件的站点。", "No station fits these filters."),
        "no_stations": Text("目前没有可以显示的站点。", "There is no station to show at present."),
        "navigate": Text("导航", "Go"),
        "navigate_to": Text("导航到{name}（高德地图，新窗口）", "Navigate to {name} with Amap (new window)"),
        "back": Text("返回列表", "Back to the list"),
        "details": Text("站点详情", "Station details"),
        "locating": Text("正在定位…", "Finding your position…"),
        "located": Text(
            "已按距离排序，位置只在本机使用。", "Sorted by distance; your position stays on this device."
        ),
        "refused": Text(
            "未获得定位许可，列表仍按开放状态排列。可在浏览器设置中允许定位后再试。",
            "Location was refused; the list stays sorted by opening. Allow it in the browser and try again.",
        ),
        "not_located": Text(
            "暂时无法定位，列表仍按开放状态排列。",
            "Your position could not be found; the list stays sorted by opening.",
        ),
        "you": Text("我的位置", "Your position"),
        "legend": Text("图例", "Legend"),
        "legend_kinds": Text("形状：全天服务方式", "Shape: around the clock"),
        "legend_states": Text("填充：此刻能否进入", "Filling: can one get in now"),
        "legend_verdicts": Text("临街情况", "Street-facing"),
        "legend_cluster": Text("数字：此处站点数，点击放大", "number: stations here, tap to zoom in"),
        "cluster": Text(
            "此处 {n} 处站点，其中24小时 {n24} 处，放大", "{n} stations here, {n24} of them 24 hours; zoom in"
        ),
        "zoom_in": Text("放大", "Zoom in"),
        "zoom_out": Text("缩小", "Zoom out"),
        "zoom_all": Text("全部站点", "All stations"),
        "tiles_failed": Text(
            "底图暂时无法显示，站点和列表不受影响。",
            "The base map cannot be shown; stations and list still work.",
        ),
        "stale": Text(
            "数据有效期至 {date}，开放时间可能已变化，请电话确认。",
            "The data were valid until {date}; hours may have changed, please phone.",
        ),
        # -- when
        "until": Text("至{when}", "until {when}"),
        "opens": Text("{when}开放", "opens {when}"),
        "always": Text("全天开放", "around the clock"),
        "today": Text("今天 {time}", "today {time}"),
        "tomorrow": Text("明天 {time}", "tomorrow {time}"),
        "weekday": Text("{day} {time}", "{day} {time}"),
        "days": Text("周一,周二,周三,周四,周五,周六,周日", "Mon,Tue,Wed,Thu,Fri,Sat,Sun"),
        "metres": Text("{n} 米", "{n} m"),
        "kilometres": Text("{n} 公里", "{n} km"),
        # -- details
        "open_state": Text("开放状态", "Open now?"),
        "serves": Text("服务对象", "Who is served"),
        "hours": Text("公示时间", "Hours as posted"),
        "hours_none": Text("未公示，待核实", "not posted, to be verified"),
        "week": Text("近七天", "Next seven days"),
        "week_closed": Text("不开放", "closed"),
        "week_unknown": Text("待核实", "unknown"),
        "around_clock": Text("24小时服务", "24-hour service"),
        "way_in": Text("进入方式", "Way in"),
        "registration": Text("需登记", "registration needed"),
        "compound": Text("位于院内", "inside a compound"),
        "floor": Text("楼层", "Floor"),
        "floor_above": Text("{n} 层", "floor {n}"),
        "floor_below": Text("地下 {n} 层", "basement {n}"),
        "facilities": Text("设施", "Facilities"),
        "facilities_none": Text("未填报", "not stated"),
        "street_facing": Text("临街核查", "Street-facing"),
        "not_checked": Text("尚未核查", "not checked yet"),
        "address": Text("地址", "Address"),
        "position": Text("点位", "Position"),
        "host": Text("所在单位", "Host"),
        "phone": Text("服务电话", "Service phone"),
        "source": Text("信息来源", "Source"),
        "verified": Text("核实", "Verified"),
        "verified_never": Text("尚无现场核实记录", "never verified on site"),
        "fact": Text("信息性质", "Kind of fact"),
        "fact_declared": Text("申报", "declared"),
        "fact_computed": Text("推算", "computed"),
        "fact_visited": Text("现场核实", "visited"),
        "paused_reason": Text("暂停原因", "Why closed"),
        # -- foot
        "left_out": Text("另有 {n} 处未显示：{reasons}。", "{n} more are not shown: {reasons}."),
        "left_out_one": Text("{reason} {n} 处", "{n} {reason}"),
        "data_date": Text("数据日期 {date}", "Data of {date}"),
        "data_version": Text("数据版本 {n}", "data version {n}"),
        "foot_note": Text(
            "开放状态按北京时间由公示时间推算；时间不明的不算开放。",
            "Opening is computed from posted hours in Beijing time; unknown hours never count as open.",
        ),
    }
)

LEFT_OUT: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "audience_unknown": Text("服务对象不详", "with unknown audience"),
        "members": Text("仅限工会会员", "for union members only"),
        "staff": Text("仅限本单位职工", "for own staff only"),
        "closed": Text("已关闭", "closed for good"),
        "planned": Text("筹建中", "planned"),
        "unlocated": Text("没有位置", "without a position"),
    }
)
"""Why a station of the data is not drawn, in the order in which the reasons are tried."""

SEPARATOR: Final = Text("、", ", ")
