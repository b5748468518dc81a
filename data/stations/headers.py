"""Which column is which field: the table of header synonyms, Chinese and English.

A header is compared after ``plain``: full-width forms made narrow, lower case, spaces, dots, dashes, underscores,
stars and colons gone, and whatever stands in brackets dropped if the whole is not known. The canonical titles of
``data.stations.texts.FIELD_TITLE`` and the field codes themselves always work. A header may state a coordinate system
(``lon_gcj02``, 经度(GCJ02), 百度经度): then the import needs no ``--coordsys``, and a contradicting one is an error.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from data.errors import InputError
from data.stations import texts
from geo.coordsys import CoordSys

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "station_id": ("驿站编号(系统)", "系统编号", "yizhan_id"),
        "code": ("编码", "编号", "站点编号", "驿站编号", "驿站编码", "统一编码", "union_code", "station_code"),
        "name": ("站点名称", "驿站名称", "站点名", "驿站名", "服务站名称", "服务站点名称", "点位名称", "station",
                 "title", "station_name"),
        "address": ("详细地址", "站点地址", "驿站地址", "具体地址", "地点", "位置", "所在地址", "location_as_stated",
                    "addr", "full_address"),
        "city": ("所在城市", "地市", "市", "所属城市"),
        "district": ("区", "县", "区(县)", "区/县", "县区", "所在区", "所属区", "所属区县", "行政区",
                     "所在区县", "county"),
        "township": ("街道", "乡镇", "街道(乡镇)", "街道/乡镇", "乡镇街道", "街乡镇", "所属街道", "所在街道",
                     "subdistrict_or_town", "subdistrict", "town", "street_office"),
        "adcode": ("区划代码", "行政区代码", "区县代码", "adm_code"),
        "township_code": ("乡镇代码", "街道代码", "街道乡镇代码", "towncode"),
        "brand": ("驿站品牌", "品牌名称"),
        "operator": ("运营方", "管理单位", "责任单位", "建设单位", "主管单位", "所属工会"),
        "host": ("依托场所", "共建单位", "所在单位", "设置单位", "host_name"),
        "host_kind": ("场所类型", "依托类型", "单位类型", "单位性质", "host_type", "venue"),
        "kind": ("站点类型", "驿站类型", "形式", "站点形态", "类型", "type", "station_type"),
        "audience": ("服务人群", "面向人群", "服务群体", "适用人群", "开放对象", "served"),
        "status": ("站点状态", "运营状态", "开放状态", "使用状态"),
        "status_reason": ("状态原因", "暂停原因", "关闭原因"),
        "hours_posted": ("营业时间", "服务时间", "开放时段", "开门时间", "服务时段", "时间", "hours",
                         "opening_hours_as_stated",
                         "open_hours", "opening_time", "business_hours", "posted_hours"),
        "opening_hours": ("osm_opening_hours", "opening_hours_osm", "开放时间OSM"),
        "makeup_days": ("调休日开放", "调休上班日照常", "调休照常"),
        "access_method": ("进入方法", "进门方式", "入门方式", "开门方式", "access", "entry", "way_in"),
        "door_24h": ("24小时开放", "是否24小时", "是否24小时开放", "全天开放", "is_24h", "open_24h"),
        "unattended_24h": ("24小时自助", "无人值守", "自助进入"),
        "goods_24h": ("24小时售货", "24小时无人售货"),
        "facilities": ("服务设施", "设施设备", "配套设施", "设备", "服务项目", "服务内容", "设施情况", "主要设施",
                       "facilities_as_stated", "amenities", "services", "facility"),
        "floor": ("所在楼层", "层", "楼层数", "level"),
        "capacity": ("可容纳人数", "容纳人数(人)", "座位数", "容量", "seats"),
        "area_m2": ("面积", "建筑面积", "使用面积", "面积(㎡)", "面积(m2)", "面积(平米)", "站点面积", "area"),
        "phone": ("电话", "联系电话", "咨询电话", "联系方式", "服务热线", "tel", "telephone", "contact_phone"),
        "lon": ("经度坐标", "东经", "longitude", "lng", "long", "x", "lon_deg"),
        "lat": ("纬度坐标", "北纬", "latitude", "y", "lat_deg"),
        "coordsys": ("坐标系统", "坐标类型", "坐标参考", "coordinate_system", "crs", "given_coordsys"),
        "position": ("经纬度", "坐标(经度,纬度)", "经纬度坐标", "地理坐标", "location", "lonlat", "lnglat",
                     "coordinates"),
        "position_kind": ("位置种类", "坐标来源", "coord_source", "position_type"),
        "accuracy_m": ("位置精度", "定位精度", "误差(米)", "accuracy"),
        "entrance": ("入口经纬度", "门口坐标", "出入口坐标", "entrance_lonlat"),
        "street_door": ("是否临街", "临街", "沿街", "是否沿街", "临街开门", "street_entrance"),
        "in_compound": ("是否院内", "是否在院内", "在院内", "是否在小区内", "inside_compound"),
        "registration_required": ("是否需登记", "登记", "需要登记", "是否登记", "registration"),
        "declared_by": ("填报单位", "填表单位", "申报单位", "reporting_unit"),
        "declared_on": ("填表日期", "填报时间", "申报日期", "report_date"),
        "amap_id": ("高德编号", "高德poiid", "amap_poi_id", "poiid"),
        "baidu_id": ("百度编号", "百度uid", "baidu_uid"),
        "osm_id": ("osm编号", "osm"),
        "source": ("数据来源", "来源名单", "信息来源", "data_source"),
        "verified_at": ("核实时间", "核查日期", "最近核实", "verified_on", "verified", "last_verified"),
        "version": ("版本(导出)", "export_version"),
        "data_version": ("数据版本(导出)",),
    }
)  # fmt: skip
"""Further headers of each field, beside its code and its titles in ``data.stations.texts.FIELD_TITLE``."""

_SYSTEMS: Final[tuple[tuple[str, CoordSys], ...]] = (
    (r"bd-?_?09-?_?mc|百度墨卡托|百度米制", "bd09mc"),
    (r"bd-?_?09(ll)?|baidu|百度", "bd09"),
    (r"gcj-?_?02(ll)?|amap|autonavi|高德|腾讯|火星", "gcj02"),
    (r"wgs-?_?84(ll)?|gps|天地图|tianditu|cgcs2000|国家2000", "wgs84"),
)
_STATES_SYSTEM: Final = frozenset({"lon", "lat", "position", "entrance"})
_NOISE: Final = re.compile(r"[\s_\-.:：*＊、·'\"“”]+")
_BRACKETS: Final = re.compile(r"[(\[【][^)\]】]*[)\]】]")


def plain(header: str) -> str:
    """Reduce a header to what is compared.

    Examples
    --------
    >>> plain(" 站点 名称＊")
    '站点名称'
    >>> plain("Station_Name:")
    'stationname'
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", header).casefold())


def _lookup() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for code, title in texts.FIELD_TITLE.items():
        for word in (code, *title, *SYNONYMS.get(code, ())):
            table.setdefault(plain(word), code)
    return MappingProxyType(table)


_FIELD_OF: Final = _lookup()
_IGNORED: Final = frozenset(
    plain(w) for text in (texts.REJECT_ROW, texts.REJECT_FIELD, texts.REJECT_REASON) for w in text
)
"""Columns of a rejects file: ignored on the way in, so that a mended file can be imported as it is."""


@dataclass(frozen=True)
class Headers:
    """How the columns of a file were understood.

    Attributes
    ----------
    fields
        Field code to column position.
    unknown
        Headers that mean nothing here; their columns are named to the user and not stored, because they may
        hold what the law forbids to keep (names, identity numbers, mobile numbers).
    coordsys
        The system that the headers of coordinate columns state; None when they state none.
    """

    fields: Mapping[str, int]
    unknown: tuple[str, ...]
    coordsys: CoordSys | None


def field_of(header: str) -> tuple[str | None, CoordSys | None]:
    """Name the field that a header means and the coordinate system that it states.

    Examples
    --------
    >>> field_of("驿站名称")
    ('name', None)
    >>> field_of("lon_gcj02")
    ('lon', 'gcj02')
    >>> field_of("百度经度")
    ('lon', 'bd09')
    >>> field_of("身份证号")
    (None, None)
    """
    for word in (header, _BRACKETS.sub("", unicodedata.normalize("NFKC", header))):
        code = _FIELD_OF.get(plain(word))
        if code is not None and code not in _STATES_SYSTEM:
            return code, None
    folded = unicodedata.normalize("NFKC", header).casefold()
    system: CoordSys | None = None
    for pattern, name in _SYSTEMS:
        stripped, count = re.subn(pattern, "", folded)
        if count:
            folded, system = stripped, name
            break
    for word in (folded, _BRACKETS.sub("", folded)):
        code = _FIELD_OF.get(plain(word))
        if code is not None and (system is None or code in _STATES_SYSTEM):
            return code, system
    return None, None


def system_of(text: str) -> CoordSys | None:
    """Name the coordinate system that a text speaks of; None when it speaks of none.

    Examples
    --------
    >>> system_of("高德坐标"), system_of("WGS-84"), system_of("x")
    ('gcj02', 'wgs84', None)
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return next((name for pattern, name in _SYSTEMS if re.search(pattern, folded)), None)


def known_count(headers: Sequence[str]) -> int:
    """Count the headers that mean a field: how a header row is told from a title above it."""
    return sum(field_of(h)[0] is not None for h in headers if h and len(h) <= 100)


def match(headers: Sequence[str], path: str) -> Headers:
    """Assign the columns of a file to fields.

    Parameters
    ----------
    headers
        The header texts as given; an empty one is no field.
    path
        File name for messages.

    Raises
    ------
    InputError
        Neither a name nor a station id among them; two columns of one meaning; coordinate columns that state
        different systems.

    Examples
    --------
    >>> found = match(["名称", "经度(GCJ02)", "纬度(GCJ02)", "身份证号"], "a.csv")
    >>> dict(found.fields), found.unknown, found.coordsys
    ({'name': 0, 'lon': 1, 'lat': 2}, ('身份证号',), 'gcj02')
    """
    fields: dict[str, int] = {}
    unknown: list[str] = []
    systems: dict[CoordSys, None] = {}
    for position, header in enumerate(headers):
        if not header.strip() or plain(header) in _IGNORED:
            continue
        code, system = field_of(header)
        if code is None:
            unknown.append(header)
        elif code in fields:
            columns = f"{headers[fields[code]]!s}, {header!s}"
            raise InputError(texts.HEADER_TWICE.format(title=texts.FIELD_TITLE[code].zh, columns=columns))
        else:
            fields[code] = position
            if system is not None:
                systems[system] = None
    _require(fields, headers, path)
    if len(systems) > 1:
        raise InputError(texts.HEADER_COORDSYS_TWICE.format(systems=", ".join(systems)))
    return Headers(MappingProxyType(fields), tuple(unknown), next(iter(systems), None))


def _require(fields: Mapping[str, int], headers: Sequence[str], path: str) -> None:
    seen = ", ".join(h[:40] for h in headers[:20] if h)
    if not fields:
        raise InputError(texts.HEADER_NONE.format(path=path, seen=seen))
    if "name" not in fields and "station_id" not in fields:
        raise InputError(texts.HEADER_NO_NAME.format(path=path, seen=seen))
