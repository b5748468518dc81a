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

CANDIDATE_KIND: Final = _vocabulary(
    door=("临街门", "street-facing door"),
    host=("可依托的单位（银行、邮局等）", "host: bank, post office …"),
    grid=("沿街格点（须另找房屋）", "grid point (premises to be found)"),
    station=("已有驿站", "existing station"),
)
"""Where the candidate of a proposed site comes from."""

STUDY_PARAMETER: Final = _vocabulary(
    title=("名称", "Title"),
    made_at=("生成时间", "Made at"),
    program=("程序版本", "Program"),
    straight_m=("直线标准（米）", "Straight limit (m)"),
    walk_s=("步行标准（秒）", "Walking limit (s)"),
    walk_kmh=("步行速度（公里/小时）", "Walking speed (km/h)"),
    snap_m=("接到道路的最远距离（米）", "Furthest from a street (m)"),
    week=("所算一周的周一", "Monday of the week"),
    night_slot=("代表夜间的半小时（序号）", "Half hour that stands for the night"),
    seed=("随机种子", "Seed"),
    stand_in=("替代数据", "Stand-in"),
    stations_source=("驿站来源", "Stations from"),
    demand_source=("需求来源", "Demand from"),
    demand_unit=("需求单位", "Unit of demand"),
    streets_source=("道路来源", "Streets from"),
    attribution=("数据署名", "Attribution"),
    adcodes=("所选区县代码", "Districts asked for"),
    counts=("数目", "Counts"),
    resolution=("网格级别（h3）", "Cells (h3 resolution)"),
    sites=("要求新增的处数", "Sites asked for"),
    share=("要达到的步行覆盖率", "Share to be covered on foot"),
    seconds=("选址计算的时限（秒）", "Time for siting (s)"),
    candidates=("候选点来源", "Candidates from"),
    crs=("图层坐标系", "Coordinate system of the layers"),
    command=("命令", "Command"),
    elapsed_s=("用时（秒）", "Elapsed (s)"),
)
"""Parameters of a study of coverage (``geo.study.PARAMETERS`` and what a plan adds)."""

STUDY_COUNT: Final = _vocabulary(
    stations=("驿站（全部）", "stations in all"),
    public=("公开驿站", "public stations"),
    hidden=("不公开、未计入的驿站", "stations hidden, not counted"),
    unlocated=("没有坐标的驿站", "stations without a position"),
    not_in_service=("未开放的驿站", "stations not in service"),
    no_timetable=("时间表不详的流动驿站", "mobile stations without a timetable"),
    outside=("在范围外、够不着的驿站", "stations outside, out of reach"),
    around=("范围外、但离得近的驿站", "stations outside that are near"),
    rejected=("被拒绝的驿站行", "rejected rows of stations"),
    hours_unknown=(
        "开放时间不详的驿站（含范围外离得近的）",
        "stations of unknown hours, near ones outside too",
    ),
    stations_24h=("24小时驿站（含范围外离得近的）", "stations open 24 hours, near ones outside too"),
    stations_off_street=("附近没有道路的驿站", "stations without a street nearby"),
    demand_rows=("需求数据的行数", "rows of demand"),
    demand_rejected=("被拒绝的需求行", "rejected rows of demand"),
    demand_outside=("不在限定区县内的需求行", "rows of demand outside the districts"),
    cells=("需求网格", "demand cells"),
    cells_off_street=("附近没有道路的网格", "cells without a street nearby"),
    streets=("道路段", "streets"),
    network_nodes=("步行路网节点", "nodes of the walking network"),
    network_left_out=("未用的孤立路段节点", "nodes of islands left out"),
    candidates=("候选点", "candidates"),
    candidates_off_street=("附近没有道路的候选点", "candidates without a street nearby"),
)
"""What a study of coverage counts, under its parameter ``counts``."""

STUDY_FILE: Final = _vocabulary(
    demand=("需求文件", "file of demand"),
    areas=("区域面文件", "file of areas"),
    profile=("逐时曲线文件", "file of the profile"),
    streets=("道路文件", "file of streets"),
    stations=("驿站文件", "file of stations"),
)
"""The files that a study of coverage was made from, under its parameter ``files``."""
