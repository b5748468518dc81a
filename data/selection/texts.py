"""What a user reads of this room."""

from typing import Final

from geo.texts import Text

STEP: Final[dict[str, Text]] = {
    "recommended": Text("基层推荐", "recommended"),
    "reviewed": Text("综合评议", "reviewed"),
    "in_notice": Text("公示", "in public notice"),
    "confirmed": Text("确认", "confirmed"),
    "returned": Text("退回", "returned"),
}

WORKDAY_UNKNOWN: Final = Text(
    "节假日表没有 {year} 年的安排，无法判断 {day} 是不是工作日。请先执行 yizhan holidays import 导入该年的安排。",
    "The table of holidays does not cover {year}, so whether {day} is a working day is not known. "
    "Run yizhan holidays import with that year's arrangement first.",
)
QUOTA_ABOVE: Final = Text(
    "{level} 的名额还有 {quota} 个，可入选的候选站点只有 {able} 个（候选 {candidates} 个，区县上限之外不能入选）。"
    "请增加推荐、调整名额或区县上限，或明确选择不足额（--short）。",
    "{level} has {quota} places left, but only {able} can be chosen (of {candidates} candidates, within the districts' "
    "limits). Recommend more, change the quota or the limits, or say that fewer will do (--short).",
)
REASON: Final = Text(
    "具备 {met} 项，不具备 {unmet} 项，待核实 {unknown} 项；优先项 {preferred} 项；{street_zh}；"
    "所在区县此前入选 {chosen} 个、候选 {pool} 个",
    "{met} met, {unmet} unmet, {unknown} unknown; {preferred} preferences; {street_en}; "
    "{chosen} of {pool} of its district chosen before it",
)
DISTRICT_FULL: Final = Text("；所在区县名额 {most} 个已满", "; the {most} places of its district are taken")
TIED: Final = Text(
    "；与分界处其他站点条件相同，按区县均衡和距离排列，请评议决定",
    "; equal to others at the cut, ordered by balance and distance only: for the reviewers to decide",
)

ACTOR: Final = "yizhan select"

BAD_ID: Final = Text(
    "推树编号“{value}”应为小写字母、数字和连字符，至多 40 个字符，例如 beijing-2026。",
    "The campaign's id '{value}': use lower-case letters, digits and hyphens, at most 40, for instance beijing-2026.",
)
BAD_LINE: Final = Text(
    "{field} 应为一行文字，1 至 200 个字符。", "{field}: give one line of text of 1 to 200 characters."
)
BAD_DAYS: Final = Text(
    "公示天数 {value} 应为 1 至 {most} 个工作日。", "notice-days is {value}; give 1 to {most} working days."
)
NO_LEVELS: Final = Text(
    "没有级别和名额。请至少给出一个级别，例如 national=全国最美:150。",
    "There is no level and quota. Give at least one, for instance national=全国最美:150.",
)
BAD_LEVEL: Final = Text(
    "级别代码“{value}”应以小写字母开头，只用小写字母、数字和下划线。",
    "The level's code '{value}' must begin with a lower-case letter; use lower-case letters, digits, underscores.",
)
LEVEL_TWICE: Final = Text(
    "级别 {level} 出现了两次，请只写一次。", "The level {level} is given twice; give it once."
)
BAD_QUOTA: Final = Text(
    "级别 {level} 的名额和区县上限应为 0 至 100000 的整数。",
    "The quota and the limits of level {level} must be whole numbers from 0 to 100000.",
)
BAD_DISTRICT: Final = Text(
    "级别 {level} 的区县上限应写区划代码或登记的区县名称，例如 110101。",
    "The limits of level {level} are by district, its code or name as registered, for instance 110101.",
)
ID_TAKEN: Final = Text(
    "推树编号 {campaign} 已经有了。请换一个编号，或用 yizhan select change 修改它。",
    "There is a campaign {campaign} already. Choose another id, or change it with yizhan select change.",
)
NO_CAMPAIGN: Final = Text(
    "没有编号为 {campaign} 的推树。现有：{known}。", "There is no campaign {campaign}. There are: {known}."
)
NO_LEVEL: Final = Text(
    "推树 {campaign} 没有级别 {level}。可用：{levels}。",
    "Campaign {campaign} has no level {level}. Use: {levels}.",
)
AFTER_NOTICE: Final = Text(
    "推树 {campaign} 已经开始公示，标准、名额和公示天数不能再改。",
    "The public notice of campaign {campaign} has begun: its rules, quotas and days can no longer change.",
)
LEVEL_IN_USE: Final = Text(
    "级别 {level} 已有 {n} 个候选站点，不能去掉；名额可以改。",
    "Level {level} has {n} candidates and cannot be dropped; its quota can change.",
)
CAMPAIGN_CHANGED: Final = Text(
    "推树 {campaign} 在您读取之后已被他人修改，请重新读取后再改。",
    "Somebody changed campaign {campaign} since you read it; read it again and repeat.",
)

NO_STATION: Final = Text(
    "登记表中没有站点 {station}，或已撤销。", "There is no station {station}, or it was withdrawn."
)
NOT_PUBLIC: Final = Text(
    "站点 {station} 不对户外劳动者开放（服务对象：{audience}），不能继续办理；可以退回。",
    "Station {station} is not for outdoor workers (audience: {audience}) and cannot go on; it can be returned.",
)
NOT_IN_SERVICE: Final = Text(
    "站点 {station} 的状态是“{status}”，不能继续办理；可以退回。",
    "Station {station} is '{status}' and cannot go on; it can be returned.",
)
NO_CANDIDATE: Final = Text(
    "站点 {station} 还没有被推荐到 {campaign}，请先执行推荐。",
    "Station {station} is no candidate of {campaign} yet; recommend it first.",
)
OUT_OF_ORDER: Final = Text(
    "站点 {station} 现处于“{now_zh}”（{by}，{day}），下一步不能是“{wanted_zh}”；"
    "次序为 基层推荐 → 综合评议 → 公示 → 确认。",
    "Station {station} is {now_en} (by {by}, {day}); it cannot be {wanted_en} next. "
    "The order is recommended, reviewed, in public notice, confirmed.",
)
NOTICE_RUNS: Final = Text(
    "站点 {station} 的公示到 {until} 为止，之后才能确认。",
    "The public notice of station {station} lasts until {until}; confirm it after that day.",
)
DAY_BEFORE: Final = Text(
    "站点 {station} 上一步的日期是 {last}，这一步不能早于它（{day}）。",
    "The last step of station {station} was on {last}; this one cannot be before it ({day}).",
)
DAY_AHEAD: Final = Text(
    "日期 {day} 还没有到，请写实际办理的日期。", "{day} is still to come; give the day it is done on."
)
NEEDS_REASON: Final = Text("退回必须写明理由。", "A return needs a reason.")
CHANGED_SINCE: Final = Text(
    "站点 {station} 在您读取（或导出此表）之后又办理过（{by}，{day}，{now_zh}），请核对最新情况后再办。",
    "Station {station} was dealt with after you read it, or wrote this sheet ({by}, {day}: {now_en}); look at it "
    "again first.",
)
LEVEL_OTHER: Final = Text(
    "站点 {station} 已按级别 {level} 推荐；要换级别，请先退回再推荐。",
    "Station {station} is recommended for level {level}; to change that, return it and recommend it anew.",
)

# -- the filing form

SHEET_LIST: Final = Text("推荐汇总表", "list")
SHEET_EVIDENCE: Final = Text("依据", "evidence")
SHEET_TERMS: Final = Text("标准与名额", "terms")
COLUMN: Final[dict[str, Text]] = {
    "number": Text("序号", "number"),
    "station_id": Text("驿站ID", "station_id"),
    "name": Text("站点名称", "name"),
    "address": Text("地址", "address"),
    "district": Text("区县", "district"),
    "operator": Text("建设（运营）单位", "operator"),
    "level": Text("推荐级别", "level"),
    "met": Text("具备项数", "haves met"),
    "preferred": Text("优先项数", "preferences"),
    "street_facing": Text("临街结论", "street-facing"),
    "around_the_clock": Text("24小时", "24 hours"),
    "place": Text("排序结果", "place"),
    "tied": Text("并列", "tied"),
    "why": Text("排序依据", "why"),
    "step": Text("所处步骤", "step"),
    "on": Text("日期", "day"),
    "by": Text("办理单位", "by"),
    "notice_until": Text("公示至", "notice until"),
    "decision": Text("结论", "decision"),
    "reason": Text("理由", "reason"),
    "version": Text("办理版本", "candidate version"),
}
EVIDENCE_COLUMN: Final[dict[str, Text]] = {
    "station_id": Text("驿站ID", "station_id"),
    "name": Text("站点名称", "name"),
    "have": Text("条件", "have"),
    "fact": Text("内容", "fact"),
    "state": Text("是否", "state"),
    "kind": Text("来源", "kind"),
    "on": Text("日期", "day"),
    "by": Text("单位", "unit"),
    "note": Text("说明", "note"),
}
TERM: Final[dict[str, Text]] = {
    "campaign": Text("推树活动", "campaign"),
    "opened": Text("启动", "opened"),
    "notice_days": Text("公示（工作日）", "notice, working days"),
    "rules": Text("标准", "rules"),
    "digest": Text("标准文本的 SHA-256", "SHA-256 of the rules"),
    "level": Text("级别与名额", "level and quota"),
    "order": Text("排序办法", "order"),
}
CHOSEN: Final = Text("入围", "chosen")
RESERVE: Final = Text("候补", "reserve")
TIE: Final = Text("并列", "tied")
DECISIONS: Final = Text("同意,退回", "agree,return")
ORDER_IN_WORDS: Final = Text(
    "依次比较：具备的项数多者在先，不具备的项数少者在先（待核实不计入任何一方）；优先项多者在先；临街者在先、待核实其次；"
    "仍相同的，所在区县入围比例低者在先，再取离已入围站点更远者，最后按驿站ID。区县名额为上限。分界处（含区县名额已满处）条件相同的标为并列，由评议决定。",
    "In turn: more haves met, fewer unmet (unknown counts for neither); more preferences; street-facing, then not "
    "known; then the district with the smallest share chosen, the station farther from those chosen, the station id. "
    "Limits of districts are upper ones. Equals at the cut, or at a full district, are marked for the reviewers.",
)
LIST_NO_COLUMN: Final = Text(
    "{path} 缺少“{column}”列。请用 yizhan select shortlist --out 写出的汇总表，或任何有这一列的名单。",
    "{path} lacks the column {column}. Use the list that yizhan select shortlist --out writes, or any list with it.",
)
ROW_OTHER_CAMPAIGN: Final = Text(
    "这一行出自推树 {campaign} 的汇总表，未办理；请核对文件和推树编号。",
    "This row is of the list of campaign {campaign} and was left alone; check the file and the campaign's id.",
)
ROW_NO_STATION: Final = Text("缺少驿站ID。", "The station id is missing.")
ROW_DECISION: Final = Text(
    "结论“{value}”看不懂，请填“同意”或“退回”。",
    "The decision '{value}' is not understood; write 同意 or 退回.",
)

GO: Final = frozenset({"同意", "通过", "是", "yes", "y", "agree"})
BACK: Final = frozenset({"退回", "不同意", "不通过", "否", "no", "n", "return"})
"""How reviewers write their decision."""
