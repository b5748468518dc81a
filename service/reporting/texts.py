"""What this room says, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

# -- the API

REPORT: Final = Text("反映问题", "Report a problem of a station")
REPORT_MEANING: Final = Text(
    "任何人都可反映，不问身份，不公开；同一网络同一天对同一站点的同一问题（损坏则为同一设施）只记一次。"
    "反映不会改变状态和开放时间，由人工处理。",
    "Anybody may report; no identity is asked and nothing is published. The same problem of a station, or of the same "
    "facility, from the same network on the same day counts once. A report changes neither status nor hours: people "
    "decide.",
)
REASON: Final = Text(
    "问题：closed（公布时间内未开门）、no_entry（进不去）、moved（不在这里）、broken（设施损坏）、wrong_data（信息有误）",
    "What is wrong: closed (within posted hours), no_entry, moved, broken (a facility), wrong_data",
)
FOUND_AT: Final = Text(
    "发现的时间（RFC 3339），缺省为现在；不早于 7 天前",
    "When it was found (RFC 3339); now by default; at most 7 days ago",
)
FACILITY: Final = Text("损坏的设施，仅用于 broken", "The broken facility, for broken only")
NOTE: Final = Text(
    "补充说明，至多 200 个字符，不公开；请勿写姓名和电话",
    "More in words, at most 200 characters, never published; no names, no phone",
)
WORK_LIST: Final = Text("反映清单", "List reports")
WORK_LIST_MEANING: Final = Text(
    "供处理人员使用，需要 write 用途的密钥；最要紧的站点在前。",
    "For those who decide; needs a key for write. The most urgent stations first.",
)
DECIDE: Final = Text("处理反映", "Decide a report")
DECIDE_MEANING: Final = Text(
    "confirmed（属实）、mended（已整改）、rejected（不属实）；处理后不再更改，需要 write 用途的密钥。",
    "confirmed, mended or rejected; a decision stays. Needs a key for write.",
)
DECISION: Final = Text("处理结果", "What was decided")
BY: Final = Text("处理单位（不写个人姓名）", "The unit that decides (no person)")
WORDS: Final = Text("核实情况，一行文字", "What was found, in one line")
ONLY_OPEN: Final = Text("只要待处理的，缺省为 true", "Only open ones; true by default")
LIMIT: Final = Text("至多几条", "At most so many")

THANKS: Final = Text("已收到，谢谢！核实后会更新。", "Received, thank you! It will be looked into.")
TOO_EARLY: Final = Text(
    "早于 7 天前，请只反映最近的情况。", "More than 7 days ago; report recent findings only."
)
TO_COME: Final = Text("时间还没有到，请写发现时的时间。", "Still to come; give the time when it was found.")
NOT_BROKEN: Final = Text(
    "只有 broken 才写设施，请去掉或改用 broken。", "A facility goes with broken only; leave it out."
)
NOTE_LONG: Final = Text("超过 200 个字符，请缩短。", "Longer than 200 characters; shorten it.")
NOTE_PHONE: Final = Text(
    "请不要写手机号码：我们不收集身份信息。", "Leave the mobile number out: no identity is collected."
)
NOTE_EMPTY: Final = Text("内容为空，请填写或去掉。", "Empty; write something or leave it out.")
NOT_LINE: Final = Text("应为一行文字，1 至 200 个字符。", "Give one line of 1 to 200 characters.")
NO_REPORT: Final = Text("没有这个反映。", "There is no such report.")

# -- the page

PAGE_TITLE: Final = Text("反映问题", "Report a problem")
PAGE_LEAD: Final = Text(
    "不需要姓名和电话。内容不公开，只给管理人员核实用。",
    "No name and no phone. What you write is not published.",
)
PAGE_REASON: Final = Text("遇到了什么问题？", "What is wrong?")
PAGE_WHEN: Final = Text("什么时候？", "When?")
PAGE_NOW: Final = Text("刚才", "just now")
PAGE_TODAY: Final = Text("今天早些时候", "earlier today")
PAGE_YESTERDAY: Final = Text("昨天这个时候", "yesterday about this time")
PAGE_FACILITY: Final = Text("哪个设施坏了？（选填）", "Which facility? (optional)")
PAGE_ANY: Final = Text("不选", "none chosen")
PAGE_NOTE: Final = Text("补充说明（选填，至多 200 字）", "More in words (optional, up to 200 characters)")
PAGE_SEND: Final = Text("提交", "Send")
PAGE_BACK: Final = Text("返回地图", "Back to the map")
PAGE_HOURS: Final = Text("公布的时间：{hours}", "Posted hours: {hours}")
PAGE_UNKNOWN_HOURS: Final = Text("公布的时间：不详", "Posted hours: unknown")
PAGE_AGAIN: Final = Text("再反映一个问题", "Report something else")
PAGE_GONE: Final = Text("没有这个驿站，或已撤销。", "There is no such station, or it was withdrawn.")
PAGE_CHOOSE: Final = Text("请选择遇到的问题。", "Choose what is wrong.")

# -- the command line

REPORTS: Final = Text(
    "用户反映：清单、处理、该去核实的站点", "reports of users: list, decide, what to visit next"
)
STATION: Final = Text("只要该站点", "only of this station")
ADCODE: Final = Text("只要区划代码以此开头的站点", "only stations whose adcode begins so")
ALL: Final = Text("包括已处理的", "decided ones as well")
OUT: Final = Text("写到哪里（.xlsx）", "where to write (.xlsx)")
IDS: Final = Text("反映编号，可多个", "numbers of reports, one or more")
OVERWRITE: Final = Text("替换已有的文件", "replace an existing file")
NOTHING: Final = Text("没有待处理的反映。", "There is nothing to decide.")
NOTHING_DUE: Final = Text("没有需要核实的站点。", "There is nothing to visit.")
DONE: Final = Text(
    "{state_zh}：已处理 {done} 条，未能处理 {refused} 条。", "{state_en}: {done} decided, {refused} refused."
)
WRITTEN: Final = Text("已写出 {file}（{n} 行）。", "Wrote {file} ({n} rows).")
COLUMN: Final[dict[str, Text]] = {
    "report_id": Text("编号", "number"),
    "station_id": Text("驿站ID", "station_id"),
    "name": Text("站点名称", "name"),
    "address": Text("地址", "address"),
    "district": Text("区县", "district"),
    "hours_posted": Text("公布的时间", "posted hours"),
    "reason": Text("问题", "reason"),
    "facility": Text("设施", "facility"),
    "found_at": Text("发现时间", "found at"),
    "within_hours": Text("在公布时间内", "within posted hours"),
    "note": Text("说明", "note"),
    "state": Text("状态", "state"),
    "decided_on": Text("处理日期", "decided on"),
    "decided_by": Text("处理单位", "decided by"),
    "decision": Text("核实情况", "finding"),
    "verified_at": Text("核实日期", "verified"),
    "reported_closed_on": Text("有人反映未开门", "reported closed"),
    "open_reports": Text("待处理反映", "open reports"),
    "why": Text("原因", "why"),
}
DUE_REPORTED: Final = Text("有待处理的反映", "open reports")
DUE_NEVER: Final = Text("从未核实", "never verified")
DUE_OLD: Final = Text("核实已过期", "verified too long ago")

EXAMPLE_NOTE: Final = Text("门口贴了停用通知", "a notice on the door says it is closed")
EXAMPLE_BY: Final = Text("市总工会", "municipal federation of trade unions")
EXAMPLE_WORDS: Final = Text("已联系站点，次日恢复开放", "asked the station; open again the next day")
