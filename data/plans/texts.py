"""What the files of a plan say: titles of columns, sheets and layers, Chinese first (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

# -- how a standard and a moment read in a title

STRAIGHT: Final = Text("直线{km:g}公里", "{km:g} km straight")
WALK: Final = Text("步行{minutes:g}分钟", "{minutes:g} min on foot")
MOMENT: Final = {
    "any": Text("不论时段", "regardless of hours"),
    "day": Text("白天", "by day"),
    "night": Text("夜间", "by night"),
    "0200": Text("凌晨2点", "at 02:00"),
    "24h": Text("仅24小时驿站", "24-hour stations alone"),
}

# -- columns: those that a standard and a moment make, by their ending

COMPOSED: Final = {
    "share": Text("{standard}覆盖率（{moment}）", "share covered, {standard}, {moment}"),
    "maybe_share": Text(
        "{standard}覆盖率（{moment}，时间不详的都算开放）",
        "share covered, {standard}, {moment}, were unknown hours open",
    ),
    "gap": Text("{standard}未覆盖需求（{moment}）", "demand not covered, {standard}, {moment}"),
    "gap_share": Text(
        "占全部缺口的比例（{standard}，{moment}）", "part of the whole gap, {standard}, {moment}"
    ),
    "flag": Text("{standard}已覆盖（{moment}）", "covered, {standard}, {moment}"),
    "period": Text(
        "{standard}已覆盖的时间比例（{moment}）", "share of the time covered, {standard}, {moment}"
    ),
    "maybe": Text(
        "{standard}已覆盖（{moment}，时间不详的都算开放）",
        "covered, {standard}, {moment}, were unknown hours open",
    ),
}
GINI: Final = Text("可达驿站数的基尼系数（{standard}）", "Gini of stations in reach, {standard}")
NEAREST_DEMAND: Final = Text("就近需求（{standard}）", "demand nearest to it, {standard}")
ALONE: Final = Text("仅它覆盖的需求（{standard}）", "demand that it alone covers, {standard}")

# -- columns by name

COLUMN: Final = {
    "level": Text("层级", "level"),
    "code": Text("代码", "code"),
    "name": Text("名称", "name"),
    "parent": Text("所属区县代码", "code of the district"),
    "cells": Text("网格数", "cells"),
    "area_m2": Text("面积（平方米）", "area, m²"),
    "demand": Text("需求", "demand"),
    "stations": Text("驿站数", "stations"),
    "stations_24h": Text("其中24小时", "of these open 24 hours"),
    "stations_unknown": Text("其中开放时间不详", "of these of unknown hours"),
    "demand_per_station": Text("每处驿站对应需求", "demand per station"),
    "straight_mean_m": Text("到最近驿站平均直线距离（米）", "mean straight distance to the nearest, m"),
    "straight_p90_m": Text("九成需求的直线距离不超过（米）", "90 % of demand no further than, m"),
    "walk_mean_s": Text("到最近驿站平均步行（秒）", "mean walk to the nearest, s"),
    "walk_p90_s": Text("九成需求的步行不超过（秒）", "90 % of demand walk at most, s"),
    "unreached_demand": Text("没有通路的需求", "demand without a way"),
    "slot": Text("半小时序号", "half hour"),
    "weekday": Text("星期", "weekday"),
    "time": Text("时刻", "time"),
    "date": Text("日期", "date"),
    "stations_open": Text("开放的驿站数", "stations open"),
    "straight_share": Text("直线标准覆盖率", "share covered, straight"),
    "walk_share": Text("步行标准覆盖率", "share covered, on foot"),
    "straight_maybe_share": Text("直线标准覆盖率（时间不详的都算开放）", "the same, were unknown hours open"),
    "walk_maybe_share": Text("步行标准覆盖率（时间不详的都算开放）", "the same, were unknown hours open"),
    "standard": Text("标准", "standard"),
    "limit": Text("限值（米或秒）", "limit, m or s"),
    "speed_kmh": Text("步行速度（公里/小时）", "walking speed, km/h"),
    "is_norm": Text("本报告采用", "the standard of this study"),
    "any_share": Text("覆盖率（不论时段）", "share covered, regardless of hours"),
    "0200_share": Text("覆盖率（凌晨2点）", "share covered at 02:00"),
    "24h_share": Text("覆盖率（仅24小时驿站）", "share covered by 24-hour stations alone"),
    "gap_id": Text("缺口编号", "gap"),
    "moment": Text("时段", "moment"),
    "rank": Text("名次", "rank"),
    "gap_share": Text("占全部缺口的比例", "part of the whole gap"),
    "demand_share": Text("占全部需求的比例", "part of all demand"),
    "straight_m": Text("到最近驿站直线距离（米）", "straight distance to the nearest, m"),
    "walk_s": Text("到最近驿站步行（秒）", "walk to the nearest, s"),
    "station": Text("最近的驿站ID", "nearest station"),
    "station_id": Text("驿站ID", "station"),
    "straight_station": Text("直线最近的驿站ID", "nearest station, straight"),
    "walk_station": Text("步行最近的驿站ID", "nearest station on foot"),
    "unreached": Text("没有步行时间的原因", "why there is no walking time"),
    "adcode": Text("区县代码", "adcode"),
    "township_code": Text("街道乡镇代码", "township code"),
    "district": Text("区县", "district"),
    "township": Text("街道乡镇", "township"),
    "lon": Text("经度（WGS-84）", "longitude, WGS-84"),
    "lat": Text("纬度（WGS-84）", "latitude, WGS-84"),
    "address": Text("地址", "address"),
    "is_24h": Text("24小时驿站", "open 24 hours"),
    "hours_known": Text("开放时间已知", "hours known"),
    "open_hours": Text("一周开放小时数", "hours open in the week"),
    "snap_m": Text("到道路的距离（米）", "distance to the street, m"),
    "not_counted": Text("未计入的原因", "why it does not count"),
    "site_id": Text("候选点编号", "candidate"),
    "kind": Text("候选点类别", "kind of candidate"),
    "street_facing": Text("是否临街", "street-facing"),
    "gain": Text("新增覆盖需求", "demand newly covered"),
    "covered": Text("累计覆盖需求", "demand covered in all"),
    "share": Text("累计覆盖率", "share covered in all"),
    "served": Text("由它就近服务的新增需求", "newly covered demand nearest to it"),
    "mean_cost": Text("这些需求的平均距离或时间（米或秒）", "their mean distance or time, m or s"),
    "n": Text("新增处数", "new sites"),
    "bound": Text("上界（不可能超过）", "upper bound"),
    "proved": Text("已证明最优", "proved optimal"),
    "target": Text("要达到的覆盖率", "share to be covered"),
    "at_least": Text("不可能少于（处）", "fewer cannot be enough"),
    "reachable": Text("全部候选点加起来够不够", "all candidates together are enough"),
    "demand_id": Text("网格编号", "cell"),
    "profile": Text("时段曲线", "time profile"),
    "status": Text("覆盖情况", "coverage"),
    "FacilityType": Text("设施类型（1 已有，3 建议新增）", "facility type (1 required, 3 chosen)"),
    "Name": Text("名称", "name"),
    "DemandCount": Text("就近的需求点数", "demand points allocated"),
    "DemandWeight": Text("就近的需求", "demand allocated"),
    "Weight": Text("需求", "weight"),
    "FacilityID": Text("步行最近的驿站ID", "facility on foot"),
    "AllocatedWeight": Text("限时步行能到驿站的需求", "allocated weight"),
    "parameter": Text("参数", "parameter"),
    "title": Text("含义", "meaning"),
    "value": Text("取值", "value"),
}

SHEET_COLUMN: Final = {
    "walk_mean_s": Text("到最近驿站平均步行（分钟）", "mean walk to the nearest, min"),
    "walk_p90_s": Text("九成需求的步行不超过（分钟）", "90 % of demand walk at most, min"),
    "walk_s": Text("到最近驿站步行（分钟）", "walk to the nearest, min"),
    "area_m2": Text("面积（平方公里）", "area, km²"),
    "limit": Text("限值（直线为米，步行为分钟）", "limit, m straight or min on foot"),
    "mean_cost": Text("这些需求平均步行（分钟）或直线（米）", "their mean walk (min) or distance (m)"),
}
"""Columns that a workbook shows in larger units than the data hold."""

# -- sheets

SHEET: Final = {
    "summary": Text("概要", "Summary"),
    "districts": Text("区县", "Districts"),
    "townships": Text("街道乡镇", "Townships"),
    "week": Text("一周逐时", "Week"),
    "limits": Text("标准对照", "Standards"),
    "gaps": Text("缺口", "Gaps"),
    "sites": Text("建议新增", "New sites"),
    "curve": Text("增加几处", "How many"),
    "extend": Text("改为24小时", "Open 24 hours"),
    "least": Text("达标最少几处", "Least number"),
    "least_sites": Text("达标新增", "Sites of the least number"),
    "stations": Text("驿站", "Stations"),
    "parameters": Text("参数与数据", "Parameters"),
    "columns": Text("列的说明", "Columns"),
}
NO_AREA: Final = Text("（所属不详）", "(area not known)")
NO_ROWS: Final = Text("（没有）", "(none)")
WEEKDAY: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
YES_NO: Final = {True: "是", False: "否"}
STAND_IN: Final = Text("替代数据，不是真实驿站：{what}", "Stand-in data, not real stations: {what}")
FIGURE: Final = Text("指标", "Figure")
NOTES: Final = Text("说明", "Notes")
CHART_WEEK: Final = Text("一周覆盖率", "Coverage over the week")
CHART_CURVE: Final = Text("新增处数与覆盖率", "Coverage against new sites")
FIELD: Final = Text("字段", "Field")
MEANING: Final = Text("含义（英文）", "Meaning")
IN_SHEET: Final = Text("工作表", "Sheet")
HEADER: Final = Text("列名", "Column")
SUMMARY_ROWS: Final = {
    "demand": Text("需求合计（{unit}）", "demand ({unit})"),
    "stations": Text("计入的公开驿站", "public stations that count"),
    "stations_24h": Text("其中24小时驿站", "of these open 24 hours"),
    "stations_24h_share": Text("24小时驿站占比（目标15%）", "share of 24-hour stations (target 15 %)"),
    "stations_unknown": Text("其中开放时间不详（不算开放）", "of these of unknown hours (not open)"),
    "demand_per_station": Text("每处驿站对应需求", "demand per station"),
    "straight_mean_m": Text("到最近驿站平均直线距离（米）", "mean straight distance, m"),
    "straight_p90_m": Text("九成需求的直线距离不超过（米）", "90 % no further than, m"),
    "walk_mean_min": Text("到最近驿站平均步行（分钟）", "mean walk, min"),
    "walk_p90_min": Text("九成需求的步行不超过（分钟）", "90 % walk at most, min"),
    "unreached_demand": Text("没有步行通路的需求", "demand without a way"),
}
READING: Final = (
    Text(
        "同时给出两种标准：直线距离和沿道路的步行时间；恰好等于限值算覆盖。没有通路的需求算未覆盖。",
        "Two standards side by side: straight distance and walking time by street; exactly the limit counts. "
        "Demand without a way is not covered.",
    ),
    Text(
        "只计面向户外劳动者的公开驿站。开放时间不详的驿站不算开放，另有一列给出“都算开放”时的结果。",
        "Public stations only. Unknown hours are not open; a column tells what would be covered if they were.",
    ),
    Text(
        "24小时驿站：门全天开放或可自助进入；仅24小时售货不算。",
        "A 24-hour station has an open door or unattended entry; goods alone do not count.",
    ),
    Text(
        "步行时间按匀速计算，不含等红灯的时间。上界之上不可能再有更好的选址；只有达到上界才写“已证明最优”。",
        "Walking is at constant speed without waiting at lights. No choice of sites can exceed the bound; "
        "only what reaches it is called proved.",
    ),
)

# -- layers and their symbols

LAYER: Final = {
    "gaps": Text("覆盖缺口", "gaps"),
    "cells": Text("需求网格", "demand cells"),
    "areas": Text("区县与街道乡镇", "districts and townships"),
    "stations": Text("驿站", "stations"),
    "sites": Text("建议新增", "proposed sites"),
    "parameters": Text("参数与数据", "parameters and data"),
}
STATUS: Final = {
    "night": Text("凌晨2点也覆盖", "covered, at 02:00 too"),
    "some": Text("有时段覆盖，凌晨2点没有", "covered, not at 02:00"),
    "never": Text("未覆盖", "not covered"),
    "no_way": Text("没有步行通路", "no way on foot"),
}
STATION_CLASS: Final = {
    "24h": Text("24小时驿站", "open 24 hours"),
    "hours": Text("按时开放", "open at its hours"),
    "unknown": Text("开放时间不详", "hours unknown"),
    "not_counted": Text("未计入", "not counted"),
}
SHARE_CLASS: Final = Text("{low:.0%}–{high:.0%}", "{low:.0%}–{high:.0%}")
GAP_RULE: Final = Text("{standard}，{moment}", "{standard}, {moment}")
UNWRITABLE: Final = Text(
    "写不出 {file}（{why}）。请检查磁盘是否已满、能否写入，再运行一次。",
    "{file} cannot be written ({why}). Check whether the disk is full or may be written, and run it again.",
)
BAD_CRS: Final = Text(
    "--crs 不认识“{given}”。请写 EPSG:4326（缺省）、EPSG:4490 或 local（当地的 CGCS2000 三度带）。",
    "--crs: '{given}' is not known. Use EPSG:4326 (default), EPSG:4490 or local (the local CGCS2000 3-degree zone).",
)
