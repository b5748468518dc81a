"""What the command line says, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

# -- commands
YIZHAN: Final = Text(
    "驿站地图服务：最近的驿站、24小时开放、临街好进",
    "station maps: nearest, open 24 hours, street-facing",
)
DB: Final = Text(
    "内置数据库（私有 PostGIS，只用 unix 套接字）",
    "the embedded database (private PostGIS, unix socket only)",
)
HOLIDAYS: Final = Text("法定节假日与调休", "public holidays and make-up working days")

# -- options
COORDSYS: Final = Text(
    "坐标系，必填：wgs84（GPS、天地图）、gcj02（高德、腾讯）、bd09（百度）、bd09mc（百度墨卡托米制）",
    "coordinate system of the file: wgs84 (GPS, Tianditu), gcj02 (Amap, Tencent), bd09 (Baidu), bd09mc",
)
AUDIENCE: Final = Text(
    "为未注明服务对象的行统一填写：outdoor_workers、members、staff；不详的站点不公开",
    "audience of rows that state none: outdoor_workers, members or staff; unknown is not public",
)
SOURCE: Final = Text("数据来源名称；缺省为文件名", "name of the list; the file's name by default")
REPLACE_SOURCE: Final = Text(
    "该来源名下、本文件未列出的站点标记为撤销（缺省从不删除）",
    "tombstone the stations of this source that the file no longer lists (never by default)",
)
REJECTS: Final = Text(
    "被拒绝的行写到哪个文件；缺省为原文件旁的 *.rejected.csv",
    "where rejected rows go; beside the input as *.rejected.csv by default",
)
PORT: Final = Text("端口；0 表示任选空闲端口", "port; 0 takes any free one")
HOST: Final = Text("监听地址", "address to listen on")
WORKERS: Final = Text("服务进程数", "number of server processes")
STATIONS_FILE: Final = Text(
    "直接读取站点文件，只读、不用数据库", "read stations from a file: read-only, without any database"
)
OUT: Final = Text("输出文件", "file to write")
OSM_SOURCE: Final = Text(
    "街道数据来源名称；缺省为去掉日期的文件名，同名者整体替换",
    "name of the street map; the file's name without its date by default; the same name is replaced whole",
)
OSM_FORCE: Final = Text("允许用较旧的文件替换较新的数据", "let an older file replace newer data")
CHECK_ALL: Final = Text("全部重新检查，不只是有变化的", "check all stations again, not only what changed")
CHECK_SET: Final = Text(
    "修改一个参数，如 yes_m=20；可重复；只对本次有效，下次不写就按缺省值重算",
    "change one parameter, as in yes_m=20; repeatable; for this check only, the next one without it computes anew",
)
ONLY_ADCODE: Final = Text("只处理该行政区划代码开头的站点", "only stations whose adcode starts so")
ONLY_SOURCE: Final = Text("只处理该来源的站点", "only stations of this source")
AS_TABLE: Final = Text(
    "写成纯文字 HTML 表格，可粘贴到任何网页（24小时在前，不含脚本与样式）",
    "write a plain HTML table for any page instead (24-hour stations first, no script, no style)",
)
ONLY_24H: Final = Text("表格中只列24小时站点", "of the table: 24-hour stations only")
ONLY_24H_NEEDS_TABLE: Final = Text(
    "--only-24h 只用于 --table；地图页上有24小时筛选。",
    "--only-24h goes with --table; the map has a filter of its own.",
)
TITLE: Final = Text("地图标题", "title of the map")
STREETS_ON_MAP: Final = Text(
    "在底图上绘出已导入的街道（规划与评审用；公开页面请用经审核的底图）",
    "draw the imported streets (for planners and reviewers; a public page wants a reviewed base map)",
)
FOLDER: Final = Text("数据库所在文件夹", "folder of the database")
VERSION: Final = Text("显示版本后退出", "show the version and exit")

# -- progress and results
STARTING_DATABASE: Final = Text("启动内置数据库 {folder}", "starting the embedded database {folder}")
STOPPED: Final = Text("已停止", "stopped")
INTERRUPTED: Final = Text("已中断，未完成的改动没有写入", "interrupted; nothing unfinished was written")
IMPORTING: Final = Text("导入 {file}", "importing {file}")
TWO_SOURCES: Final = Text(
    "--source {source} 与 --replace-source {replace_source} 不一致；只写后者即可",
    "--source {source} and --replace-source {replace_source} disagree; give the latter alone",
)
IMPORT_COUNTS: Final = Text(
    "新增 {added}，修改 {changed}，未变 {unchanged}，拒绝 {rejected}",
    "added {added}, changed {changed}, unchanged {unchanged}, rejected {rejected}",
)
READ_COUNTS: Final = Text(
    "读入 {n} 处驿站，拒绝 {rejected} 行；登记表没有改动",
    "{n} stations read, {rejected} rows rejected; the registry stays as it is",
)
IMPORT_UNLOCATED: Final = Text(
    "其中 {n} 处没有位置：已保留，但按距离查不到", "{n} of them have no position: kept, not found by distance"
)
IMPORT_TOMBSTONED: Final = Text("撤销 {n} 处", "{n} tombstoned")
IMPORT_RENAME: Final = Text(
    "第 {row} 行「{name}」可能是「{old_name}」（{station_id}）改名，请人工确认",
    "row {row}, {name}, may be {old_name} ({station_id}) renamed; please decide",
)
IMPORT_REJECTS: Final = Text(
    "{n} 行被拒绝，已写入 {file}；修改后可再次导入",
    "{n} rows rejected, kept in {file}; mend and import it again",
)
AT_ROWS: Final = Text("（共 {n} 行：{rows}）", " ({n} rows: {rows})")
READING_STREETS: Final = Text("读取街道数据 {file}", "reading the street map {file}")
CHECKING: Final = Text("检查临街情况", "checking street-facing")
CHECK_DONE: Final = Text(
    "检查 {checked} 处，写入 {written} 处；数据版本 {version}",
    "checked {checked}, stored {written}; data version {version}",
)
CHECK_NOTHING: Final = Text("没有需要重新检查的站点", "no station wants a new check")
CHECK_NO_STATION: Final = Text(
    "没有符合 {asked} 的站点；登记表里的来源：{sources}；{uncoded} 处没有填区划代码",
    "no station is of {asked}; the sources of the registry: {sources}; {uncoded} stations have no adcode",
)
CHECK_MOVED: Final = Text(
    "{n} 处在检查期间被修改，请再运行一次 yizhan check",
    "{n} changed while being checked; run `yizhan check` once more",
)
VERDICT_LINE: Final = Text("{verdict}（{rule}）：{n}", "{verdict} ({rule}): {n}")
NO_STREETS: Final = Text(
    "这些站点周围没有街道数据，结论只能是「待核实」；请先运行 yizhan osm FILE.osm.pbf",
    "there is no street map around these stations, so every verdict is unknown; run `yizhan osm FILE.osm.pbf`",
)
BAD_SET: Final = Text(
    "--set {given} 不可用：应写作 名称=数值；可用名称：{names}",
    "--set {given} cannot be used: write NAME=NUMBER; the names are {names}",
)
TABLE_WRITTEN: Final = Text(
    "表格已写入 {file}：列出 {n} 处站点，另有 {hidden} 处未列出",
    "table written to {file}: {n} stations in it, {hidden} are not",
)
MAP_WRITTEN: Final = Text(
    "地图已写入 {file}（{kb} kB）：画出 {n} 处站点，另有 {hidden} 处不公开或没有位置",
    "map written to {file} ({kb} kB): {n} stations drawn, {hidden} not public or without a position",
)
REVIEWING: Final = Text("整理评审内容", "gathering what to review")
REVIEW_WRITTEN: Final = Text(
    "评审图已写入 {file}（{kb} kB）：{n} 处站点，其中待核实 {unknown} 处；另有 {unlocated} 处没有位置，"
    "{left_out} 处超出数量限制。仅供内部评审，不是公开地图",
    "review map written to {file} ({kb} kB): {n} stations, {unknown} of them to be verified; {unlocated} more "
    "without a position, {left_out} beyond the limit. For reviewers only, not a public map",
)
ONLY_VERDICT: Final = Text(
    "只列此结论的站点：yes、no 或 unknown", "only stations with this verdict: yes, no or unknown"
)
BAD_VERDICT: Final = Text(
    "没有结论“{given}”；请写 yes、no 或 unknown", "there is no verdict '{given}'; write yes, no or unknown"
)
LIMIT: Final = Text("至多列入多少处（缺省 2000）", "at most so many stations (2000 by default)")
FILE_WRITTEN: Final = Text("已写入 {file}", "written: {file}")
EXPORTED: Final = Text("已导出 {n} 处站点到 {file}", "exported {n} stations to {file}")
CANNOT_USE_FILE: Final = Text("无法使用文件 {file}：{reason}", "cannot use the file {file}: {reason}")
HOLIDAYS_IMPORTED: Final = Text(
    "已导入 {days} 天；节假日表现在覆盖 {first}–{last} 年",
    "imported {days} days; the table now covers {first}–{last}",
)
HOLIDAYS_COVER: Final = Text(
    "节假日表覆盖 {years}；{holidays} 天放假，{workdays} 天调休上班",
    "the holiday table covers {years}: {holidays} holidays, {workdays} make-up working days",
)
DB_RUNNING: Final = Text("数据库运行中：{url}", "the database is running: {url}")
DB_DOWN: Final = Text("数据库未运行：{folder}", "the database is not running: {folder}")
DB_STOPPED: Final = Text("数据库已停止：{folder}", "the database is stopped: {folder}")
DB_EXTERNAL: Final = Text(
    "已设置 DATABASE_URL，内置数据库不使用", "DATABASE_URL is set: the embedded database is not used"
)
DB_MIGRATED: Final = Text("已执行迁移：{names}", "migrations applied: {names}")
TRIM_YEARS: Final = Text("保留最近几年的历史", "how many years of history to keep")
TRIMMED: Final = Text(
    "删除了 {day} 之前的历史 {entries} 条、版本标记 {marks} 个",
    "forgot {entries} entries of the history and {marks} marks of versions from before {day}",
)
DB_CURRENT: Final = Text("数据库结构已是最新", "the schema is up to date")
NEED_COORDSYS_FILE: Final = Text(
    "--stations 需要同时给出 --coordsys（wgs84、gcj02 或 bd09）",
    "--stations needs --coordsys as well (wgs84, gcj02 or bd09)",
)
CANNOT_WRITE: Final = Text("无法写入：{reason}", "cannot write: {reason}")
FILE_EXISTS: Final = Text(
    "{file} 已存在，没有覆盖；换一个文件名，或加 --force 覆盖",
    "{file} exists and was left alone; choose another name, or overwrite it with --force",
)
OVERWRITE: Final = Text("覆盖已有文件", "overwrite an existing file")
BAD_NUMBER: Final = Text("--set 的数值不可用：{reason_zh}", "a number of --set cannot be used: {reason_en}")
CANNOT_LISTEN: Final = Text(
    "无法监听 {host}:{port}（{reason}）；换一个端口，或用 --port 0 任选空闲端口",
    "cannot listen on {host}:{port} ({reason}); take another port, or any free one with --port 0",
)
MAP: Final = Text("地图", "map")
REVIEW_PAGE: Final = Text("临街评审图（内部）", "street-facing review (internal)")
DOCS: Final = Text("接口文档", "API documentation")
NEAREST: Final = Text("最近驿站", "nearest stations")
NEAREST_EXAMPLE: Final = "/v1/stations/nearest?lon=…&lat=…&coordsys=wgs84"
STOP_HINT: Final = Text("按 Ctrl-C 停止", "Ctrl-C stops it")
SERVING_FILE_READ_ONLY: Final = Text(
    "只读：站点来自文件 {file}", "read-only: the stations come from the file {file}"
)

# -- demo
DEMO_TOWN: Final = Text("虚构示例城镇：驿城", "an invented sample town: Yicheng")
DEMO_STREETS: Final = Text("街道：虚构", "streets: invented")
DEMO_STEP_DATABASE: Final = Text("启动临时数据库", "starting a disposable database")
DEMO_STEP_SAMPLE: Final = Text("生成并导入虚构示例", "making and importing the invented sample")
DEMO_STEP_CHECK: Final = Text("检查临街情况", "checking street-facing")
DEMO_RUNNING_ALREADY: Final = Text("演示已在运行：{url}", "the demo is already running: {url}")
DEMO_NOTICE: Final = Text(
    "虚构示例：城镇、街道与站点均为程序生成，不对应任何真实地点",
    "Invented sample: town, streets and stations are made by code and stand for no real place",
)

# -- check: worksheet, summary, guard
CHECK_WORKSHEET: Final = Text(
    "另写一张现场核实表（*.xlsx）：待核实、申报矛盾、核实已久的站点，按行走顺序排列",
    "also write a worksheet of visits (*.xlsx): what is open, contradictory or long not visited, in walking order",
)
CHECK_COORDSYS: Final = Text(
    "核实表所用坐标系：gcj02（手机地图，缺省）、wgs84、bd09",
    "coordinate system of the worksheet: gcj02 (phones, the default), wgs84, bd09",
)
CHECK_SUMMARY: Final = Text(
    "按地区汇总结论与原因：写入 *.csv，- 表示只显示",
    "sum up verdicts and reasons by area: into *.csv, or - to show them only",
)
CHECK_BY: Final = Text(
    "汇总单位：district（区县）、township（街道乡镇）、adcode（区划代码）",
    "areas of the summary: district, township or adcode",
)
CHECK_SENSITIVITY: Final = Text(
    "各界限移动时有多少结论改变：写入 *.csv，- 表示只显示",
    "how many verdicts change when a limit moves: into *.csv, or - to show it only",
)
TRUST_COORDSYS: Final = Text(
    "相信各名单写明的坐标系，不用建筑物核对；只对本次有效",
    "believe the coordinate systems as stated, without the guard; for this check only",
)
IMPORT_FORCE: Final = Text(
    "即使坐标系可疑也导入（结论仍会暂缓，除非 yizhan check --trust-coordsys）",
    "import even if the coordinate system is in doubt (verdicts stay withheld without check --trust-coordsys)",
)
GUARD_REFUSED: Final = Text(
    "没有导入。请用正确的 --coordsys 再次导入；确认无误可加 --force",
    "Nothing was imported. Import again with the right --coordsys; if it is right as it is, insist with --force",
)
GUARD_CHECK: Final = Text(
    "{why_zh}。该批 {n} 处的推算结论暂不采用；请核对坐标系后重新导入，确认无误可加 --trust-coordsys",
    "{why_en}. The computed verdicts of these {n} stations are withheld; verify the system and import again, "
    "or insist with --trust-coordsys",
)
WORKSHEET_WRITTEN: Final = Text(
    "现场核实表已写入 {file}：{n} 处，坐标系 {coordsys}；填好后运行 yizhan visits import {file}",
    "worksheet written to {file}: {n} stations, in {coordsys}; fill it in and run yizhan visits import {file}",
)
BAD_SHEET_COORDSYS: Final = Text(
    "核实表的坐标系 {given} 不可用：请用 gcj02、wgs84 或 bd09",
    "the worksheet cannot be in {given}: use gcj02, wgs84 or bd09",
)
BAD_BY: Final = Text(
    "--by {given} 不可用：请用 district、township 或 adcode",
    "--by {given} cannot be used: district, township or adcode",
)
BAD_TABLE_FILE: Final = Text(
    "{file} 不可用：请写 *.csv，或用 - 只显示", "{file} cannot be used: name a *.csv, or - to show it only"
)
BAD_SHEET_FILE: Final = Text(
    "{file} 不可用：核实表请写 *.xlsx", "{file} cannot be used: a worksheet is an *.xlsx"
)
SUMMARY_WRITTEN: Final = Text("汇总已写入 {file}", "summary written to {file}")
SENSITIVITY_WRITTEN: Final = Text("敏感性已写入 {file}", "sensitivity written to {file}")
SUMMARY_TITLE: Final = Text("临街结论按地区汇总", "street-facing verdicts by area")
SUMMARY_AREA: Final = Text("地区", "area")
SUMMARY_NO_AREA: Final = Text("（未注明）", "(not stated)")
SUMMARY_ALL: Final = Text("合计", "all")
SUMMARY_STATIONS: Final = Text("站点", "stations")
SUMMARY_REASON: Final = Text("原因", "reason")
SENSITIVITY_TITLE: Final = Text("各界限移动时结论的变化", "verdicts that change when a limit moves")
RULE_UNCHECKED: Final = "unchecked"
RULE_NAMES: Final = {
    "clear_line": Text("直通街道", "clear line"),
    "lines_cut": Text("被阻挡", "cut off"),
    "no_street_near": Text("附近没有街道", "no street near"),
    "gate_unknown": Text("大门状态不明", "state of a gate"),
    "enclosure_unknown": Text("院落是否封闭不明", "state of an enclosure"),
    "looks_away": Text("门背街", "looks away"),
    "single_point": Text("仅一点通街", "a single point"),
    "too_far": Text("距离居中", "too far for yes"),
    "way_in_known": Text("有绕行通路", "a way round"),
    "way_in_possible": Text("可能有通路", "perhaps a way"),
    "way_round": Text("围墙有缺口", "end of a wall"),
    "weak_way": Text("只临内部道路", "weak way only"),
    "no_street_data": Text("没有街道数据", "no street data"),
    "off_grade": Text("不在地面层", "off the ground level"),
    "deep_inside": Text("建筑深处", "deep inside"),
    "unlocated": Text("没有坐标", "no position"),
    "position_kind_unknown": Text("位置类型不明", "kind of position"),
    "unstable": Text("位置误差影响结论", "not stable"),
    "coordsys_doubtful": Text("坐标系可疑", "coordinate system"),
    "declared_conflict": Text("申报矛盾", "declared conflict"),
    "visited_street_door": Text("核实：门朝街", "visited: street door"),
    "visited_no_street_door": Text("核实：门不朝街", "visited: no street door"),
    "visited_in_compound": Text("核实：在院内", "visited: in a compound"),
    "visited_registration": Text("核实：需登记", "visited: registration"),
    "visited_guarded": Text("核实：门卫查问", "visited: guarded"),
    "visited_no_lift": Text("核实：楼上无电梯", "visited: no lift"),
    RULE_UNCHECKED: Text("尚未检查", "not checked yet"),
}
"""Short names of the rules that decide a verdict, for tables."""

# -- visits
VISITS: Final = Text("现场核实", "visits on site")
VISITS_FILE: Final = Text("填好的核实表 *.xlsx 或 *.csv", "the filled worksheet, *.xlsx or *.csv")
VISITS_COORDSYS: Final = Text(
    "表中坐标的坐标系；表头已注明则不必", "coordinate system of its positions, if the headers do not say it"
)
VISITS_IMPORTING: Final = Text("导入现场核实 {file}", "importing visits {file}")
VISITS_COUNTS: Final = Text(
    "采用 {changed}，未变 {unchanged}，没去 {skipped}，拒绝 {rejected}",
    "used {changed}, unchanged {unchanged}, not visited {skipped}, rejected {rejected}",
)
VISITS_ROW: Final = Text("第 {row} 行：{reason_zh}", "row {row}: {reason_en}")

SENSITIVITY_HEAD: Final = (
    Text("界限", "limit"),
    Text("改为", "moved to"),
    Text("原结论", "from"),
    Text("新结论", "to"),
    Text("站点", "stations"),
)
SENSITIVITY_RUNNING: Final = Text("移动界限重算", "moving the limits")
