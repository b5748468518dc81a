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
