"""Words as people write them → codes of ``geo.vocabulary``.

A code, its Chinese and its English name always work; ``SYNONYMS`` adds what lists of stations are found to say.
Nothing is guessed: a word that is not known gives ``None``, and its caller says so.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from geo import vocabulary
from geo.vocabulary import Vocabulary

VOCABULARIES: Final[Mapping[str, Vocabulary]] = MappingProxyType(
    {
        "host_kind": vocabulary.HOST_KIND,
        "kind": vocabulary.KIND,
        "audience": vocabulary.AUDIENCE,
        "status": vocabulary.STATUS,
        "access_method": vocabulary.ACCESS_METHOD,
        "position_kind": vocabulary.POSITION_KIND,
        "door_24h": vocabulary.TERNARY,
        "unattended_24h": vocabulary.TERNARY,
        "goods_24h": vocabulary.TERNARY,
        "street_door": vocabulary.TERNARY,
        "in_compound": vocabulary.TERNARY,
        "registration_required": vocabulary.TERNARY,
        "makeup_days": MappingProxyType({k: vocabulary.TERNARY[k] for k in ("yes", "no")}),
    }
)
"""The vocabulary of each field that has one."""

_TERNARY: Final = {
    "yes": ("有", "需", "需要", "可以", "能", "√", "✓", "✔", "y", "true", "t", "1", "临街", "对"),
    "no": ("无", "没有", "不", "不需", "不需要", "无需", "不用", "不可以", "×", "✗", "✘", "n", "false", "f", "0",
           "不临街", "非"),
    "unknown": ("未知", "不清楚", "不确定", "待核实", "待定", "?", "不知道"),
}  # fmt: skip
_UNKNOWN: Final = ("未知", "不清楚", "不确定", "待核实", "待定", "?")
SYNONYMS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "host_kind": {
            "bank": ("银行", "银行支行", "农商行"),
            "post_office": ("邮政", "邮局", "邮政支局"),
            "telecom": ("营业厅", "通信营业厅", "移动营业厅", "联通营业厅", "电信营业厅", "通讯营业厅"),
            "fuel": ("加油站", "中石化", "中石油", "油站"),
            "party_service_centre": ("党群中心", "党群服务站", "党群"),
            "government_hall": ("政务服务中心", "便民服务中心", "政务中心", "办事大厅"),
            "mall": ("购物中心", "商城", "百货"),
            "shop": ("商店", "门店", "超市", "便利店", "店铺"),
            "pharmacy": ("药房", "药店", "大药房"),
            "restaurant": ("餐厅", "饭店", "餐饮"),
            "hospital": ("医院", "诊所", "卫生院", "社区卫生服务中心"),
            "public_toilet": ("公厕", "公共厕所"),
            "courier_depot": ("快递站", "快递站点", "快递驿站"),
            "community": ("社区", "居委会", "村委会", "社区居委会", "社区服务中心"),
            "park": ("公园绿地",),
            "self_built": ("自建站点", "独立建设"),
            "other": ("其它",),
            "unknown": _UNKNOWN,
        },
        "kind": {
            "fixed": ("固定", "固定站", "固定站点", "固定型", "室内"),
            "container": ("板房", "集装箱", "移动式", "岗亭"),
            "vehicle": ("流动车", "流动服务车", "移动车"),
            "cabinet": ("柜", "爱心柜", "冰柜", "智能柜"),
            "unknown": _UNKNOWN,
        },
        "audience": {
            "outdoor_workers": (
                "户外劳动者", "户外工作者", "户外职工", "新就业形态劳动者", "快递员", "外卖骑手", "骑手", "环卫工人",
                "公众", "所有人", "社会公众", "对外开放", "public",
            ),
            "members": ("会员", "工会会员职工"),
            "staff": ("职工", "内部职工", "本单位", "内部", "员工"),
            "unknown": _UNKNOWN,
        },
        "status": {
            "open": ("开放", "正常", "正常使用", "正常运营", "运营中", "启用", "在用", "使用中"),
            "temporarily_closed": ("暂停", "暂停使用", "暂停运营", "临时关闭", "维修中", "装修中", "暂时关闭"),
            "closed": ("关闭", "已撤销", "撤销", "停用", "永久关闭", "已停用"),
            "planned": ("筹建", "在建", "建设中", "规划中", "拟建"),
        },
        "access_method": {
            "open_door": ("直接进入", "自由进入", "免费进入", "开放", "推门", "直接进", "无需手续"),
            "staff": ("工作人员", "人工", "店员开门", "值班人员", "人工开门"),
            "qr": ("扫码", "二维码", "扫码开门", "扫二维码"),
            "app": ("手机app", "小程序", "app开门", "小程序开门"),
            "id_card": ("身份证", "刷身份证进入"),
            "face": ("人脸", "人脸识别", "刷脸进入"),
            "membership": ("会员", "会员卡", "工会卡", "工会会员卡"),
            "unknown": _UNKNOWN,
        },
        "position_kind": {
            "entrance": ("出入口", "门口", "大门", "门"),
            "building": ("建筑物", "楼", "map poi", "poi", "地图poi"),
            "address": ("地址", "地理编码", "amap geocoding of address", "geocoding", "geocoded", "geocode"),
            "unknown": _UNKNOWN,
        },
    }
    | dict.fromkeys(("door_24h", "unattended_24h", "goods_24h", "street_door", "in_compound",
                     "registration_required", "makeup_days"), _TERNARY)
)  # fmt: skip

_FACILITY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "toilet_nearby": ("附近如厕", "附近厕所", "附近卫生间", "周边厕所", "临近公厕"),
        "ebike_charging": ("电动车充电", "电瓶车充电", "电单车充电", "电动自行车充电", "车辆充电"),
        "vending_24h": ("24小时售货", "24小时无人售货", "24小时自动售货", "24h售货"),
        "battery_swap": ("换电",),
        "ebike_parking": ("非机动车停", "电动车停", "停车", "电瓶车停"),
        "phone_charging": ("充电",),
        "hot_water": ("热水", "开水", "烧水"),
        "drinking_water": ("饮水", "饮用水", "矿泉水", "纯净水", "直饮", "喝水", "凉茶"),
        "microwave": ("微波炉", "热饭", "加热饭", "餐食加热"),
        "fridge": ("冰箱", "冰柜", "冷藏"),
        "cooling_heating": ("空调", "冷暖", "暖风", "取暖", "暖气", "电扇", "风扇", "供暖", "纳凉"),
        "first_aid": ("药箱", "急救包", "急救箱", "医药", "药品", "急救药", "药包"),
        "aed": ("除颤", "aed"),
        "nursing_room": ("母婴", "哺乳"),
        "toilet": ("卫生间", "厕所", "洗手间", "如厕", "公厕"),
        "rain_gear": ("雨具", "雨伞", "雨衣", "爱心伞", "雨披"),
        "tyre_pump": ("打气", "充气", "气筒"),
        "tool_kit": ("工具箱", "维修工具", "工具包", "修车工具", "五金工具"),
        "emergency_supplies": ("应急物资", "防疫", "应急用品", "口罩", "消毒液", "防暑", "应急防疫"),
        "wifi": ("wifi", "wi-fi", "无线网", "无线上网", "上网"),
        "reading": ("书报", "图书", "报刊", "书籍", "阅读", "杂志", "书刊", "书柜", "书架"),
        "tv": ("电视",),
        "lockers": ("储物", "存物", "寄存", "存包", "置物柜"),
        "shower": ("淋浴", "洗漱", "洗澡", "沐浴"),
        "meal_discount": ("优惠餐", "爱心餐", "平价餐", "餐饮优惠"),
        "hairdryer": ("吹风机", "电吹风"),
        "sewing_kit": ("针线",),
        "wheelchair": ("无障碍",),
        "feedback_box": ("意见箱", "意见簿", "留言簿", "意见本"),
        "seat": ("座椅", "桌椅", "沙发", "座位", "椅子", "凳", "休息区", "休息桌", "休息座", "歇脚"),
    }
)  # fmt: skip
"""Parts of words that mean a facility, the more special before the more general."""

_FACILITY_WHOLE: Final = {"休息": "seat", "桌子": "seat", "水": "drinking_water", "充气": "tyre_pump"}
_OUTDOOR: Final = re.compile("户外|骑手|快递|外卖|环卫|网约车|货车司机|新就业")
_BROKEN: Final = re.compile(
    r"(已?损?坏了?|故障|停用|维修中?|不可用|不能用|待修|已?broken|out of order)$", re.I
)
_WORKING: Final = re.compile(r"(可用|正常使用|正常|完好|working)$", re.I)
_STATE_UNKNOWN: Final = re.compile(r"(状态不详|不详|state unknown|unknown)$", re.I)
_ABSENT: Final = re.compile(r"^(无|没有|暂无)(?!线|障碍|人)|[:(](无|没有|暂无|×)\)?$")
_SEPARATORS: Final = re.compile(r"[|、,;/\n\r\t+]+|(?<=[^\x00-\x7f)])[ 　]+|\s{2,}")
_EDGES: Final = " 　()[]:.。·-—“”\"'"


class Facilities(NamedTuple):
    """Facilities read from one cell: code to state, and the words that are not known."""

    states: dict[str, str]
    unknown: tuple[str, ...]


def fold(text: str) -> str:
    """Make narrow, lower-case, and free of outer punctuation."""
    return unicodedata.normalize("NFKC", text).casefold().strip(_EDGES + "。;,*")


@cache
def _codes_of(field: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    names = VOCABULARIES[field]
    for code, name in names.items():
        for word in (code, code.replace("_", " "), *name, *SYNONYMS.get(field, {}).get(code, ())):
            found.setdefault(fold(word) or word, code)
    return MappingProxyType(found)


def code_of(field: str, text: str) -> str | None:
    """Read one word of a vocabulary.

    Parameters
    ----------
    field
        A field of ``VOCABULARIES``.
    text
        Not empty.

    Returns
    -------
    code
        None when the word is not known.

    Examples
    --------
    >>> code_of("street_door", "是"), code_of("host_kind", "银行"), code_of("kind", "火箭")
    ('yes', 'bank', None)
    """
    codes = _codes_of(field)
    code = codes.get(fold(text)) or codes.get(text.strip())
    if code is None and field == "audience" and _OUTDOOR.search(text):
        return "outdoor_workers"
    return code if code in VOCABULARIES[field] else None


def choices(field: str) -> str:
    """List the Chinese names of a vocabulary, for messages."""
    return "、".join(name.zh for name in VOCABULARIES[field].values())


def facilities(text: str) -> Facilities:
    """Read a list of facilities, each with its state where stated.

    Parameters
    ----------
    text
        Words separated by ``|``, ``、``, ``，``, ``；``, ``/`` or line ends; a state follows its word in brackets,
        after a colon, or directly (坏了). A word that says there is none (无微波炉) adds nothing.

    Returns
    -------
    facilities
        A facility named twice keeps the worse news: broken, then working, then unknown.

    Examples
    --------
    >>> facilities("微波炉(故障)、饮水机|雨伞：可用；床位")
    Facilities(states={'microwave': 'broken', 'drinking_water': 'unknown', 'rain_gear': 'working'}, unknown=('床位',))
    >>> facilities("无")
    Facilities(states={}, unknown=())
    """
    states: dict[str, str] = {}
    unknown: list[str] = []
    for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text)):
        word = part.strip().strip("。.等")
        if not word or _ABSENT.search(word):
            continue
        code, state = _facility(word)
        if code is None:
            unknown.append(word)
        else:
            states[code] = _worse(states.get(code), state)
    return Facilities(states, tuple(dict.fromkeys(unknown)))


def facilities_text(states: Mapping[str, str]) -> str:
    """Write facilities so that ``facilities`` reads them back.

    Examples
    --------
    >>> facilities_text({"microwave": "broken", "seat": "unknown"})
    '休息桌椅、微波炉(故障)'
    """
    suffix = {
        code: "" if code == "unknown" else f"({name.zh})" for code, name in vocabulary.FACILITY_STATE.items()
    }
    named = ((code, name) for code, name in vocabulary.FACILITY.items() if code in states)
    return "、".join(name.zh + suffix[states[code]] for code, name in named)


@lru_cache(maxsize=65536)
def _facility(word: str) -> tuple[str | None, str]:
    name, state = _split_state(word)
    return _facility_code(name), state


def _split_state(word: str) -> tuple[str, str]:
    folded = word.casefold().rstrip(_EDGES + "】")
    for pattern, state in ((_STATE_UNKNOWN, "unknown"), (_BROKEN, "broken"), (_WORKING, "working")):
        name, count = pattern.subn("", folded)
        if count and name.strip(_EDGES + "【"):
            return name.strip(_EDGES + "【"), state
    return word.strip(_EDGES), "unknown"


def _facility_code(name: str) -> str | None:
    folded = fold(name)
    exact = _facility_names().get(folded) or _FACILITY_WHOLE.get(folded)
    if exact is not None:
        return exact
    return next((code for code, parts in _FACILITY.items() if any(part in folded for part in parts)), None)


@cache
def _facility_names() -> Mapping[str, str]:
    named = {fold(word): code for code, name in vocabulary.FACILITY.items() for word in (code, *name)}
    return MappingProxyType(named)


def _worse(first: str | None, second: str) -> str:
    order = ("unknown", "working", "broken")
    return second if first is None else max(first, second, key=order.index)
