"""The stations of the invented town as a union would list them: a CSV with Chinese headers, in GCJ-02.

The columns run through everything that lists of stations are found to say: hours of every kind, ways in,
facilities with their states, audiences, and the three kinds of 24 hours.
"""

import csv
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from data.sample import texts
from data.sample.blocks import Spot
from data.sample.drawing import Place, to_wgs84
from geo import coordsys
from geo.vocabulary import Ternary

Row = dict[str, str]


class Intended(NamedTuple):
    """What a station was built to show: its code, the scene, the verdict of the definition (None: none)."""

    code: str
    scene: str
    verdict: Ternary | None


class Dress(NamedTuple):
    """What a station offers: hours as posted, way in, facilities, and further columns of its row."""

    hours: str
    access: str
    facilities: str
    more: Row = {}  # noqa: RUF012 (never changed)


_BASIC: Final = "休息桌椅、饮水、手机充电"
_FULL: Final = "休息桌椅、饮水、热水、微波炉、冰箱、空调冷暖、手机充电、急救药箱、卫生间、雨具"
DRESSES: Final = (
    Dress("24小时", "推门即入", _FULL + "、24小时售货", {"24小时开门": "是"}),
    Dress("周一至周五 08:30-12:00,13:00-17:30", "推门即入", _BASIC),
    Dress("08:00-20:00", "工作人员开门", _FULL),
    Dress("全天", "扫码进入", _BASIC + "、24小时售货", {"24小时自助进入": "是"}),
    Dress("工作日开放", "推门即入", "饮水、微波炉(故障)、手机充电(可用)、急救药箱"),
    Dress("周一至周五 09:00-17:00；周六 09:00-12:00", "刷身份证", "休息桌椅、热水、书报、无线网络"),
    Dress("8:00—20:00", "推门即入", "休息桌椅、冰箱(故障)、打气充气、工具箱", {"站点形式": "固定场所"}),
    Dress("18:00-次日06:00", "手机应用开门", _BASIC + "、微波炉"),
    Dress("早8点至晚6点", "推门即入", "饮水、附近如厕、意见箱"),
    Dress("工作日 08:30-17:30", "推门即入", "休息桌椅、饮水、针线包、雨具"),
    Dress("０９：００－１７：３０", "刷脸", "休息桌椅、电视、储物柜、无线网络"),
    Dress("以门口公告为准", "不详", _BASIC),
    Dress("", "", ""),
    Dress("09:00-18:00", "工作人员开门", "饮水、24小时售货(可用)、电动车充电", {"24小时售货": "是"}),
    Dress("周一至周日 07:30-22:30", "推门即入", _FULL + "、淋浴洗漱、吹风机"),
    Dress("06:00-11:00,12:00-20:00", "会员认证", "休息桌椅、优惠餐、热水", {"服务对象": "工会会员"}),
    Dress("每天 00:00-24:00", "刷脸", "休息桌椅、饮水(可用)、换电", {"24小时自助进入": "是"}),
    Dress("周一至周五 08:00-17:00（节假日休息）", "推门即入", "母婴室、无障碍、除颤仪、饮水"),
    Dress("周二至周日 09:00-21:00，周一闭馆", "推门即入", "书报、空调冷暖、卫生间、非机动车停放"),
)
"""Taken in turn, so each kind comes up three times or more."""

HOSTS: Final = (
    ("驿城农商行{street}支行", "银行网点", "工会驿站（{street}支行店）"),
    ("{street}社区党群服务中心", "党群服务中心", "{street}社区党群服务中心暖心驿站"),
    ("驿城邮政{street}支局", "邮政网点", "邮政驿城{street}支局户外劳动者驿站"),
    ("驿城通信{street}营业厅", "通信营业厅", "职工暖心驿站（{street}营业厅店）"),
    ("{street}便民超市", "商铺", "爱心驿站（{street}便民超市店）"),
    ("驿城大药房{street}店", "药店", "暖蜂驿站（{street}药房店）"),
    ("{street}公共卫生间", "公共卫生间", "{street}环卫工人休息驿站"),
    ("{street}快餐店", "餐馆", "骑手驿站（{street}快餐店）"),
    ("{street}加油站", "加油站", "司机之家驿站（{street}加油站店）"),
    ("驿城区政务服务中心{street}分厅", "政务大厅", "政务大厅工会驿站（{street}分厅）"),
)
_AUDIENCES: Final = {9: "不详", 20: "本单位职工", 31: "", 42: "工会会员", 47: "本单位职工", 53: "不详"}
_STATUSES: Final = {
    13: ("暂停开放", "装修"),
    26: ("筹建中", ""),
    38: ("已关闭", "合并到邻近驿站"),
    50: ("暂停开放", "设备检修"),
}
_KINDS: Final = {"fixed": "固定场所", "container": "移动板房", "vehicle": "服务车"}
_POSITIONS: Final = {"entrance": "入口", "building": "建筑", "address": "地址解析", "unknown": ""}
COLUMNS: Final = (
    "站点编号", "名称", "地址", "城市", "区县", "经度", "纬度", "位置类型", "位置精度(米)", "开放时间",
    "进入方式", "24小时开门", "24小时自助进入", "24小时售货", "设施", "服务对象", "状态", "状态说明", "楼层",
    "站点形式", "依托单位", "依托单位类型", "容纳人数", "面积(平方米)", "核实日期", "来源",
)  # fmt: skip


def write_csv(
    path: Path, spots: Sequence[Spot], shifts: Sequence[Place], *, count: int, seed: int
) -> list[Intended]:
    """Write the list of stations.

    Parameters
    ----------
    path
        Overwritten when it exists: UTF-8 with a byte-order mark, as spreadsheets save it.
    spots
        The places of one town.
    shifts
        Where copies of the town stand, metres.
    count
        How many stations, at most spots × shifts; the first ones of the last town are taken.
    seed
        Varies sizes and dates of visits.

    Returns
    -------
    intended
        What each station was built to show, in the order of the file.
    """
    chosen = [(copy, i) for copy in range(len(shifts)) for i in range(len(spots))][:count]
    lon, lat = _gcj02(spots, shifts, chosen)
    rng = random.Random(seed)
    intended = []
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for n, (copy, i) in enumerate(chosen):
            row = _row(i, spots[i], copy, rng)
            if not np.isnan(lon[n]):
                row |= {"经度": f"{lon[n]:.7f}", "纬度": f"{lat[n]:.7f}"}
            writer.writerow(row)
            intended.append(Intended(row["站点编号"], spots[i].scene, spots[i].verdict))
    return intended


def _row(i: int, spot: Spot, copy: int, rng: random.Random) -> Row:
    """Describe one station, all but its coordinates."""
    dress, (host, host_kind, name) = DRESSES[i % len(DRESSES)], HOSTS[(i * 7 + i // 10) % len(HOSTS)]
    quarter = "" if copy == 0 else f"{copy + 1}区"
    street = quarter + spot.street
    status, reason = _STATUSES.get(i, ("", ""))
    visited = f"2026-{rng.randint(1, 9):02d}-{rng.randint(1, 28):02d}"
    row = {
        "站点编号": f"YC-{copy * 1000 + i + 1:04d}",
        "名称": name.format(street=f"{street}{i + 1}号"),
        "地址": f"{texts.SAMPLE_CITY.zh}{street}{i + 1}号",
        "城市": texts.SAMPLE_CITY.zh,
        "区县": texts.SAMPLE_DISTRICT.zh,
        "位置类型": _POSITIONS[spot.position_kind],
        "位置精度(米)": "" if spot.accuracy_m is None else f"{spot.accuracy_m:g}",
        "开放时间": dress.hours,
        "进入方式": dress.access,
        "设施": dress.facilities,
        "服务对象": _AUDIENCES.get(i, "户外劳动者"),
        "状态": status,
        "状态说明": reason,
        "楼层": "" if spot.floor is None else str(spot.floor),
        "站点形式": _KINDS[spot.kind],
        "依托单位": host.format(street=street),
        "依托单位类型": host_kind,
        "容纳人数": str(rng.randint(4, 30)),
        "面积(平方米)": str(rng.randint(8, 90)),
        "核实日期": visited if i % 3 == 0 else "",
        "来源": texts.SAMPLE_SOURCE.zh,
    }
    return row | dress.more


def _gcj02(
    spots: Sequence[Spot], shifts: Sequence[Place], chosen: Sequence[tuple[int, int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of the chosen stations as phone maps state them; NaN where unlocated."""
    at = [spot.at or (np.nan, np.nan) for spot in spots]
    xy = np.array([(at[i][0] + shifts[c][0], at[i][1] + shifts[c][1]) for c, i in chosen]).reshape(-1, 2)
    lon, lat = np.full(len(xy), np.nan), np.full(len(xy), np.nan)
    located = ~np.isnan(xy[:, 0])
    lon[located], lat[located] = coordsys.from_wgs84(*to_wgs84(*xy[located].T), "gcj02")
    return lon, lat
