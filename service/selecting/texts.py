"""What ``yizhan haves`` and ``yizhan select`` say, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

# -- haves
HAVES: Final = Text("七有：申报表、评分卡", "the seven haves: forms and score cards")
RULES: Final = Text(
    "标准：seven_2021（七有）、six（六有），或 .toml 文件", "rule set: seven_2021, six, or a .toml file"
)
FORM_OUT: Final = Text("申报表写到哪里（.xlsx）", "where the form goes (.xlsx)")
FORM_IN: Final = Text("填好的申报表（.xlsx 或 .csv）", "a filled form (.xlsx or .csv)")
KIND: Final = Text(
    "declared：单位申报；visited：现场核实，优先于申报",
    "declared by the units, or visited: seen on site, which counts more",
)
REJECTS: Final = Text(
    "被拒绝的行写到哪里；缺省在原文件旁", "where rejected rows go; beside the file by default"
)
ONLY_SOURCE: Final = Text("只要该来源的站点", "only stations of this list")
ONLY_ADCODE: Final = Text("只要区划代码以此开头的站点", "only stations whose adcode begins so")
STATION: Final = Text("驿站ID", "station id")
STATIONS: Final = Text("驿站ID，可多个", "station ids, one or more")
OVERWRITE: Final = Text("替换已有的文件", "replace an existing file")
AS_JSON: Final = Text("以 JSON 输出", "print JSON")

FORM_WRITTEN: Final = Text(
    "已写出申报表 {file}：{n} 个站点，{facts} 项内容。填好后用 yizhan haves import 导入。",
    "Wrote the form {file}: {n} stations, {facts} facts. Fill it in and run yizhan haves import.",
)
FORM_TAKEN: Final = Text(
    "申报表：更新 {changed} 站，未变 {unchanged}，未填 {skipped}，拒绝 {rejected}。",
    "Form: {changed} changed, {unchanged} unchanged, {skipped} not filled in, {rejected} rejected.",
)
ROW: Final = Text("第 {row} 行：{reason_zh}", "row {row}: {reason_en}")
ROWS_KEPT: Final = Text(
    "拒绝的 {n} 行在 {file}，改好后可再次导入。", "The {n} rejected rows are in {file}: mend and import it."
)
CARD_LINE: Final = Text(
    "{name}（{station}）：具备 {met}，不具备 {unmet}，待核实 {unknown}；优先项 {preferred}",
    "{name} ({station}): {met} met, {unmet} unmet, {unknown} unknown; {preferred} preferences",
)
NO_STATIONS: Final = Text("没有符合条件的站点。", "No station matches.")
CARD_TITLE: Final = Text("条件", "have")
CARD_STATE: Final = Text("结论", "state")
CARD_FACTS: Final = Text("依据（来源，日期，单位）", "evidence (kind, day, unit)")
SUMMARY_COUNT: Final = Text("站点", "stations")

# -- select
SELECT: Final = Text("推树：推荐、评议、公示、确认", "selections: recommend, review, notice, confirm")
CAMPAIGN: Final = Text("推树编号，例如 beijing-2026", "id of the campaign, for instance beijing-2026")
TITLE: Final = Text("活动名称", "title of the campaign")
BY: Final = Text("办理单位（不写个人姓名）", "the unit that does it (no person)")
ON: Final = Text("办理日期，缺省为今天", "day of the step; today by default")
LEVEL_TERMS: Final = Text(
    "级别与名额，代码=名称:名额，例如 national=全国最美:150；可多次给出",
    "a level and its quota, code=name:quota, for instance national=全国最美:150; repeat it",
)
LIMIT: Final = Text(
    "某级别某区县的名额上限，级别:区县=上限，区县写区划代码或登记的名称，例如 national:110101=12；可多次给出",
    "upper limit of a district, by code or name, for instance national:110101=12; repeat it",
)
NOTICE_DAYS: Final = Text("公示几个工作日", "length of the public notice, working days")
LEVEL: Final = Text("级别代码", "code of the level")
FILE: Final = Text(
    "名单文件（.xlsx 或 .csv，有“驿站ID”列；推荐汇总表填了“结论”的也可）",
    "a list (.xlsx or .csv with 驿站ID; a filing form with decisions will do)",
)
CHOSEN: Final = Text("按排序办法入围的站点", "those that the shortlist chooses")
EVERYONE: Final = Text("所有处于上一步的站点", "all that are at the step before")
REASON: Final = Text("退回理由，必填", "the reason of a return, required")
SHORT: Final = Text("候选不足名额时也接受", "accept fewer than the quota")
OUT: Final = Text("推荐汇总表写到哪里（.xlsx）", "where the filing form goes (.xlsx)")

BAD_LEVEL_TERMS: Final = Text(
    "“{given}”不是 代码=名称:名额，例如 national=全国最美:150。",
    "'{given}' is not code=name:quota, for instance national=全国最美:150.",
)
BAD_LIMIT: Final = Text(
    "“{given}”不是 级别:区县=上限（级别须在 --level 中），例如 national:110101=12。",
    "'{given}' is not level:district=limit (of a level that is given), for instance national:110101=12.",
)
BAD_DAY: Final = Text("日期“{given}”应写成 2026-11-22。", "Write the day '{given}' as 2026-11-22.")
OPENED: Final = Text(
    "已建立推树 {campaign}：{title}；标准 {rules}；公示 {days} 个工作日。",
    "Opened campaign {campaign}: {title}; rules {rules}; {days} working days of notice.",
)
CHANGED: Final = Text(
    "已修改推树 {campaign}（第 {version} 版）。", "Changed campaign {campaign} (version {version})."
)
WHO: Final = Text(
    "请给出站点：驿站ID、--file 名单、--chosen 或 --all 之一。",
    "Say which stations: ids, --file, --chosen or --all, one of them.",
)
STEPPED: Final = Text(
    "{step_zh}：办理 {done} 站，已在此步 {unchanged}，未能办理 {refused}。",
    "{step_en}: {done} stations, {unchanged} were there already, {refused} refused.",
)
NOTICE_UNTIL: Final = Text(
    "公示至 {until}（含当日），{days} 个工作日；之后执行 yizhan select confirm。",
    "The notice lasts until {until} (inclusive), {days} working days; then run yizhan select confirm.",
)
SKIPPED: Final = Text("名单中 {n} 行没有结论，未办理。", "{n} rows without a decision were passed over.")
WRITTEN: Final = Text("已写出 {file}（{n} 站）。", "Wrote {file} ({n} stations).")
NOBODY: Final = Text("没有候选站点。", "There are no candidates.")
TIES: Final = Text(
    "分界处有 {n} 个站点条件相同（并列），请评议决定。",
    "{n} stations are equal at the cut: the reviewers decide.",
)
NOBODY_AT_STEP: Final = Text(
    "没有可以办理的站点：没有站点处于上一步，或名额已满。用 yizhan select status 查看各站所处步骤。",
    "There is no station to do this for: none is at the step before, or no place is left. yizhan select status tells "
    "where each stands.",
)
LIMIT_TWICE: Final = Text(
    "名额上限 {limit} 出现了两次，请只写一次。", "The limit {limit} is given twice; give it once."
)
NO_CAMPAIGNS: Final = Text("还没有推树活动。", "There is no campaign yet.")
LIMIT_OF_NOBODY: Final = Text(
    "名额上限 {limit}：该区县没有候选站点，请核对写法。",
    "The limit {limit} is of a district without candidates: check it.",
)

OVER_QUOTA: Final = Text(
    "{level}：已有 {n} 站，超过名额 {quota}，请核对。",
    "{level}: {n} stations, more than the quota of {quota}: check it.",
)
PLACES_TAKEN: Final = Text(
    "{level}：名额 {quota} 个中 {n} 个已由评议、公示或确认的站点占用。",
    "{level}: {n} of {quota} places are taken by stations that were reviewed or further.",
)
NOT_LISTED: Final = Text(
    "{n} 个站点已撤销、停用或不再对户外劳动者开放，未列入，请核对后退回：{stations}",
    "{n} stations are withdrawn, out of service or no longer public and are left out; look at them and return them: "
    "{stations}",
)
PAGE_NAME: Final = Text(
    "公示页面 {file} 应以 .html 结尾；名单写在旁边，以 .xlsx 结尾。",
    "The page {file} must end in .html; the list is written beside it, ending in .xlsx.",
)

PAGE_OUT: Final = Text(
    "公示页面写到哪里（.html）；名单写在旁边（.xlsx）",
    "the page (.html); the list goes beside it (.xlsx)",
)
PUBLISHER: Final = Text("公示单位", "the publishing unit")
OBJECTIONS: Final = Text(
    "如何反映异议，例如电话和邮箱", "how to object, for instance a phone number and an address"
)
CONFIRMED: Final = Text(
    "写出已确认的名单，而不是公示中的", "the confirmed stations instead of those in notice"
)
NO_NOTICE: Final = Text(
    "推树 {campaign} 没有处于该步骤的站点，请先执行 yizhan select notice（或 confirm）。",
    "Campaign {campaign} has no station at that step; run yizhan select notice (or confirm) first.",
)

# -- posters
POSTER_OUT: Final = Text("写到哪个文件夹", "the folder to write to")
POSTER_URL: Final = Text(
    "本服务对外的网址；缺省取 YIZHAN_PUBLIC_URL",
    "address of this service as the public sees it; YIZHAN_PUBLIC_URL by default",
)
POSTER_NO_URL: Final = Text(
    "二维码需要本服务对外的网址，现为“{given}”。请用 --url 或 {variable} 给出，例如 https://yizhan.example.cn。",
    "The code needs the public address of this service, which is '{given}'. Give --url or {variable}, for instance "
    "https://yizhan.example.cn.",
)
POSTER_NOT_PUBLIC: Final = Text(
    "这些站点不存在或不对户外劳动者开放，没有海报：{stations}。",
    "These stations do not exist or are not public, so there is no poster: {stations}.",
)
POSTERS_WRITTEN: Final = Text(
    "已写出 {n} 个站点的海报：{file}（在浏览器中打开并打印，一站一页 A4）。",
    "Wrote the posters of {n} stations: {file} (open it in a browser and print: one A4 page each).",
)
