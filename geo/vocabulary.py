"""The words of the field: codes, each with its Chinese and English name.

The lowest floor of the house, because the registry validates by these codes, the service answers with them
and the maps show their names. A code is never renamed; a new one is added here and in a migration
(``tests/postgis/test_rules.py`` compares the two).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

from geo.texts import Text

Ternary = Literal["yes", "no", "unknown"]
TERNARY_VALUES: Final[tuple[str, ...]] = get_args(Ternary)

Vocabulary = Mapping[str, Text]


def _vocabulary(**names: tuple[str, str]) -> Vocabulary:
    return MappingProxyType({code: Text(*name) for code, name in names.items()})


TERNARY: Final = _vocabulary(yes=("是", "yes"), no=("否", "no"), unknown=("不详", "unknown"))

STREET_FACING: Final = _vocabulary(
    yes=("临街", "street-facing"), no=("不临街", "not street-facing"), unknown=("待核实", "to be verified")
)

KIND: Final = _vocabulary(
    fixed=("固定场所", "fixed place"),
    container=("移动板房", "container"),
    vehicle=("服务车", "vehicle"),
    cabinet=("街边柜", "street cabinet"),
    unknown=("不详", "unknown"),
)

AUDIENCE: Final = _vocabulary(
    outdoor_workers=("户外劳动者", "outdoor workers"),
    members=("工会会员", "union members"),
    staff=("本单位职工", "own staff"),
    unknown=("不详", "unknown"),
)

STATUS: Final = _vocabulary(
    open=("正常开放", "in service"),
    temporarily_closed=("暂停开放", "temporarily closed"),
    closed=("已关闭", "closed for good"),
    planned=("筹建中", "planned"),
)

VISITED_FACT: Final = _vocabulary(
    street_door=("门直接朝街", "door to the street"),
    in_compound=("在院内", "inside a compound"),
    registration_required=("需登记", "visitors must register"),
    guarded=("有门卫查问", "guard asks"),
    lift=("有电梯", "lift"),
)
"""What a visit finds out, each ``yes`` or ``no``; absent = not looked at."""

POSITION_KIND: Final = _vocabulary(
    entrance=("入口", "entrance"),
    building=("建筑", "building"),
    address=("地址解析", "geocoded address"),
    unknown=("不详", "unknown"),
)

ACCESS_METHOD: Final = _vocabulary(
    open_door=("推门即入", "open door"),
    staff=("工作人员开门", "let in by staff"),
    qr=("扫码进入", "scan a QR code"),
    app=("手机应用开门", "open with an app"),
    id_card=("刷身份证", "identity card"),
    face=("刷脸", "face recognition"),
    membership=("会员认证", "membership check"),
    unknown=("不详", "unknown"),
)

UNATTENDED_ACCESS: Final = frozenset({"qr", "app", "id_card", "face", "membership"})
"""Ways in that work with nobody on duty."""

HOST_KIND: Final = _vocabulary(
    bank=("银行网点", "bank"),
    post_office=("邮政网点", "post office"),
    telecom=("通信营业厅", "telecom shop"),
    fuel=("加油站", "fuel station"),
    party_service_centre=("党群服务中心", "party-service centre"),
    government_hall=("政务大厅", "government hall"),
    mall=("商场", "mall"),
    shop=("商铺", "shop"),
    pharmacy=("药店", "pharmacy"),
    restaurant=("餐馆", "restaurant"),
    hospital=("医疗机构", "hospital or clinic"),
    public_toilet=("公共卫生间", "public toilet"),
    courier_depot=("快递网点", "courier depot"),
    community=("社区用房", "community rooms"),
    park=("公园", "park"),
    self_built=("自建", "self-built"),
    other=("其他", "other"),
    unknown=("不详", "unknown"),
)

ACCESS_24H: Final = _vocabulary(
    open_door=("24小时开放", "open 24 hours"),
    unattended=("24小时自助进入", "24-hour self-service entry"),
    goods_only=("仅24小时售货", "24-hour goods only"),
    no=("非24小时", "not 24 hours"),
    unknown=("不详", "unknown"),
)
"""How a station serves around the clock. Only the first two make a 24-hour station."""

OPEN_STATE: Final = _vocabulary(
    open=("开放中", "open now"), closed=("未开放", "closed now"), unknown=("时间待核实", "hours unknown")
)

FACILITY_STATE: Final = _vocabulary(
    working=("可用", "working"), broken=("故障", "broken"), unknown=("状态不详", "state unknown")
)

FACILITY: Final = _vocabulary(
    seat=("休息桌椅", "seats and tables"),
    drinking_water=("饮水", "drinking water"),
    hot_water=("热水", "hot water"),
    microwave=("微波炉", "microwave"),
    fridge=("冰箱", "fridge"),
    cooling_heating=("空调冷暖", "cooling and heating"),
    phone_charging=("手机充电", "phone charging"),
    first_aid=("急救药箱", "first-aid box"),
    toilet=("卫生间", "toilet"),
    toilet_nearby=("附近如厕", "toilet nearby"),
    rain_gear=("雨具", "rain gear"),
    tyre_pump=("打气充气", "tyre pump"),
    tool_kit=("工具箱", "tool kit"),
    emergency_supplies=("应急防疫物资", "emergency supplies"),
    wifi=("无线网络", "Wi-Fi"),
    reading=("书报", "books and papers"),
    tv=("电视", "television"),
    lockers=("储物柜", "lockers"),
    shower=("淋浴洗漱", "shower"),
    nursing_room=("母婴室", "nursing room"),
    aed=("除颤仪", "defibrillator"),
    ebike_parking=("非机动车停放", "e-bike parking"),
    ebike_charging=("电动车充电", "e-bike charging"),
    battery_swap=("换电", "battery swap"),
    vending_24h=("24小时售货", "24-hour vending"),
    meal_discount=("优惠餐", "discount meals"),
    hairdryer=("吹风机", "hairdryer"),
    sewing_kit=("针线包", "sewing kit"),
    wheelchair=("无障碍", "wheelchair access"),
    feedback_box=("意见箱", "feedback box"),
)

COORDSYS: Final = _vocabulary(
    wgs84=("WGS-84（GPS、天地图）", "WGS-84 (GPS, Tianditu)"),
    gcj02=("GCJ-02（高德、腾讯、手机地图）", "GCJ-02 (Amap, Tencent, phone maps)"),
    bd09=("BD-09（百度）", "BD-09 (Baidu)"),
)

STANDARD: Final = _vocabulary(straight=("直线距离", "straight distance"), walk=("步行时间", "walking time"))
"""By what a trip is measured in a study of coverage."""

MOMENT: Final = _vocabulary(
    any=("不论时段", "regardless of hours"),
    day=("白天（8–20时）", "by day (08–20 h)"),
    night=("夜间（22–6时）", "by night (22–06 h)"),
    **{
        "0200": ("凌晨2点", "at two in the morning"),
        "24h": ("仅24小时驿站", "24-hour stations alone"),
    },
)
"""When coverage is asked for; ``0200`` is the half hour from 02:00 on the Wednesday of the week."""

UNREACHED: Final = _vocabulary(
    no_street=("附近没有道路", "no street nearby"),
    no_way=("没有通路", "no way there"),
    no_station=("没有驿站", "no station"),
)
"""Why a place has no walking time to any station."""

NOT_COUNTED: Final = _vocabulary(
    unlocated=("没有坐标", "no position"),
    not_in_service=("未开放", "not in service"),
    no_timetable=("流动服务，时间表不详", "mobile, timetable not known"),
)
"""Why a public station counts for nothing in a study of coverage."""

AREA_LEVEL: Final = _vocabulary(
    all=("全部", "the whole area"), district=("区县", "district"), township=("街道乡镇", "township")
)
