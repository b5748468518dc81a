"""What a user reads of this room: names of facts, sentences about rule sets and forms."""

from typing import Final

from geo.texts import Text

FACT: Final[dict[str, Text]] = {
    # Worked out from what the registry holds of a station.
    "fixed_place": Text("有固定场所", "a fixed place"),
    "street_facing": Text("位置临街、便于进出", "street-facing, easy access"),
    "ground_floor": Text("在一层", "on the ground floor"),
    "no_registration": Text("无需登记即可进入", "no registration at the door"),
    "outdoor_workers": Text("服务户外劳动者", "serves outdoor workers"),
    "hours_known": Text("服务时间明确", "service hours are known"),
    "door_24h": Text("24小时开门", "door open 24 hours"),
    "unattended_24h": Text("24小时自助进入", "24-hour unattended entry"),
    "goods_24h": Text("24小时售货", "goods sold 24 hours"),
    "suggestion_box": Text("设有意见箱", "a box for suggestions"),
    # Stated on the form, by the unit itself or by whoever went there.
    "sign_uniform": Text("醒目位置有工会统一标识", "the union's uniform sign in a visible spot"),
    "sign_served": Text("标识注明服务对象", "the sign says who is served"),
    "sign_hours": Text("标识注明服务时间", "the sign says the service hours"),
    "sign_services": Text("标识注明服务内容", "the sign says which services"),
    "publicity_media": Text("有电子屏、海报或宣传册", "screens, posters or leaflets"),
    "qr_member": Text("有会员服务二维码（北京i会员）", "QR code of the membership service (北京i会员)"),
    "qr_hotline": Text("有12351二维码（北京工会12351）", "QR code of the hotline (北京工会12351)"),
    "activities": Text("经常开展工会活动", "union activities often held"),
    "service_brand": Text("有受欢迎的服务品牌", "a well-liked service brand"),
    "ledger": Text("有服务台账", "a service ledger"),
    "feedback_records": Text("有意见反馈记录", "records of feedback"),
    "suggestion_channel": Text("意见建议渠道畅通", "a working suggestion channel"),
    "person_in_charge": Text("有专人负责", "a person in charge"),
    "rules_assets": Text("有资产管理制度", "rules for assets"),
    "rules_hygiene": Text("有安全卫生制度", "rules for safety and hygiene"),
    "rules_consumables": Text("有消耗品管理制度", "rules for consumables"),
    "staff_on_duty": Text("有人员值守或巡查", "staff on duty or on rounds"),
    "services_listed": Text("服务项目明确", "the services are set out"),
    "satisfaction": Text("职工群众满意", "workers are satisfied"),
    "recognition": Text("工会组织得到认可", "the union is recognised for it"),
    "press": Text("有新闻报道", "reported in the press"),
}
"""Every fact that a rule may ask for, besides ``facility:CODE`` of the vocabulary of facilities."""

CARD_STATE: Final[dict[str, Text]] = {
    "yes": Text("具备", "met"),
    "no": Text("不具备", "unmet"),
    "unknown": Text("待核实", "unknown"),
}
FACT_KIND: Final[dict[str, Text]] = {
    "declared": Text("申报", "declared"),
    "computed": Text("推算", "computed"),
    "visited": Text("核实", "visited"),
    "none": Text("无资料", "no data"),
}

RULES_NO_FILE: Final = Text(
    "没有名为“{name}”的标准，也没有这个文件。自带的标准：{names}；也可以给出 .toml 文件的路径。",
    "There is no rule set or file called '{name}'. Built in: {names}; or give the path of a .toml file.",
)
RULES_BROKEN: Final = Text(
    "标准文件 {file} 不是有效的 TOML：{why}。请参照自带的标准修改。",
    "The rule set {file} is not valid TOML: {why}. See the built-in ones for the form.",
)
RULES_FIELD: Final = Text(
    "标准文件 {file} 中 {place} 缺少或写错了 {field}：{mend}。",
    "In the rule set {file}, {place}: {field} is missing or wrong: {mend}.",
)
MEND_TEXT: Final = Text("应为一行非空文字", "give one line of text")
MEND_CODE: Final = Text(
    "应为小写字母、数字和下划线，且不重复", "use lower-case letters, digits and underscores, each code once"
)
MEND_LIST: Final = Text("应为非空的列表", "give a list that is not empty")
MEND_FACT: Final = Text(
    "没有“{fact}”这一项；可用的有：{facts}，以及 facility:设施代码",
    "there is no fact '{fact}'; use {facts}, or facility:CODE",
)
MEND_RULE: Final = Text(
    "应为 fact、all、any 或 at_least 加 of 之一", "write one of fact, all, any, or at_least with of"
)
MEND_COUNT: Final = Text("应为 1 到 {most} 的整数", "give a whole number from 1 to {most}")
MEND_HAVE: Final = Text("应为上文某一“有”的代码：{codes}", "give the code of one of the haves: {codes}")
MEND_UNKNOWN_FIELD: Final = Text("没有这一项；可用的有：{fields}", "no such entry; use {fields}")

# -- the declaration form

ACTOR: Final = "yizhan haves"
SHEET_FORM: Final = Text("申报表", "declaration")
SHEET_FORM_HOW: Final = Text("填写说明", "how to fill in")
FORM_HOW: Final[tuple[Text, ...]] = (
    Text(
        "一行一站。黄色各列填“是”或“否”；不清楚的留空，留空不算具备，也不会改动已有内容。",
        "One station a row. Fill the yellow columns with 是 or 否; a blank cell states and changes nothing.",
    ),
    Text(
        "每一行都要写填报单位和日期；请写单位名称，不要写个人姓名和手机号码。",
        "Each row needs the unit and the day; name the unit, no person and no mobile number.",
    ),
    Text(
        "填好后执行：yizhan haves import 本文件 --kind declared（单位申报）"
        "或 --kind visited（现场核实，优先于申报）。",
        "Then run: yizhan haves import THIS_FILE --kind declared, or --kind visited for what was seen on site.",
    ),
    Text(
        "场地、设施、24小时等内容取自驿站登记表，不在本表填写。",
        "Premises, facilities and hours come from the registry and are not asked for here.",
    ),
)
FORM_NO_COLUMN: Final = Text(
    "{path} 缺少这些列：{columns}。请用 yizhan haves form 生成的表格填写。",
    "{path} lacks these columns: {columns}. Use the form that yizhan haves form writes.",
)
FORM_NEEDS: Final = Text("缺少“{field}”，请填写。", "'{field}' is missing; fill it in.")
FORM_NO_STATION: Final = Text(
    "登记表中没有站点 {station}，或已撤销；请核对驿站ID。",
    "There is no station {station}, or it was withdrawn; check the station id.",
)
FORM_LATER: Final = Text(
    "“{fact}”已有 {on} 的记录，比本行更新；如确需更正，请填写更晚的日期。",
    "'{fact}' has a later entry of {on}; to correct it, give a later day.",
)
