"""What a user may read of this wing, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

# -- HTTP service: problems

TITLES: Final[dict[str, Text]] = {
    "bad_parameter": Text("参数有误", "Bad parameter"),
    "bad_body": Text("请求体有误", "Bad request body"),
    "key_required": Text("需要密钥", "Key required"),
    "bad_key": Text("密钥无效", "Bad key"),
    "wrong_scope": Text("密钥用途不符", "Key not for this"),
    "not_found": Text("没有找到", "Not found"),
    "method_not_allowed": Text("不支持此方法", "Method not allowed"),
    "slow_body": Text("请求体传送过慢", "Request body too slow"),
    "bad_http": Text("不是有效的 HTTP 请求", "Not valid HTTP"),
    "slow_head": Text("请求头传送过慢", "Request head too slow"),
    "head_too_large": Text("请求头过大", "Request head too large"),
    "conflict": Text("与登记不符", "Does not fit what is registered"),
    "body_too_large": Text("请求体过大", "Request body too large"),
    "too_many_points": Text("位置过多", "Too many points"),
    "wrong_content_type": Text("请求体类型不支持", "Unsupported content type"),
    "wrong_content_encoding": Text("请求体压缩方式不支持", "Unsupported content encoding"),
    "too_many_requests": Text("请求过多", "Too many requests"),
    "busy": Text("服务繁忙", "Busy"),
    "precondition_required": Text("须写明所据版本", "Precondition required"),
    "precondition_failed": Text("数据已被他人修改", "Changed by somebody else"),
    "key_reused": Text("Idempotency-Key 已用过", "Idempotency-Key used before"),
    "still_running": Text("同一请求正在处理", "The same request is under way"),
    "snapshot_needed": Text("请重新下载全部", "Take the whole again"),
    "refused": Text("请求未被接受", "Request refused"),
    "keys_unknown": Text("密钥尚未载入", "Keys not loaded yet"),
    "network_not_ready": Text("路网正在载入", "Street networks loading"),
    "not_ready": Text("服务尚未就绪", "Not ready"),
    "database_away": Text("数据库暂时无法连接", "Database away"),
    "internal": Text("服务内部错误", "Internal error"),
}
"""Every problem code of the API with its title."""

SOME_WRONG = Text("{n} 处有误，见 errors。", "{n} wrong; see errors.")
UNKNOWN_PARAMETER = Text("没有此参数；可用参数：{known}。", "No such parameter; there are: {known}.")
NO_IDENTITIES = Text(
    "没有此参数：本服务不接收骑手、用户、订单、设备的编号或电话（行踪属敏感个人信息），请去掉；可用参数：{known}。",
    "No such parameter: ids of riders, users, orders or devices and phone numbers are not accepted here, because "
    "whereabouts are sensitive personal information; leave it out. There are: {known}.",
)
DUPLICATE_PARAMETER = Text("参数重复；请只写一次。", "Given more than once; give it once.")
EMPTY_VALUE = Text("值为空；请填写，或去掉此参数。", "Empty; give a value or leave the parameter out.")
MISSING_PARAMETER = Text("缺少此参数。{meaning}", "Missing. {meaning}")
BAD_ENCODING = Text("不是有效的 UTF-8 百分号编码。", "Not valid percent-encoded UTF-8.")
TOO_LONG = Text("超过 {n} 个字符。", "Longer than {n} characters.")
TOO_MANY_PARAMETERS = Text("参数超过 {n} 个。", "More than {n} parameters.")
NOT_A_NUMBER = Text("须为十进制数字，例如 {example}。", "Must be a decimal number, for instance {example}.")
NOT_AN_INTEGER = Text("须为整数，例如 {example}。", "Must be a whole number, for instance {example}.")
OUT_OF_RANGE = Text("须在 {low} 与 {high} 之间。", "Must be between {low} and {high}.")
NOT_POSITIVE = Text("须大于 0 且不超过 {high}。", "Must be above 0 and at most {high}.")
NOT_A_FLAG = Text("须为 true 或 false。", "Must be true or false.")
NOT_A_CODE = Text("须为其中之一：{codes}。", "Must be one of: {codes}.")
NOT_A_LIST = Text(
    "须为代码列表，以英文逗号分隔，例如 {example}。",
    "Must be codes with commas between, for instance {example}.",
)
NOT_A_PAIR = Text("须为 经度,纬度，例如 {example}。", "Must be lon,lat, for instance {example}.")
NOT_BOUNDS = Text(
    "须为 西,南,东,北（度，西小于东、南小于北），例如 {example}。",
    "Must be west,south,east,north in degrees, west below east, south below north, for instance {example}.",
)
ZOOM = Text("地图的缩放级别。", "Zoom of the map.")
BOUNDS = Text(
    "地图所示范围：西,南,东,北（WGS-84 度）。", "What the map shows: west,south,east,north (WGS-84)."
)
TOO_MANY_FOR_OVERVIEW = Text(
    "站点过多，不能一次给出；请按区县（adcode）分别读取，或用 /map/cells.json。",
    "Too many stations for one answer; ask for a district (adcode), or for /map/cells.json.",
)
NOT_A_MOMENT = Text(
    "须为 RFC 3339 时间，例如 {example}（无时区即北京时间，年份 2000–2199）。",
    "Must be an RFC 3339 time, for instance {example} (no offset means Asia/Shanghai; years 2000-2199).",
)
NOT_AN_ADCODE = Text(
    "须为 6 位行政区划代码或其前 2、4 位，例如 110108、1101、11。",
    "Must be a six-digit adcode or its first 2 or 4 digits, for instance 110108, 1101, 11.",
)
NOT_A_STATION_ID = Text("不是站点编号。", "Not a station id.")
NOT_TEXT = Text("须为字符串。", "Must be a string.")
RET_COORDSYS_METRES = Text(
    "输出坐标系可用：wgs84、gcj02、bd09。", "Positions are answered in wgs84, gcj02 or bd09."
)
LOCATION_TWICE = Text(
    "请只用 location，或只用 lon 与 lat。", "Give either location or lon and lat, not both."
)
OPEN_TWICE = Text("open_at 与 open_now 只能用一个。", "Give either open_at or open_now, not both.")
NO_POSITION = Text(
    "不是 {coordsys} 中的位置；请检查数值与坐标系。",
    "No position in {coordsys}; check the numbers and the coordinate system.",
)
NOT_AN_OBJECT = Text("请求体须为一个 JSON 对象。", "The body must be one JSON object.")
NOT_JSON = Text("请求体不是有效的 JSON。", "The body is not valid JSON.")
BODY_TOO_LARGE = Text("请求体不得超过 {n} 字节。", "The body may hold at most {n} bytes.")
WRONG_CONTENT_TYPE = Text(
    "请求体须为 JSON：Content-Type: application/json。", "Send JSON: Content-Type: application/json."
)
WRONG_CONTENT_ENCODING = Text(
    "请求体可以不压缩，或用 gzip 压缩（Content-Encoding: gzip）。",
    "Send the body as it is or packed by gzip (Content-Encoding: gzip).",
)
BROKEN_GZIP = Text("请求体不是完整的 gzip 数据。", "The body is not one whole gzip stream.")
UNPACKED_TOO_LARGE = Text(
    "请求体解压后不得超过 {n} 字节；请分几次请求。",
    "Unpacked, the body may hold at most {n} bytes; split it into several requests.",
)
POINTS_TOO_LATE = Text(
    "请求体前 {n} 字节中没有 points 列表；请把其他字段写在前面，并去掉多余内容。",
    "No list points within the first {n} bytes of the body; put the other fields first and leave out the rest.",
)
POINTS_NOT_A_LIST = Text(
    '须为列表，例如 [{{"id": 1, "lon": 116.397, "lat": 39.909}}]。',
    'Must be a list, for instance [{{"id": 1, "lon": 116.397, "lat": 39.909}}].',
)
POINT_NOT_JSON = Text("points[{row}] 处不是有效的 JSON。", "Not valid JSON at points[{row}].")
POINT_TOO_LONG = Text("points[{row}] 超过 {n} 字节。", "points[{row}] is longer than {n} bytes.")
POINT_NOT_AN_OBJECT = Text(
    "每个位置须为含 id、lon、lat 的对象。", "A point must be an object with id, lon and lat."
)
NOT_A_LABEL = Text(
    "须为不超过 {n} 个字符的字符串，或绝对值不超过 2^53-1 的整数。",
    "Must be a string of at most {n} characters, or a whole number up to 2^53-1 either way.",
)
TOO_MANY_POINTS = Text(
    "一次最多 {n} 个位置；请分几次请求，或使用含 bulk 用途的密钥（至多 100000 个）。",
    "At most {n} points at once; split them into several requests, or use a key for bulk (100,000).",
)
TOO_MANY_HITS = Text(
    "k 与位置个数的乘积不得超过 {n}；请减小 k，或分几次请求。",
    "k times the number of points may be at most {n}; lower k, or split the points.",
)
TOO_MANY_FAR_POINTS = Text(
    "太多位置距所有站点都超过 {n} 公里，逐一查找耗时过长；请检查坐标系与经纬度次序，或给出 radius_m，或分几次请求。",
    "Too many points lie more than {n} km from every station, which takes long; check coordsys and the order of lon "
    "and lat, give radius_m, or split the points.",
)
BUSY = Text(
    "正在处理其他批量查询，请稍后再试；单个查询不受影响。",
    "Busy with other batches; try again later. Single queries go on.",
)
SLOW_BODY = Text("请求体未在 {n} 秒内传完。", "The body did not arrive within {n} seconds.")
BAD_HTTP = Text("收到的不是有效的 HTTP 请求。", "What arrived is no valid HTTP request.")
SLOW_HEAD = Text("请求头未在 {n} 秒内传完。", "The request's headers did not arrive within {n} seconds.")
HEAD_TOO_LARGE = Text(
    "请求行与请求头合计不得超过 {n} 字节；参数较多时请用 POST。",
    "Request line and headers may hold at most {n} bytes; use POST for much.",
)
NO_SUCH_STATION = Text(
    "没有此站点，或该站点不对户外劳动者开放。", "No such station, or it does not serve outdoor workers."
)
NO_SUCH_PATH = Text("没有此地址；接口列表见 /docs。", "No such path; /docs lists them.")
NO_SUCH_METHOD = Text("此地址可用的方法：{methods}。", "This path takes: {methods}.")
REFUSED = Text("请求未被接受（HTTP {status}）。", "The request was refused (HTTP {status}).")
NOT_READY = Text(
    "站点数据尚未载入，请稍后再试。", "The stations are not loaded yet; try again in a few seconds."
)
WORKERS_FAIL = Text(
    "服务进程接连三次未能启动，已停止；原因见上面的日志。",
    "Three server processes in a row did not start; stopped. The log above says why.",
)
DATABASE_AWAY = Text(
    "数据库暂时无法连接，请稍后再试；查询最近站点不受影响。",
    "The database cannot be reached; try again later. Nearest-station queries go on.",
)
INTERNAL = Text(
    "服务出错，已记入日志；请提供 request_id 以便查找。",
    "Something went wrong here and was logged; quote the request_id.",
)

# -- HTTP service: documentation

API_TITLE = Text("驿站服务接口", "Yizhan API")
API_MEANING = Text(
    "查找户外劳动者服务站点。坐标系必须写明（coordsys）。缺少的字段表示不详或不适用；"
    "三值字段为 yes、no、unknown，unknown 绝不当作 yes。只答复面向户外劳动者的站点。",
    "Finds service stations for outdoor workers. The coordinate system is always stated (coordsys). An "
    "absent "
    "field means unknown or not applicable; three-valued fields are yes, no, unknown, and unknown is "
    "never yes. "
    "Only stations that serve outdoor workers are answered.",
)
NEAREST = Text("最近站点", "Nearest stations")
NEAREST_MEANING = Text(
    "按 WGS-84 椭球面直线距离从近到远列出站点，或按 by=walk（步行）、by=ebike（电动自行车）沿街道的时间；没有时 "
    "count 为 0。POST 使位置不出现在网址中。",
    "Stations by geodesic distance on WGS-84, nearest first, or with by=walk or by=ebike by the time through the "
    "streets; none found is count 0. POST keeps positions out of the address.",
)
BATCH = Text("批量查询最近站点", "Nearest stations of many points")
BATCH_MEANING = Text(
    "逐一答复 points 中的位置，次序不变；有误的位置只影响自己（error），其余照常。缺省一次至多 10000 个，"
    "以含 bulk 用途的密钥至多 100000 个，k 与个数之积至多 500000；限额按位置个数计。请求体可用 gzip"
    "（Content-Encoding），答复按 Accept-Encoding 压缩。id 仅用于对应答复，请用行号，勿用骑手或订单编号；"
    "不作记录。给出 ret_coordsys 时答复中才含站点坐标。",
    "Answers every one of points, in the order asked; a wrong point gets an error of its own and does not "
    "fail the others. By default up to 10,000 points, up to 100,000 with a key for bulk, and k times points up "
    "to 500,000; limits count points. Body packed by gzip (Content-Encoding) or not; the answer by "
    "Accept-Encoding. An id only matches answers to points and is never logged: use row numbers, not the ids of "
    "riders or orders. Positions of stations are answered only when ret_coordsys is given.",
)
STATION = Text("单个站点", "One station")
STATION_MEANING = Text(
    "一个站点的全部公开事实。不对户外劳动者开放、已关闭、筹建或已撤销的站点答复 404。",
    "All public facts of one station. One that does not serve outdoor workers, is closed for good, "
    "planned or "
    "withdrawn is answered 404.",
)
STATIONS = Text("站点列表", "List of stations")
STATIONS_MEANING = Text(
    "按编号排序、分页列出站点，含未定位的；next 为下一页的 after，没有 next 即最后一页。",
    "Stations in order of id, page by page, unlocated ones included; next is the after of the next "
    "page, absent on "
    "the last.",
)
HISTORY = Text("一个站点的变更", "Changes of one station")
HISTORY_MEANING = Text(
    "一个公开站点的变更，从新到旧，直接读自数据库；数据库中断时为 503。代码、数字、日期与名称给出前后值；"
    "自由文本与位置只说有变更，不给内容。by：program 为本程序写入，editor 为在数据库中直接编辑。",
    "Changes of one public station, newest first, read from the registry itself; 503 while the database is "
    "away. Codes, numbers, dates and the name are told with old and new value; of free text and positions "
    "only that they changed. by: program = written by this program, editor = edited in the database.",
)
HISTORY_LIMIT = Text("每页几条，1–1000，缺省 100。", "How many per page, 1-1000; 100 when absent.")
HISTORY_BEFORE = Text(
    "只要此条之前的变更；用上一页的 next。", "Only changes before this entry; use next of the page before."
)
LIVEZ = Text("进程在运行", "The process is alive")
READYZ = Text("能否服务，数据新旧", "Whether it can serve, and how fresh its data are")
READYZ_MEANING = Text(
    "200：能答复最近站点查询；载入站点之前为 503。数据库中断时仍为 200：查询照常，database 为 away，data_age_s "
    "为数据上次确认为最新距今的秒数，一直增长。trouble 说明数据为何没有更新：away 数据库连接不上或无应答，"
    "schema 库表不是本程序的（未迁移、较新或正在恢复），rows 登记内容不合规定，refused 数据库拒绝，"
    "defect 本程序出错；没有 trouble 即更新正常。",
    "200: nearest stations can be answered; 503 until stations are loaded. With the database away still 200: "
    "reads go on, database says away, and data_age_s, the seconds since the data were last known to be current, "
    "grows. trouble says why the data are not being renewed: away = the database cannot be reached or does not "
    "answer, schema = its tables are not this program's (not migrated, newer, being restored), rows = the "
    "registry holds what breaks its contract, refused = the database refuses, defect = an error of this program; "
    "absent while all is well.",
)
PARAMETER_MEANINGS: Final[dict[str, Text]] = {
    "lon": Text("经度（bd09mc 为米）。", "Longitude (metres for bd09mc)."),
    "lat": Text("纬度（bd09mc 为米）。", "Latitude (metres for bd09mc)."),
    "location": Text("经度,纬度，代替 lon 与 lat。", "lon,lat in one value, instead of lon and lat."),
    "coordsys": Text(
        "所给坐标的坐标系：wgs84（GPS 原始坐标、天地图、OSM）、gcj02（高德、腾讯、国内手机地图）、"
        "bd09（百度地图；米制坐标为 bd09mc）。",
        "Coordinate system of the position given: wgs84 (raw GPS, Tianditu, OSM), gcj02 (Amap, Tencent, phone "
        "maps in China), bd09 (Baidu Maps; bd09mc for its metres).",
    ),
    "ret_coordsys": Text(
        "答复中坐标的坐标系；缺省与 coordsys 相同（bd09mc 时为 bd09）。",
        "Coordinate system of the answer; coordsys when absent (bd09 for bd09mc).",
    ),
    "k": Text("最多几个站点，1–50，缺省 5。", "How many stations at most, 1-50; 5 when absent."),
    "radius_m": Text(
        "只要不超过此距离（米）的站点，至多 50000；缺省不限。",
        "Only stations at most this far, metres, up to 50000; no limit when absent.",
    ),
    "open_at": Text(
        "只要此刻确知开放的站点（RFC 3339；无时区即北京时间）。",
        "Only stations known to be open at this time (RFC 3339; no offset means Asia/Shanghai).",
    ),
    "open_now": Text(
        "true：只要现在确知开放的站点；false 等同不写。",
        "true: only stations known to be open now; false is the same as leaving it out.",
    ),
    "is_24h": Text(
        "true：只要24小时站点（门全天开放，或可全天自助进入）；false 等同不写。",
        "true: only 24-hour stations (door open, or unattended entry, around the clock); false is the same "
        "as "
        "leaving it out.",
    ),
    "facilities": Text(
        "须具备全部所列设施，且未报故障；代码以英文逗号分隔。",
        "All of these facilities, none of them broken; codes with commas between.",
    ),
    "street_facing": Text("临街判定。", "The street-facing verdict."),
    "access": Text("进入方式。", "The way in."),
    "adcode": Text(
        "行政区划代码：区县 110108，市 110100 或 1101，省 110000 或 11。",
        "Adcode: district 110108, city 110100 or 1101, province 110000 or 11.",
    ),
    "limit": Text("每页几个，1–1000，缺省 100。", "How many per page, 1-1000; 100 when absent."),
    "after": Text(
        "只要编号排在此编号之后的；用上一页的 next。",
        "Only stations whose id comes after this one; use next of the page before.",
    ),
    "station_id": Text("站点编号。", "Station id."),
    "points": Text(
        "位置列表，每个含 id、lon、lat；可为空。", "List of points, each with id, lon and lat; may be empty."
    ),
    "id": Text(
        "您自己的标记（行号最好），原样返回。", "A label of your own, best a row number; comes back as it is."
    ),
}
RET_COORDSYS_BATCH = Text(
    "给出时，每个站点附上此坐标系中的坐标；缺省不附坐标。",
    "When given, every station comes with its position in this system; without it no positions are answered.",
)
RET_COORDSYS_DEFAULT = Text(
    "答复中坐标的坐标系；缺省 wgs84，答复中写明。",
    "Coordinate system of the answer; wgs84 when absent, and stated in the answer.",
)
HEADERS: Final[dict[str, Text]] = {
    "X-Request-Id": Text("本次请求的编号，日志中可查。", "Number of this request, as in the logs."),
    "X-Data-Version": Text("所据数据的版本。", "Version of the data that was answered from."),
    "X-Data-Age": Text(
        "数据上次确认为最新距今的秒数。", "Seconds since the data were last known to be current."
    ),
    "Retry-After": Text("几秒后再试。", "Seconds after which to try again."),
    "RateLimit-Policy": Text(
        "所适用的限额：q 为一时至多几次（或几个位置），w 为用尽后几秒恢复。",
        "The limits that apply: q at once (requests, or points), w seconds until all of it is back.",
    ),
    "RateLimit": Text(
        "限额余量：r 为还剩几次（或几个位置），t 为几秒后全部恢复。",
        "What is left of them: r requests or points, t seconds until all is back.",
    ),
    "WWW-Authenticate": Text("如何出示密钥。", "How to show a key."),
}
API_KEY = Text(
    "公开的读取不需要密钥；有密钥者有自己的限额，并可做密钥用途所含之事。也可写作 Authorization: Bearer。",
    "Public reads need no key; with one a client has limits of its own and may do what the key is for. "
    "Authorization: Bearer will do as well.",
)

# -- HTTP service: street-facing

STREET_FACING = Text("临街判定及其依据", "The street-facing verdict and what it rests on")
STREET_FACING_MEANING = Text(
    "一个站点的临街判定（yes、no、unknown）、理由、依据和图形（GeoJSON）：站点、直达街道的连线、所到街道、"
    "阻挡物、九个试验点。推算（computed）或现场核实（visited）。尚未核查的站点答复 unknown、not_checked。"
    "stale 为 true 表示此后街道数据有变化。",
    "The verdict of one station (yes, no, unknown) with its reason, evidence and drawing (GeoJSON): the station, "
    "the line to the street, the street met, what cuts the line, the nine positions. Computed or visited. A "
    "station that was never checked is unknown, not_checked. stale: the street map has changed since.",
)
TRIAL = Text("试算：这个位置算不算临街", "Try positions: would this door count as street-facing?")
TRIAL_MEANING = Text(
    "按同一规则当场推算一个或至多 {n} 个位置，不保存。一个位置直接写 lon、lat 等字段，多个写在 points 里。"
    "周围没有街道数据时为 unknown。各点须相距不远：至多 {cells} 个约一公里见方的区域。",
    "Judges one position, or up to {n}, by the same rule, and stores nothing. One position is written as lon, lat "
    "and so on, several as points. Without a street map around, the answer is unknown. Points must lie together: "
    "in at most {cells} squares of about a kilometre.",
)
TRIAL_POINTS = Text(
    "要试算的位置，每个有 id、lon、lat，可有 position_kind、accuracy_m、floor 等。",
    "Positions to try, each with id, lon, lat and optionally position_kind, accuracy_m, floor and so on.",
)
TRIAL_PARAMETERS = Text(
    "要改动的参数，例如 {example}；名称和缺省值见答复中的 parameters。",
    "Numbers of the rule to change, for instance {example}; the answer's parameters lists all.",
)
TRIAL_ID = Text("客户端自己的编号，原样答复。", "The client's own label, repeated in the answer.")
TRIAL_POSITION_KIND = Text(
    "坐标是什么：entrance 入口、building 建筑、address 地址解析、unknown 不详（则须给出 accuracy_m）。",
    "What the position is: entrance, building, address (geocoded), unknown (then give accuracy_m).",
)
TRIAL_ACCURACY = Text(
    "位置误差，米；缺省按位置类型。", "Uncertainty, metres; by the kind of position when absent."
)
TRIAL_FLOOR = Text(
    "楼层：1 为地面层，-1 为地下一层。", "Floor: 1 is the ground floor, -1 the first basement."
)
TRIAL_SNAP = Text(
    "false：不用所在建筑的外墙代替该点。", "false: the walls of the building do not stand for the point."
)
TRIAL_INDOOR = Text("true：位于室内深处，如商场内铺位。", "true: deep indoors, such as a shop inside a mall.")
NOT_AN_OBJECT_HERE = Text("须为对象，例如 {example}。", "Must be an object, for instance {example}.")
TRIAL_UNKNOWN_NUMBER = Text("没有参数 {name}；可用：{known}。", "No parameter {name}; there are: {known}.")
TRIAL_ONE_OR_MANY = Text(
    "请写 points，或直接写 lon 与 lat，不能都写。", "Give either points or lon and lat, not both."
)
TRIAL_NO_POINT = Text("请写 points，或直接写 lon 与 lat。", "Give points, or lon and lat.")
TRIAL_TOO_MANY = Text("位置须为 1 至 {n} 个。", "Must be 1 to {n} positions.")
TRIAL_TOO_SPREAD = Text(
    "各点分布在 {cells} 个区域，超过 {most} 个；请按地区分次提交。",
    "The points lie in {cells} areas, more than {most}; ask district by district.",
)
NOT_CHECKED = Text("待核实：尚未核查（yizhan check）", "To be verified: not checked yet (`yizhan check`)")
INVENTED = Text(
    "虚构示例：城镇、街道与站点均为程序生成，不对应任何真实地点",
    "Invented sample: town, streets and stations are made by code and stand for no real place",
)
INVENTED_STREETS = Text("街道：虚构", "streets: invented")
REVIEW_STEP = Text("整理评审内容", "gathering what to review")
REVIEW_LIMIT = Text("至多列入多少处站点。", "How many stations to take at most.")
REVIEW_VERDICT = Text("只列此结论的站点。", "Only stations with this verdict.")
OSM_CREDIT = "© OpenStreetMap contributors, ODbL"
OSM_ATTRIBUTION = Text(
    "街道：© OpenStreetMap contributors, ODbL", "streets: © OpenStreetMap contributors, ODbL"
)

# -- HTTP service: pages

SITE_TITLE = Text("驿站", "Yizhan")
INDEX_LEAD = Text(
    "户外劳动者服务站点：查找最近、现在开放、24小时、临街的站点。",
    "Service stations for outdoor workers: the nearest, open now, around the clock, on the street.",
)
INDEX_MAP = Text("站点地图", "Map of stations")
INDEX_REVIEW = Text("临街评审图（内部）", "Street-facing review (internal)")
INDEX_COVERAGE = Text("覆盖与选址报告（内部）", "Coverage and siting report (internal)")
INDEX_BUILDER = Text("把地图放进自己的网站", "Put the map on your own site")
INDEX_DOCS = Text("接口说明", "API documentation")
INDEX_READY = Text("运行状态", "Health")
COVERAGE_TITLE = Text("覆盖与选址报告", "Coverage and siting report")
COVERAGE_NONE = Text("还没有完成的规划结果。", "There is no finished result yet.")
COVERAGE_HOW = Text(
    "由管理员运行下面的命令，把结果放进 YIZHAN_PLANS 所指的文件夹（PLANS）；完成后刷新本页即可看到报告并下载。",
    "Let the operator run this command with a folder inside the one that YIZHAN_PLANS names (PLANS); "
    "then reload this page to see the report and download its files.",
)
DOCS_OPENAPI = Text("机器可读的说明（OpenAPI）", "Machine-readable description (OpenAPI)")
DOCS_PLATFORM = Text("给平台工程师", "For platform engineers")
DOCS_PARAMETERS = Text("参数", "Parameters")
DOCS_BODY = Text("请求体（JSON）", "Body (JSON)")
DOCS_ANSWERS = Text("答复", "Answers")
DOCS_PROBLEMS = Text("错误代码", "Problem codes")
DOCS_NAME = Text("名称", "Name")
DOCS_MEANING = Text("含义", "Meaning")
DOCS_REQUIRED = Text("必填", "required")
DOCS_EXAMPLE = Text("例", "Example")

TOO_MANY_FOR_ONE_FILE = Text(
    "该范围有 {n} 处站点，超过 {most} 处；请选较小的行政区划，或由管理员运行 yizhan map。",
    "There are {n} stations, more than {most}: choose a smaller area, or let the operator run `yizhan map`.",
)
NO_BASE_MAP = Text(
    "提醒：公开地图页没有经审核的底图，只有空白底色。请设置 YIZHAN_BASE_MAP（例如 tianditu）及其审图号。",
    "Note: the public map has no reviewed base map, only a plain ground. Set YIZHAN_BASE_MAP and its 审图号.",
)
NO_APPROVAL = Text(
    "提醒：底图没有注明审图号；公开地图须在左下角标明。请设置 YIZHAN_BASE_MAP_APPROVAL。",
    "Note: no 审图号 of the base map is stated, which a public map must show. Set YIZHAN_BASE_MAP_APPROVAL.",
)

# -- HTTP service: settings

SETTINGS: Final[dict[str, Text]] = {
    "database_url": Text(
        "PostGIS 的连接地址（libpq），可列多台主机；不设则使用自带的数据库。",
        "Where PostGIS is (libpq URL), several hosts allowed; absent: the private cluster.",
    ),
    "write_url": Text(
        "写入所用的连接地址（角色 yizhan_writer）；不设则用 DATABASE_URL。",
        "URL that imports, checks and writes use (role yizhan_writer); absent: DATABASE_URL.",
    ),
    "backups": Text(
        "每夜备份所在的文件夹，供 yizhan doctor 检查。",
        "Folder of the nightly backups, for yizhan doctor to look at.",
    ),
    "notify_socket": Text(
        "由 systemd 设置：服务开始应答时向它报告。",
        "Set by systemd, which is told here when the service answers.",
    ),
    "host": Text("监听地址。", "Address to listen on."),
    "port": Text("监听端口；0 为任选空闲端口。", "Port to listen on; 0 picks a free one."),
    "workers": Text(
        "服务进程数；每个进程各有一份内存快照。",
        "Server processes; each holds a snapshot of its own in memory.",
    ),
    "poll_s": Text(
        "没有收到通知时，隔多少秒查一次数据版本。",
        "Seconds between looks at the data version when no notification comes.",
    ),
    "start_wait_s": Text(
        "启动时最多等多少秒载入站点，之后先开始监听（答复 503）。",
        "Seconds to wait for the first load before listening all the same (answering 503).",
    ),
    "stop_wait_s": Text(
        "停止时最多等多少秒让进行中的请求完成。", "Seconds that running requests get to finish on a stop."
    ),
    "body_limit_bytes": Text("请求体的最大字节数。", "Largest request body, bytes."),
    "body_wait_s": Text("请求体须在多少秒内传完。", "Seconds within which a request body must arrive."),
    "batch_points": Text(
        "批量查询一次最多几个位置，至多 100000。", "Most points of one batch, up to 100,000."
    ),
    "batch_body_bytes": Text(
        "批量查询请求体的最大字节数；压缩前、后均以此为限。",
        "Largest body of a batch, bytes; holds packed and unpacked.",
    ),
    "planner_pages": Text(
        "提供规划与评审人员的内部页面（/review、/coverage）；它们不是公开地图，缺省不提供。",
        "Serve the internal pages of planners and reviewers (/review, /coverage); they are no public maps.",
    ),
    "plans": Text(
        "规划结果所在的文件夹，/coverage 显示其中最新的一份；不设则为数据文件夹中的 plans。",
        "Folder of the results of yizhan plan, the newest of which /coverage shows; unset: plans in the data folder.",
    ),
    "import_body_bytes": Text("上传清单的最大字节数。", "Largest list that may be uploaded, bytes."),
    "import_wait_s": Text(
        "一次上传的导入最多用多少秒，超过则撤销。",
        "Seconds that an uploaded import may take; beyond it is undone.",
    ),
    "feed_ttl_s": Text(
        "数据源（/v1/feed）可缓存的秒数；关注者隔这么久来取一次即可。",
        "Seconds for which a feed may be cached, and after which followers come again.",
    ),
    "feed_license_url": Text(
        "数据源的许可条款网址；不设则不写。", "Address of the feed's licence; absent: none is stated."
    ),
    "feed_attribution": Text(
        "使用数据源时须注明的来源，例如“某市总工会”。",
        "Whom users of the feed have to name, for instance the union.",
    ),
    "access_log": Text(
        "每个请求记一行日志（不含参数与坐标）。", "One log line per request (no parameters, no positions)."
    ),
    "base_map": Text(
        "底图：none（无）、tianditu（天地图）、amap（高德）或含 {z}、{x}、{y} 的 https 瓦片地址；公开地图须经审核。",
        "Base map: none, tianditu, amap, or an https tile address with {z}, {x}, {y}; public ones reviewed.",
    ),
    "base_map_key": Text("天地图的浏览器端密钥。", "Browser key for Tianditu."),
    "base_map_coordsys": Text(
        "自定瓦片地址的坐标系：wgs84 或 gcj02。",
        "Coordinate system of the tiles at an own address: wgs84 or gcj02.",
    ),
    "base_map_attribution": Text(
        "自定瓦片的来源说明，固定显示在地图左下角。",
        "Source of the tiles at an own address, shown fixed at the lower left.",
    ),
    "base_map_approval": Text(
        "底图的审图号，固定显示在地图左下角。", "审图号 of the base map, shown fixed at the lower left."
    ),
    "frame_ancestors": Text(
        "哪些网站可以嵌入 /embed：*（任何网站）、'none'（都不可）或以空格分隔的网站，例如 https://www.example.cn；其他页面不受此影响。",
        "Who may frame /embed: *, 'none', or sites with spaces between; no other page is affected.",
    ),
    "reports_per_address": Text(
        "同一网络地址每天最多反映几条问题（许多手机共用一个地址）。",
        "Most reports from one network address a day (many phones share one).",
    ),
    "stale_days": Text(
        "核实日期超过多少天算过期，进入待核实清单。",
        "After how many days a verified date is stale and the station is to be visited.",
    ),
    "public_url": Text(
        "本服务对外的网址，例如 https://yizhan.example.cn；印在海报二维码里。",
        "The address of this service as the public sees it, for instance https://yizhan.example.cn: in QR codes.",
    ),
    "root_path": Text(
        "前置代理所加的路径前缀，例如 /yizhan。",
        "Path prefix that a proxy in front adds, for instance /yizhan.",
    ),
}
