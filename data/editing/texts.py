"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from geo.texts import Text

NO_STATION = Text("没有编号为 {station_id} 的站点。", "There is no station {station_id}.")
STATION_EXISTS = Text(
    "已有编号为 {station_id} 的站点；要修改它，请用 If-Match 写明其 ETag。",
    "There is a station {station_id}; to change it, state its ETag in If-Match.",
)
STATION_CHANGED = Text(
    "{station_id} 在您读取之后已被修改（现为 {tag}）；请重新读取，再修改。",
    "{station_id} was changed since you read it (it is {tag} now); read it again, then change it.",
)
STATION_MERGED = Text(
    "{station_id} 经人确认与 {merged_into} 为同一处，已并入；请修改后者。",
    "{station_id} was found by a person to be {merged_into}, and merged into it; change that one.",
)
RECORD_REFUSED = Text("有字段无法保存，见 errors。", "Some fields cannot be stored; see errors.")
CROWDED_PLACE = Text(
    "有 {n} 个站点与另外 {crowd} 个以上的站点同在一个位置，那多半是地名的中心而非门口；未按距离比较。",
    "{n} stations share one position with more than {crowd} others, most likely the middle of a place and no door; "
    "they were not compared by distance.",
)
CROWDED_ADDRESS = Text(
    "地址“{what}”有 {n} 个站点，过于笼统；未按地址比较。",
    "{n} stations have the address “{what}”: too general to compare by.",
)
CROWDED_ID = Text(
    "外部编号“{what}”有 {n} 个站点；未按编号比较，请先核对清单。",
    "{n} stations have the id “{what}”: not compared by it; check the list first.",
)
TOO_MANY_PAIRS = Text(
    "{within_m} 米以内的站点对过多，无法逐一查看；请减小 --within-m。",
    "Too many pairs within {within_m} m for anybody to look at; use a smaller --within-m.",
)
ONE_STATION = Text(
    "{station_id} 写了两次；请写两个不同的站点。", "{station_id} is named twice; name two stations."
)
BY_WHOM = Text("请写明由谁判断（--by）。", "Say who decides (--by).")
DECISION_TOO_LONG = Text(
    "判断人与备注各不超过 {n} 个字符。",
    "Who decides, and the note, may have {n} characters each.",
)
WHICH_STAYS = Text(
    "请写明保留哪一个：{first} 或 {second}（--keep）。", "Say which one stays: {first} or {second} (--keep)."
)
STAYS_DELETED = Text(
    "{station_id} 已撤销，不能保留；请保留另一个。",
    "{station_id} was deleted and cannot stay; keep the other one.",
)
REASON = {
    "external_id": Text("外部编号相同", "same id elsewhere"),
    "name": Text("相近且名称相似", "near, names alike"),
    "door": Text("同一门口", "same door"),
    "address": Text("地址相同", "same address"),
    "rename": Text("可能更名", "perhaps renamed"),
}
"""Why a pair is listed, by code of ``data.editing.duplicates.REASONS``."""
VERDICT = {"same": Text("同一处", "same"), "different": Text("不同", "different")}
COLUMN = {
    "first_id": Text("站点甲ID", "first id"),
    "first_name": Text("站点甲名称", "first name"),
    "first_address": Text("站点甲地址", "first address"),
    "first_source": Text("站点甲来源", "first source"),
    "second_id": Text("站点乙ID", "second id"),
    "second_name": Text("站点乙名称", "second name"),
    "second_address": Text("站点乙地址", "second address"),
    "second_source": Text("站点乙来源", "second source"),
    "distance_m": Text("相距(米)", "distance (m)"),
    "likeness": Text("名称相似度", "likeness"),
    "reasons": Text("列出原因", "reasons"),
    "verdict": Text("判断(同一处/不同)", "verdict (same/different)"),
    "stays": Text("保留(甲/乙)", "stays (first/second)"),
    "by": Text("判断人", "decided by"),
    "note": Text("备注", "note"),
}
"""Headers of the worksheet of pairs; the last four are for the person who decides."""
STAYS = {"first": Text("甲", "first"), "second": Text("乙", "second")}
SHEET = Text("疑似重复", "Pairs")
DELETED_MARK = Text("（已撤销）", " (deleted)")
SHEET_KIND = Text("请用 .xlsx 或 .csv 文件，而不是 {suffix}。", "Use a .xlsx or .csv file, not {suffix}.")
SHEET_HEADERS = Text(
    "{file} 缺少列：{columns}。请用 yizhan duplicates --out 写出的表。",
    "{file} lacks the columns {columns}. Use the sheet that yizhan duplicates --out wrote.",
)
SHEET_ROW = Text("第 {row} 行：{why}", "row {row}: {why}")
BAD_VERDICT = Text(
    "判断须为“同一处”或“不同”，而不是“{value}”",
    "the verdict must be same or different, not “{value}”",
)
BAD_STAYS = Text("请在“保留”一列写甲或乙（或其ID）", "say which one stays: first or second, or its id")
SHEET_DAMAGED = Text("{file} 不是完好的 Excel 文件。", "{file} is no sound Excel file.")
