"""What a plan says while it is made, and why it cannot be made, Chinese first (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

# -- inputs that cannot be used

BAD_WEEK: Final = Text(
    "--week 的“{given}”不是日期。请写一周中任意一天，如 2026-11-23。",
    "--week: '{given}' is no date. Give any day of the week, as 2026-11-23.",
)
NO_DEMAND: Final = Text(
    "没有给出需求。请用 --demand 指定人口面或带权重的点，如 --demand 街道.gpkg:population。",
    "No demand is given. Name population polygons or weighted points, as --demand townships.gpkg:population.",
)
DEMAND_NONE_HERE: Final = Text(
    "--adcode {codes}：需求数据 {file} 里没有这些区县或街道。数据中有：{there}。",
    "--adcode {codes}: the demand of {file} has no such district or township. It has: {there}.",
)
DEMAND_NO_CODES: Final = Text(
    "--adcode 需要需求数据带有区划代码，而 {file} 一个也没有。请补上“adcode”列，或去掉 --adcode。",
    "--adcode needs demand with area codes, and {file} has none. Add a column 'adcode', or leave --adcode out.",
)
DEMAND_ZERO: Final = Text(
    "{file} 的需求合计为 0，没有什么可以覆盖。请检查权重一列。",
    "The demand of {file} adds up to 0: there is nothing to cover. Check its column of weights.",
)
COORDSYS_WANTED: Final = Text(
    "{file} 没有说明坐标系，而坐标系不能猜。请加上 {option}：wgs84（GPS、天地图、OSM）、gcj02（高德、腾讯）"
    "或 bd09（百度；百度墨卡托米制写 bd09mc）。",
    "The coordinate system of {file} is not stated, and it cannot be guessed. Add {option}: wgs84 (GPS, Tianditu, "
    "OSM), gcj02 (Amap, Tencent) or bd09 (Baidu; bd09mc for its Mercator metres).",
)
NO_OUT: Final = Text(
    "没有说明结果写到哪里。请用 --out 指定一个新的或空的文件夹。",
    "Where to write is not said. Name a new or an empty folder with --out.",
)
BAD_ADCODE: Final = Text(
    "--adcode 的“{given}”不是区划代码。请写 2 至 12 位数字，如 110101；多个代码用逗号隔开或重复书写。",
    "--adcode: '{given}' is no code. Give 2 to 12 digits, as 110101; several with commas between, or repeated.",
)
COORDSYS_WITHOUT_FILE: Final = Text(
    "--coordsys 与 --audience 用于驿站文件；使用登记表时请去掉。",
    "--coordsys and --audience go with a file of stations; leave them out to use the registry.",
)
NO_STATIONS: Final = Text(
    "范围内没有可计入的公开驿站（共 {stations} 处：不公开 {hidden}，没有坐标 {unlocated}，未开放 {not_in_service}，"
    "范围外 {outside}）。请核对服务对象（--audience outdoor_workers）、坐标系和 --adcode；"
    "确实一处都没有时写 --no-stations。",
    "No public station counts here ({stations} in all: {hidden} hidden, {unlocated} without a position, "
    "{not_in_service} not in service, {outside} outside). Check the audience (--audience outdoor_workers), the "
    "coordinate system and --adcode; if there is truly none, say --no-stations.",
)
STREETS_ABSENT: Final = Text(
    "找不到道路文件 {file}。请检查 --streets。", "There is no street file {file}. Check --streets."
)
STREETS_NONE: Final = Text(
    "{file} 里没有道路。请检查 --streets。", "There is no street in {file}. Check --streets."
)
STREETS_WANTED: Final = Text(
    "用驿站文件时不读登记表，道路须另给：--streets 本地.osm.pbf（或带“highway”列的 .gpkg）。",
    "With a file of stations no registry is read, so streets must be given: --streets city.osm.pbf (or a .gpkg with "
    "a column 'highway').",
)
NO_STREETS_STORED: Final = Text(
    "登记表在这一带没有道路。请先执行 yizhan osm 本地.osm.pbf，或用 --streets 给出道路文件。",
    "The registry has no streets here. Run yizhan osm city.osm.pbf first, or name a file with --streets.",
)
NO_NETWORK: Final = Text(
    "{source} 里没有一条可以步行的路。请检查“highway”列和 --streets。",
    "There is no street that one may walk in {source}. Check the column 'highway' and --streets.",
)
CANDIDATES_KIND: Final = Text(
    "--candidates 的“{given}”不是 doors、hosts、grid 之一，也不是一个文件。",
    "--candidates: '{given}' is none of doors, hosts, grid, and no file.",
)
CANDIDATES_COORDSYS: Final = Text(
    "候选点文件 {file} 没有说明坐标系。请加上 --candidates-coordsys：wgs84、gcj02 或 bd09。",
    "The coordinate system of the candidates in {file} is not stated. Add --candidates-coordsys: wgs84, gcj02 or bd09.",
)
CANDIDATES_NONE: Final = Text(
    "{file} 里没有一个有坐标的候选点（拒绝 {rejected} 行）。",
    "No candidate in {file} has a position ({rejected} rows rejected).",
)
HOSTS_NEED_PBF: Final = Text(
    "--candidates hosts 要从 OSM 文件读取场所，请用 --streets 给出 .osm.pbf。",
    "--candidates hosts reads premises from an OSM extract; give one with --streets FILE.osm.pbf.",
)
SAMPLE_TOO_LARGE: Final = Text(
    "--sample {asked}：候选点只有 {there} 个。请写小一些。",
    "--sample {asked}: there are only {there} candidates. Ask for fewer.",
)
SAMPLE_NEEDS_LABEL: Final = Text(
    '--sample 抽取的不是真实驿站，必须用 --stand-in 写明，例如 --stand-in "随机街边点"。',
    'What --sample draws are no real stations; say so with --stand-in, as in --stand-in "random street points".',
)
SAMPLE_WITH_FILE: Final = Text(
    "--sample 不能与驿站文件同用。", "--sample does not go with a file of stations."
)
STAND_IN_NAME: Final = Text("替代点{n}", "stand-in {n}")
STAND_IN_SAMPLE: Final = Text(
    "{label}（从候选点中随机抽取 {n} 处，种子 {seed}，开放时间为假设）",
    "{label} ({n} drawn at random from the candidates, seed {seed}; invented hours)",
)

TITLE: Final = Text("本次范围", "the area of this plan")
TITLE_MANY: Final = Text("{first}等 {n} 个区县", "{first} and others, {n} districts")
KIND: Final = {
    "population": Text("人口面", "population"),
    "points": Text("带权重的点", "weighted points"),
    "presence": Text("逐时在场人数", "presence by half hour"),
}
UNIT: Final = {
    "population": Text("人", "persons"),
    "points": Text("个", "points"),
    "presence": Text("人", "persons"),
}

OF_REGISTRY: Final = Text("登记表，数据版本 {version}", "the registry, data version {version}")

# -- the folder of results

OUT_IS_FILE: Final = Text(
    "--out {folder} 是一个文件。请写一个文件夹。", "--out {folder} is a file. Name a folder."
)
OUT_NO_PARENT: Final = Text(
    "--out {folder}：上级文件夹 {parent} 不存在。请先建立它。",
    "--out {folder}: the folder {parent} does not exist. Make it first.",
)
OUT_UNWRITABLE: Final = Text("--out {folder} 不能写入：{why}", "--out {folder} cannot be written: {why}")
OUT_NOT_EMPTY: Final = Text(
    "--out {folder} 里有别的文件（{files}）。请另选一个空的或新的文件夹；确要写在这里请加 --force。",
    "--out {folder} holds other files ({files}). Choose an empty or a new folder; --force writes here all the same.",
)
OUT_IN_USE: Final = Text(
    "另一个 yizhan plan 正在写 {folder}。请等它结束，或换一个 --out。",
    "Another yizhan plan is writing to {folder}. Wait for it, or choose another --out.",
)

# -- what a study notes for its reader

NOTE_OFF_STREET: Final = Text(
    "有 {n} 个需求网格（需求的 {share}）{metres} 米内没有道路，没有步行时间，算未覆盖。",
    "{n} cells of demand ({share} of it) have no street within {metres} m: no walking time, not covered.",
)
NOTE_LEFT_OUT: Final = Text(
    "步行路网只用最大的一片，占可用节点的 {share}；其余 {n} 片与它不相连，没有使用。",
    "Of the walking network the largest part is used, {share} of its nodes; {n} others are not connected to it.",
)
NOTE_HIDDEN: Final = Text(
    "另有 {n} 处站点不面向户外劳动者或服务对象不详，没有计入。",
    "{n} further stations are not for outdoor workers, or it is not known for whom: not counted.",
)
NOTE_UNKNOWN: Final = Text(
    "{n} 处驿站开放时间不详，不算开放。", "{n} stations of unknown hours do not count as open."
)
NOTE_AROUND: Final = Text(
    "另有 {n} 处驿站在范围之外但离得近：它们能覆盖到的需求算已覆盖，驿站数、24小时占比和每处驿站的需求里没有它们。",
    "{n} further stations stand outside the area and near it: demand that they reach is covered; the numbers of "
    "stations, the share open 24 hours and the demand per station leave them out.",
)
NOTE_UNPLACED: Final = Text(
    "{n} 行需求数据被拒绝（多为没有坐标或权重）。",
    "{n} rows of demand were rejected, most for a missing place or weight.",
)
NOTE_EVENLY: Final = Text(
    "人口在各街道乡镇内按面积均摊到网格，假设居住均匀。",
    "People are spread evenly over the ground of their area.",
)
NOTE_ALONG: Final = Text(
    "人口在各街道乡镇内按道路长度分摊到网格（有路的地方有人）。",
    "People are spread along the streets of their area.",
)
NOTE_STREETLESS: Final = Text(
    "{n} 个街道乡镇里没有道路，改按面积均摊。",
    "{n} areas have no street; there people are spread over the ground.",
)
NOTE_PRESENT: Final = Text(
    "需求是在场人数：合计是一周的平均，凌晨2点等各时段的数字按当时在场的人数。",
    "Demand is the number of people present: its sum is the mean of the week, figures of an hour are of those "
    "present then.",
)
NOTE_PROFILE: Final = Text(
    "各处需求都按 {file} 的逐时曲线变化，这是假设。",
    "All demand is assumed to change over the week as the presence in {file} does.",
)
NOTE_STATION_OFF_STREET: Final = Text(
    "{n} 处驿站 {metres} 米内没有道路，只按直线距离计入。",
    "{n} stations have no street within {metres} m; they count by straight distance alone.",
)
NOTE_NOBODY_THEN: Final = Text(
    "凌晨2点没有需求，所以没有算通宵的新址和改为24小时的驿站。",
    "There is no demand at two in the morning, so neither new sites for it nor longer hours were looked for.",
)
NOTE_NO_CANDIDATES: Final = Text(
    "范围内没有一个候选点，所以没有算新址。请用 --candidates grid（沿街格点），或给出一份当地的候选点名单。",
    "No candidate lies in the area, so no new site was looked for. Use --candidates grid (points on streets), or a "
    "list of candidates that stand here.",
)
NOTE_GRID: Final = Text(
    "候选点中的“沿街格点”只表示这一带该有一处，具体门面须实地选定。",
    "A candidate of the grid only says that a station belongs around there; the door has to be found on site.",
)
NOTE_STREETS: Final = Text(
    "道路数据：{source}。路网不全或过时会使步行时间偏长或偏短。",
    "Streets: {source}. Where they are incomplete or old, walking times are too long or too short.",
)
NOTE_HOLIDAY: Final = Text(
    "这一周（{monday} 起）含有节假日或调休：{days}。",
    "The week from {monday} holds holidays or make-up days: {days}.",
)
NOTE_BUDGET: Final = Text(
    "{question_zh}：选 {n} 处后覆盖 {share}，上界 {bound}（差距 {gap}），用时不超过 {seconds} 秒。{proved_zh}",
    "{question_en}: with {n} {share} is covered, the bound is {bound} (gap {gap}), in at most {seconds} s. {proved_en}",
)
NOTE_LEAST_PROVED: Final = Text(
    "要步行覆盖 {target}（{moment_zh}）：新增 {n} 处即可，达到 {share}；已证明再少不行。",
    "To cover {target} on foot ({moment_en}) {n} new sites are enough, with {share}; it is proved that fewer are not.",
)
NOTE_LEAST: Final = Text(
    "要步行覆盖 {target}（{moment_zh}）：新增 {n} 处即可，达到 {share}；已证明少于 {least} 处不行，"
    "两者之间未证明。",
    "To cover {target} on foot ({moment_en}) {n} new sites are enough, with {share}; it is proved that fewer than "
    "{least} are not, in between nothing is.",
)
NOTE_LEAST_NEVER: Final = Text(
    "要步行覆盖 {target}（{moment_zh}）：候选点全部建成也只到 {share}（有用的 {n} 处）。请增加候选点或降低 --share。",
    "To cover {target} on foot ({moment_en}): all candidates together reach {share} ({n} of them add something). "
    "Give more candidates, or a lower --share.",
)
QUESTION: Final = {
    ("sites", "any"): Text("新增选址（不论时段）", "New sites, regardless of hours"),
    ("sites", "0200"): Text("新增通宵驿站（凌晨2点）", "New sites open at 02:00"),
    ("extend", "0200"): Text("现有驿站改为24小时（凌晨2点）", "Existing stations to open 24 hours, at 02:00"),
}
PROVED: Final = Text("已证明最优。", "Proved optimal.")
NOT_PROVED: Final = Text("未证明最优。", "Not proved optimal.")

# -- steps, for the progress bar

STEP_STATIONS: Final = Text("读取驿站", "reading stations")
STEP_DEMAND: Final = Text("读取需求", "reading demand")
STEP_STREETS: Final = Text("读取道路", "reading streets")
STEP_NETWORK: Final = Text("建立步行路网", "building the walking network")
STEP_TIMES: Final = Text("计算步行时间", "walking times")
STEP_COVERAGE: Final = Text("逐时覆盖", "coverage by the hour")
STEP_CANDIDATES: Final = Text("候选点", "candidates")
STEP_SITING: Final = Text("选址", "choosing sites")
STEP_FILES: Final = Text("写出文件", "writing files")

# -- options of the command

OPTION: Final = {
    "stations": Text(
        "驿站文件（CSV、XLSX、GeoJSON、GeoPackage）；不写则用登记表",
        "a file of stations; the registry without it",
    ),
    "coordsys": Text("驿站文件的坐标系：wgs84、gcj02、bd09", "of the file of stations: wgs84, gcj02, bd09"),
    "audience": Text("未注明服务对象的行按此填写", "audience of rows that state none"),
    "demand": Text(
        "需求文件，可注明类型 population（人口面）、points（带权重的点）、presence（逐时在场人数）",
        "demand; its kind may follow: population (polygons), points (weighted points), presence (by half hour)",
    ),
    "demand_coordsys": Text("需求文件的坐标系，必填", "coordinate system of the demand, needed"),
    "demand_weight": Text("需求文件中权重列的列名", "title of the column of weights"),
    "unit": Text("需求的单位，如 人、单", "what a weight counts, as persons or orders"),
    "areas": Text("区县或街道面文件，给点状需求补上所属街道", "polygons that name the township of points"),
    "areas_coordsys": Text("--areas 文件的坐标系", "coordinate system of --areas"),
    "out": Text("结果文件夹，新的或空的", "folder of the results, new or empty"),
    "adcode": Text(
        "只做这些区县或街道（代码开头），逗号隔开或重复书写",
        "these districts or townships alone (beginning of the code); with commas, or repeated",
    ),
    "streets": Text(
        "道路文件 .osm.pbf，或带 highway 列的 .gpkg；不用数据库时必填",
        "streets: .osm.pbf, or .gpkg with a column highway; needed without a database",
    ),
    "along_streets": Text(
        "人口沿道路分摊（缺省按面积均摊）",
        "spread people along the streets of their area, not over its ground",
    ),
    "profile": Text(
        "逐时在场人数文件，所有需求都按它的曲线变化",
        "presence by half hour that shapes all demand over the week",
    ),
    "profile_coordsys": Text("--profile 文件的坐标系", "coordinate system of --profile"),
    "week": Text(
        "哪一周（其中任意一天）；节假日和调休计入；缺省为本周",
        "which week (any day of it); holidays count; the current one",
    ),
    "straight_m": Text("直线标准，米", "the straight standard, metres"),
    "walk_min": Text("步行标准，分钟", "the walking standard, minutes"),
    "walk_kmh": Text("步行速度，公里/小时", "walking speed, km/h"),
    "sites": Text("建议新增几处；0 为不选址", "how many new sites to propose; 0 for none"),
    "share": Text(
        "还要回答：步行覆盖百分之几最少新增几处，如 90",
        "answer too: the least number of new sites that cover so many per cent on foot, as 90",
    ),
    "candidates": Text(
        "候选点：doors（登记表中已判临街的门）、hosts（OSM 中的银行、邮局、商铺等）、grid（沿街格点）或一个名单文件",
        "candidates: doors (judged street-facing, of the registry), hosts (banks, shops … of OSM), grid, or a file",
    ),
    "candidates_coordsys": Text("候选点名单的坐标系", "coordinate system of a file of candidates"),
    "seconds": Text("选址最多用多少秒", "time budget for choosing sites, seconds"),
    "scheduler": Text(
        "Dask 调度器地址：分区计算谁能到达哪里；不给则在本机",
        "address of a Dask scheduler whose workers find who reaches what; without it this machine does",
    ),
    "seed": Text("随机种子", "seed of everything random"),
    "resolution": Text(
        "h3 网格级别：9 约 0.1 平方公里，10 约 0.015", "h3 cells: 9 is about 0.1 km², 10 about 0.015"
    ),
    "stand_in": Text(
        "这些驿站是替代数据，用这句话标在每个结果上",
        "the stations are a stand-in; every output says so in these words",
    ),
    "sample": Text(
        "没有名单时，从候选点随机抽取这么多处作替代",
        "without a list: draw so many stand-in stations from the candidates",
    ),
    "no_stations": Text("确实一处驿站都没有，也继续", "go on although there is no station at all"),
    "title": Text("报告标题", "title of the report"),
    "attribution": Text("数据署名", "whom the data must name"),
    "crs": Text(
        "gaps.gpkg 的坐标系：EPSG:4326、EPSG:4490 或 local（当地三度带）",
        "of gaps.gpkg: EPSG:4326, EPSG:4490 or local (3-degree zone)",
    ),
    "force": Text("文件夹里有别的文件也写", "write although the folder holds other files"),
}
PLANNING: Final = Text("规划 {out}", "planning {out}")
WRITTEN: Final = Text(
    "已写出 {folder}：report.html、figures.xlsx、gaps.gpkg（{seconds} 秒）",
    "written to {folder}: report.html, figures.xlsx, gaps.gpkg ({seconds} s)",
)
DONE: Final = Text(
    "需求 {demand} {unit_zh}，公开驿站 {stations} 处。覆盖率：直线 {straight}，步行 {walk}；"
    "凌晨2点 {straight_night}、{walk_night}。",
    "Demand {demand} {unit_en}, {stations} public stations. Covered: straight {straight}, on foot {walk}; at 02:00 "
    "{straight_night}, {walk_night}.",
)
NOBODY_THEN: Final = "—"
"""Stands for a share of demand where there is none."""
DONE_SITES: Final = Text(
    "新增 {n} 处后，步行覆盖率为 {share}。", "With {n} new sites {share} is covered on foot."
)
DEMAND_REJECTS: Final = Text(
    "需求文件有 {n} 行被拒绝：{reason_zh}", "{n} rows of the demand were rejected: {reason_en}"
)
