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
LAYER_24H: Final = Text("标出24小时", "Mark 24 hours")
LAYER_STREET: Final = Text("标出临街", "Mark street-facing")
STATE_SELF_SERVICE: Final = Text("可自助进入", "self-service entry now")

# -- base maps

OSM: Final = Text("街道：© OpenStreetMap 贡献者，ODbL", "streets: © OpenStreetMap contributors, ODbL")
TIANDITU: Final = Text("天地图", "Tianditu")
AMAP: Final = Text("高德地图", "Amap")

# -- map apps

HERE: Final = "我的位置"
"""What Baidu's address calls the place where the device is."""
TO_AMAP: Final = Text("高德导航", "Amap")
TO_BAIDU: Final = Text("百度地图", "Baidu")
TO_TENCENT: Final = Text("腾讯地图", "Tencent")

# -- table of stations for other people's pages

TABLE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "title": Text("户外劳动者驿站一览", "Service stations for outdoor workers"),
        "caption": Text(
            "{title}（共 {n} 处，其中24小时 {n24} 处）", "{title} ({n} in all, {n24} of them 24 hours)"
        ),
        "caption_date": Text("数据日期 {date}", "data of {date}"),
        "station": Text("站点", "Station"),
        "hours": Text("开放时间", "Hours"),
        "way_in": Text("如何进入", "Way in"),
        "navigate": Text("导航", "Way there"),
        "group_24h": Text("24小时站点（{n} 处）", "24-hour stations ({n})"),
        "group_other": Text("其他站点（{n} 处）", "Other stations ({n})"),
        "none": Text("目前没有可以显示的站点。", "There is no station to show at present."),
        "phone": Text("电话 {phone}", "phone {phone}"),
        "daily": Text("每天", "daily"),
        "day_to_day": Text("{first}至{last}", "{first} to {last}"),
        "next_day": Text("次日{time}", "{time} next day"),
        "semicolon": Text("；", "; "),
        "to": Text("{app}到{name}", "{app} to {name}"),
        "note": Text(
            "开放时间为公示时间，可能有变，出发前请电话确认；时间不明的请勿当作开放。",
            "Hours are as posted and may have changed: phone before you go; unknown hours do not mean open.",
        ),
    }
)

# -- builder of embeds; {name} is filled in by the page

BUILDER: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "title": Text("把驿站地图放进自己的网站", "Put the station map on your own site"),
        "switch_language": Text("English", "中文"),
        "lang_zh": Text("中文", "中文"),
        "noscript": Text(
            "本页需要启用 JavaScript 才能生成代码。", "This page needs JavaScript to write the code."
        ),
        "lead": Text(
            "选好范围，复制一段代码，粘贴到网页的源代码里即可，不需要编程。三种方式任选其一。",
            "Choose an area, copy one piece of code, paste it into the source of a page. Any one of the three will do.",
        ),
        "choices": Text("选择内容", "What to show"),
        "area": Text("行政区划", "Area"),
        "all": Text("全部站点", "All stations"),
        "area_n": Text("{name}（{n} 处，24小时 {n24} 处）", "{name} ({n}, {n24} of them 24 hours)"),
        "height": Text("高度（像素）", "Height (pixels)"),
        "lang": Text("页面语言", "Language of the map"),
        "only24": Text("先只显示24小时站点", "Show 24-hour stations only at first"),
        "frame": Text("一、嵌入地图（推荐）", "1. Embed the map (recommended)"),
        "frame_how": Text(
            "站点更新后地图自动更新。代码不含脚本；若网站不允许框架，请用第二或第三种。",
            "It follows the data by itself and holds no script. If your site allows no frames, take 2 or 3.",
        ),
        "table": Text("二、纯文字表格", "2. A plain table"),
        "table_how": Text(
            "任何内容管理系统都能用：不含脚本与样式。站点有变化时请重新生成。",
            "For any content system: no script, no style. Make it again when stations change.",
        ),
        "table_get": Text("生成表格代码", "Write the table"),
        "table_loading": Text("正在生成表格…", "Writing the table…"),
        "table_ready": Text("表格代码已生成。", "The table is ready."),
        "table_failed": Text(
            "暂时无法生成表格，请稍后再试。", "The table cannot be made at present; try again."
        ),
        "file": Text("三、单个网页文件", "3. One file"),
        "file_how": Text(
            "只能上传文件的网站：下载后上传，再做一个指向它的链接。断网也能打开；数据停在下载当天。",
            "For sites that can only upload: download, upload, link to it. Works offline; its data are of today.",
        ),
        "file_get": Text("下载网页文件", "Download the file"),
        "too_many": Text(
            "该范围有 {n} 处站点，超过 {most} 处：请选较小的范围，或由管理员运行命令生成。",
            "There are {n} stations, more than {most}: choose a smaller area, or let the operator run the command.",
        ),
        "command": Text("管理员也可运行：", "Or let the operator run:"),
        "copy": Text("复制代码", "Copy the code"),
        "copied": Text("已复制，可以粘贴了。", "Copied: now paste it."),
        "copy_self": Text("代码已选中，请按 Ctrl+C 复制。", "The code is selected: press Ctrl+C."),
        "preview": Text("预览", "Preview"),
        "preview_note": Text("与嵌入后的样子相同。", "As it will look when embedded."),
        "open": Text("打开{title}", "Open {title}"),
    }
)

EMBED: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "full": Text("全屏", "Full screen"),
        "full_label": Text("全屏打开（新窗口）", "Open full screen (new window)"),
        "hint_wheel": Text("按住 Ctrl 滚动可缩放地图", "Hold Ctrl and scroll to zoom the map"),
        "hint_wheel_mac": Text("按住 ⌘ 滚动可缩放地图", "Hold ⌘ and scroll to zoom the map"),
        "hint_touch": Text("请用双指移动地图", "Use two fingers to move the map"),
    }
)
"""What a page says besides, when it stands in a frame."""

# -- where scripts are blocked

NOSCRIPT_MORE: Final = Text("另有 {n} 处未列出。", "{n} more are not listed.")
NOSCRIPT_TABLE: Final = Text("查看站点表格", "See the table of stations")

# -- discovery page; {name} is filled in by the page

PAGE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "title": Text("户外劳动者驿站地图", "Service stations for outdoor workers"),
        "skip": Text("跳到站点列表", "Skip to the list of stations"),
        "switch_language": Text("English", "中文"),
        "switch_language_label": Text("Switch to English", "切换到中文"),
        "noscript": Text(
            "浏览器未启用 JavaScript，地图和筛选不可用；站点见下方。",
            "JavaScript is off: no map and no filters; the stations are listed below.",
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
            "到达时可进入的在前，由近到远", "those you can enter on arrival first, nearest first"
        ),
        "loading": Text(
            "站点正在载入；点“附近”先看最近的几处。",
            "Loading the stations; tap “Near me” to see the nearest at once.",
        ),
        "load_failed": Text(
            "站点列表暂时无法载入，请稍后再试；“附近”仍可使用。",
            "The list cannot be loaded at present; “Near me” may still work.",
        ),
        "none_large": Text(
            "点“附近”看最近的站点，或放大地图。",
            "Tap “Near me” for the nearest stations, or zoom in on the map.",
        ),
        "more": Text("再显示 {n} 处", "Show {n} more"),
        "none": Text("没有符合条件的站点。", "No station fits these filters."),
        "no_stations": Text("目前没有可以显示的站点。", "There is no station to show at present."),
        "navigate": Text("导航", "Go"),
        "navigate_ride": Text("骑行导航到{name}（{app}，新窗口）", "Ride to {name} ({app}, new window)"),
        "navigate_walk": Text("步行导航到{name}（{app}，新窗口）", "Walk to {name} ({app}, new window)"),
        "navigate_place": Text(
            "导航到{name}（{app}，新窗口，先打开位置，再选骑行）",
            "Navigate to {name} ({app}, new window: opens the place, choose riding there)",
        ),
        "ride_in_app": Text(
            "百度、腾讯先打开站点位置，再在其中选骑行。",
            "Baidu and Tencent open the place; choose riding there.",
        ),
        "way": Text("出行与导航方式", "How you go, and with which map"),
        "mode": Text("出行方式", "How you go"),
        "mode_ebike": Text("骑电动车", "By e-bike"),
        "mode_walk": Text("步行", "On foot"),
        "app": Text("导航用", "Map app"),
        "minutes_ebike": Text("骑行约 {n} 分钟", "about {n} min by e-bike"),
        "minutes_walk": Text("步行约 {n} 分钟", "about {n} min on foot"),
        "streets_ebike": Text("沿道路骑行 {n} 分钟", "{n} min by e-bike, along streets"),
        "streets_walk": Text("沿道路步行 {n} 分钟", "{n} min on foot, along streets"),
        "opens_before": Text("到达时已开放", "open when you arrive"),
        "closes_before": Text("到达时已关门", "closed when you arrive"),
        "way_note": Text(
            "距离为直线；分钟除写明沿道路外，按直线的1.3倍估算，骑行每小时15公里、步行5公里。",
            "Distances are straight lines; minutes, unless along streets, assume 1.3 times that; 15 km/h by e-bike, "
            "5 km/h on foot.",
        ),
        "search": Text("搜索站点", "Search stations"),
        "search_hint": Text("搜站名、地址、区", "Name, address, district"),
        "district": Text("选择区", "District"),
        "all_districts": Text("全部区", "All districts"),
        "back": Text("返回列表", "Back to the list"),
        "details": Text("站点详情", "Station details"),
        "locating": Text("正在定位…", "Finding your position…"),
        "located": Text(
            "已按距离排序，位置只在本机使用。", "Sorted by distance; your position stays on this device."
        ),
        "located_served": Text(
            "已按距离排序，位置只用于本次查询，不作记录。",
            "Sorted by distance; your position serves this query only and is not recorded.",
        ),
        "refused": Text("未获得定位许可。", "Location was refused."),
        "refused_framed": Text(
            "本页嵌在其他网页里，未获得定位许可。",
            "This page stands inside another one, and location was refused.",
        ),
        "not_secure": Text(
            "本页不是 HTTPS 网页，浏览器不提供定位。",
            "This page does not come by HTTPS, so the browser gives no location.",
        ),
        "timed_out": Text("定位超时。", "Finding your position took too long."),
        "not_located": Text("暂时无法定位。", "Your position could not be found."),
        "nearest_failed": Text(
            "暂时查不到附近站点，请稍后再试。", "The nearest stations cannot be found now; try again later."
        ),
        "otherwise": Text(
            "可选择区、搜索站名或地址，或在地图上点选位置。",
            "Choose a district, search a name or an address, or tap your place on the map.",
        ),
        "pick": Text("在地图上点选位置", "Tap my place on the map"),
        "pick_hint": Text("请点一下地图上你所在的位置", "Tap the map where you are"),
        "pick_centre": Text("用地图中心", "Use the centre"),
        "pick_cancel": Text("取消", "Cancel"),
        "picked": Text("已按到所选位置的距离排序。", "Sorted by the distance to the place you chose."),
        "around_here": Text("看这里附近的其他站点", "Other stations near this one"),
        "around_station": Text("已按到该站点的距离排序。", "Sorted by the distance to that station."),
        "you": Text("我的位置", "Your position"),
        "legend": Text("图例", "Legend"),
        "legend_kinds": Text("形状：全天服务方式", "Shape: around the clock"),
        "legend_states": Text("填充：此刻能否进入", "Filling: can one get in now"),
        "legend_verdicts": Text("临街情况", "Street-facing"),
        "layers": Text("图层", "Layers"),
        "legend_cluster": Text("数字：此处站点数，点击放大", "number: stations here, tap to zoom in"),
        "cluster": Text(
            "此处 {n} 处站点，其中24小时 {n24} 处，放大", "{n} stations here, {n24} of them 24 hours; zoom in"
        ),
        "cell": Text(
            "此区域 {n} 处站点，其中24小时 {n24} 处，放大",
            "{n} stations in this area, {n24} of them 24 hours; zoom in",
        ),
        "cells_unfiltered": Text(
            "地图放大后才按筛选条件显示站点。", "Zoom in to see the filters at work on the map."
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
        "reported_closed": Text("有人反映未开门（{day}）", "reported closed ({day})"),
        "reported": Text("用户反映", "Reported"),
        "report_problem": Text("反映问题", "Report a problem"),
        "verified_never": Text("尚无现场核实记录", "never verified on site"),
        "fact": Text("信息性质", "Kind of fact"),
        "fact_declared": Text("申报", "declared"),
        "fact_computed": Text("推算", "computed"),
        "fact_visited": Text("现场核实", "visited"),
        "fact_conflict": Text("申报与推算不一致", "declared against computed"),
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
