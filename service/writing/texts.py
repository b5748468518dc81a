"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from geo.texts import Text

RECORD = Text("一个站点的登记内容", "The record of one station")
RECORD_MEANING = Text(
    "登记时填写的内容（不含推算所得），坐标如所填；含不公开的站点。ETag 为其版本，修改时写入 If-Match。需"
    "要 write 权限。",
    "What was stated of a station, without what was worked out; positions as given; also of stations that are not "
    "public. Its ETag is the version to state in If-Match. Needs a key with scope write.",
)
PUT = Text("登记或替换一个站点", "Register or replace one station")
PUT_MEANING = Text(
    "If-None-Match: * 为新登记（已撤销的恢复），If-Match 为替换：未写的字段即为未填。检查与导入相同，每个"
    "有误的字段都列出。"
    "有坐标则必须写明 coordsys。需要 write 权限。",
    "If-None-Match: * registers a station, or brings a deleted one back; If-Match replaces one: a field that is left "
    "out is not stated. Checked as an import is; every field that is wrong is named. Positions need coordsys. "
    "Needs a "
    "key with scope write.",
)
PATCH = Text("修改一个站点的部分字段", "Change some fields of one station")
PATCH_MEANING = Text(
    "JSON merge patch（RFC 7396）：只写要改的字段，null 为清空。须有 If-Match。需要 write 权限。",
    "A JSON merge patch (RFC 7396): only the fields to change, null clears. Needs If-Match and a key with "
    "scope write.",
)
DELETE = Text("撤销一个站点", "Delete one station")
DELETE_MEANING = Text(
    "站点成为墓碑：不再公开，历史保留，数据源的关注者得知其移除。须有 If-Match。需要 write 权限。",
    "The station becomes a tombstone: no longer public, its history kept, and followers of the feed hear of "
    "it. Needs "
    "If-Match and a key with scope write.",
)
IMPORT = Text("上传清单并导入", "Import an uploaded list")
IMPORT_MEANING = Text(
    "请求体即文件（CSV、XLSX、GeoJSON、GeoPackage），与 yizhan import 相同：一次完成，每一行都有结果，拒"
    "绝的行可下载。"
    "Idempotency-Key 由您自定（例如 UUID）：同一个键再次发送同一请求，只答复首次的结果，不再导入；保留 {days} 天。"
    "需要 write 权限。",
    "The body is the file (CSV, XLSX, GeoJSON, GeoPackage), imported as `yizhan import` does: one transaction, "
    "an outcome "
    "for every row, rejected rows to download. Idempotency-Key is yours (a UUID, for instance): the same request "
    "sent again under it is answered as the first one was, and not carried out again; kept for {days} days. "
    "Needs a key "
    "with scope write.",
)
IMPORT_ANSWER = Text("一次导入的结果", "What became of an import")
REJECTED = Text("被拒绝的行", "Rejected rows")
REJECTED_MEANING = Text(
    "CSV，含原有各列与原因；改好后可再次上传。",
    "CSV with the columns as they were and the reasons; mend it and send it again.",
)
NO_SUCH_IMPORT = Text(
    "没有此次导入，或其结果已过保留期。", "No such import, or its answer is no longer kept."
)
BATCH_ID = Text("导入的编号。", "Number of the import.")
FILENAME = Text(
    "文件名；其后缀说明格式（.csv .tsv .xlsx .geojson .gpkg）。",
    "Name of the file; its ending says what it is.",
)
NOT_A_FILENAME = Text(
    "须为不含路径的文件名，后缀为 .csv .tsv .txt .xlsx .xlsm .geojson .json .gpkg 之一。",
    "Must be a file name without folders that ends in .csv .tsv .txt .xlsx .xlsm .geojson .json or .gpkg.",
)
IMPORT_COORDSYS = Text(
    "文件中坐标的坐标系；文件自己写明时可省。",
    "Coordinate system of the file's positions, unless it says so.",
)
IMPORT_AUDIENCE = Text("未写服务人群的行面向谁。", "Whom rows serve that do not say it.")
IMPORT_SOURCE = Text("清单的名称；缺省为文件名。", "Name of the list; the file's when absent.")
REPLACE_SOURCE = Text(
    "true：此来源中未列入文件的站点撤销；须写 source。",
    "true: stations of this source that the file no longer lists are deleted; needs source.",
)
FORCE = Text(
    "true：即使周围建筑表明坐标系有误也导入。",
    "true: import although the buildings around say that the system is wrong.",
)
NOT_AN_ID = Text(
    "不能作为站点编号：须以字母或数字开头，由字母、数字、点、下划线、横线组成，至多 64 位。",
    "Cannot be a station id: letters, digits, dots, underscores and hyphens, at most 64, a letter or digit first.",
)
UPLOAD_BUSY = Text(
    "正在处理另一份上传的清单，请稍后以同一 Idempotency-Key 重试；查询不受影响。",
    "Busy with another uploaded list; try again later with the same Idempotency-Key. Queries go on.",
)
RAW_BODY = Text(
    "请求体须为文件本身，不是 multipart；参数写在网址中。例如 curl --data-binary @stations.xlsx。",
    "The body must be the file itself, not multipart; parameters go into the address: curl --data-binary "
    "@stations.xlsx.",
)
BOMB = Text("文件解压后超过 {n} 字节。", "Unpacked, the file is larger than {n} bytes.")
EMPTY_BODY = Text("请求体为空；应为文件本身。", "The body is empty; it must be the file.")
IDEMPOTENCY_KEY = Text(
    "您自定的键，1–255 个可见 ASCII 字符，每次上传一个新的。",
    "A key of your own, 1 to 255 visible ASCII characters, a new one for each upload.",
)
KEY_REUSED = Text(
    "此 Idempotency-Key 已用于另一请求；新的上传请用新的键。",
    "This Idempotency-Key was used for another request; take a new one for a new upload.",
)
STILL_RUNNING = Text(
    "同一 Idempotency-Key 的请求正在处理；请稍后重试。",
    "A request with this Idempotency-Key is under way; try again later.",
)
IF_MATCH = Text(
    "您所读版本的 ETag（GET …/record）；他人已修改则答 412。",
    "ETag of the version that you read (GET …/record); 412 when somebody else changed it since.",
)
IF_NONE_MATCH = Text("*：尚无此站点时才登记。", "*: only if there is no such station yet.")
NEED_CREATE_OR_MATCH = Text(
    "请写明 If-None-Match: *（新登记）或 If-Match: ETag（替换；ETag 见 GET …/record），二者取一。",
    "State If-None-Match: * to register, or If-Match with the ETag of GET …/record to replace; one of the two.",
)
NEED_MATCH = Text(
    "请以 If-Match 写明所修改版本的 ETag（见 GET …/record）；* 不够，它不能防止覆盖他人的修改。",
    "State in If-Match the ETag of the version you change (GET …/record); * is not enough, it would overwrite "
    "what others did.",
)
BOTH_CONDITIONS = Text(
    "If-Match 与 If-None-Match 只能用一个。", "Give either If-Match or If-None-Match, not both."
)
NOT_MERGE_PATCH = Text(
    "请以 Content-Type: application/merge-patch+json 发送（RFC 7396）。",
    "Send it with Content-Type: application/merge-patch+json (RFC 7396).",
)
POSITION_PARTS = Text(
    "坐标由 lon、lat、coordsys 三者组成，须一同写明；coordsys 为 wgs84、gcj02、bd09 或 bd09mc。",
    "A position is lon, lat and coordsys together; coordsys is wgs84, gcj02, bd09 or bd09mc.",
)
NAME_MISSING = Text("缺少名称。", "The name is missing.")
NOT_A_LINE = Text("须为一行文字，1–{n} 个字符。", "Must be one line of text of 1 to {n} characters.")
NOT_AN_ADCODE = Text(
    "须为 6 位行政区划代码，例如 110108。", "Must be a six-digit adcode, for instance 110108."
)
NOT_A_TOWNSHIP_CODE = Text(
    "须为 9 位或 12 位乡镇街道代码，例如 110108001。",
    "Must be a township code of 9 or 12 digits, for instance 110108001.",
)
NOT_A_DAY = Text("须为日期，例如 2026-11-01。", "Must be a day, for instance 2026-11-01.")
NOT_A_MAP = Text(
    "须为对象，例如 {example}；键与值须在词表内。",
    "Must be an object such as {example}; names and values of the vocabulary.",
)
FIELD_DUPLICATE = Text("字段重复。", "Given more than once.")
RECORD_FIELD = Text("与清单中的同名列相同。", "As the column of that name in a list.")
