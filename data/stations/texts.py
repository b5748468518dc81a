"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from collections.abc import Mapping
from typing import Final

from geo.texts import Text

FIELD_TITLE: Final[Mapping[str, Text]] = {
    "station_id": Text("驿站ID", "station id"),
    "code": Text("站点编码", "code"),
    "name": Text("名称", "name"),
    "address": Text("地址", "address"),
    "city": Text("城市", "city"),
    "district": Text("区县", "district"),
    "township": Text("街道乡镇", "township"),
    "adcode": Text("行政区划代码", "adcode"),
    "township_code": Text("乡镇街道代码", "township code"),
    "brand": Text("品牌", "brand"),
    "operator": Text("运营单位", "operator"),
    "host": Text("依托单位", "host"),
    "host_kind": Text("依托单位类型", "host kind"),
    "kind": Text("站点形式", "kind"),
    "audience": Text("服务对象", "audience"),
    "status": Text("状态", "status"),
    "status_reason": Text("状态说明", "status reason"),
    "hours_posted": Text("开放时间", "hours as posted"),
    "opening_hours": Text("开放时间(OSM)", "opening_hours"),
    "makeup_days": Text("调休日照常", "makeup days"),
    "access_method": Text("进入方式", "access method"),
    "door_24h": Text("24小时开门", "door 24h"),
    "unattended_24h": Text("24小时自助进入", "unattended 24h"),
    "goods_24h": Text("24小时售货", "goods 24h"),
    "facilities": Text("设施", "facilities"),
    "floor": Text("楼层", "floor"),
    "capacity": Text("容纳人数", "capacity"),
    "area_m2": Text("面积(平方米)", "area m2"),
    "phone": Text("服务电话", "phone"),
    "lon": Text("经度", "lon"),
    "lat": Text("纬度", "lat"),
    "coordsys": Text("坐标系", "coordsys"),
    "position": Text("坐标", "position"),
    "position_kind": Text("位置类型", "position kind"),
    "accuracy_m": Text("位置精度(米)", "accuracy m"),
    "entrance": Text("入口坐标", "entrance"),
    "street_door": Text("临街门", "street door"),
    "in_compound": Text("院内", "in compound"),
    "registration_required": Text("需登记", "registration required"),
    "declared_by": Text("填报人单位", "declared by"),
    "declared_on": Text("填报日期", "declared on"),
    "amap_id": Text("高德ID", "amap id"),
    "baidu_id": Text("百度ID", "baidu id"),
    "osm_id": Text("OSM ID", "osm id"),
    "source": Text("来源", "source"),
    "verified_at": Text("核实日期", "verified at"),
    "version": Text("导出版本", "version"),
    "data_version": Text("数据版本", "data version"),
}
"""The header of each field in the template and in exports; Chinese there, both understood."""

FIELD_NOTE: Final[Mapping[str, Text]] = {
    "station_id": Text("系统给的编号；新站点留空", "given by the system; leave empty for a new station"),
    "code": Text(
        "工会自编的编码，同一来源内不重复；有它，改名不会变成新站点",
        "the union's own code, unique within a source; with it a renamed station stays the same station",
    ),
    "name": Text("必填，200 字以内", "required, at most 200 characters"),
    "address": Text("门牌地址", "street address"),
    "city": Text("例：郑州市", "for instance 郑州市"),
    "district": Text("例：中原区", "for instance 中原区"),
    "township": Text("例：林山寨街道", "for instance 林山寨街道"),
    "adcode": Text("六位数字", "six digits"),
    "township_code": Text("九位或十二位数字", "nine or twelve digits"),
    "brand": Text("例：职工暖心驿站", "for instance 职工暖心驿站"),
    "operator": Text("谁在管", "who runs it"),
    "host": Text("设在谁的场所里", "in whose premises"),
    "host_kind": Text("从列表中选", "choose from the list"),
    "kind": Text("从列表中选", "choose from the list"),
    "audience": Text(
        "从列表中选；只有“户外劳动者”会出现在公众地图上",
        "choose from the list; only 户外劳动者 (outdoor workers) appears on public maps",
    ),
    "status": Text("从列表中选；留空为正常开放", "choose from the list; empty means in service"),
    "status_reason": Text("例：装修", "for instance 装修"),
    "hours_posted": Text(
        "照门上写的填，例：周一至周五 08:30-12:00,13:00-17:30",
        "as on the door, for instance 周一至周五 08:30-12:00,13:00-17:30",
    ),
    "opening_hours": Text(
        "可不填，系统从开放时间读出；填了以此为准（OSM opening_hours 语法）",
        "may be empty, read from the posted hours; when filled it wins (OSM opening_hours syntax)",
    ),
    "makeup_days": Text(
        "工作日规则在调休上班日是否照常", "do weekday rules also hold on make-up working days"
    ),
    "access_method": Text("从列表中选", "choose from the list"),
    "door_24h": Text("可不填，系统推算", "may be empty: worked out from the hours"),
    "unattended_24h": Text("可不填，系统推算", "may be empty: worked out from hours and way in"),
    "goods_24h": Text("可不填，系统推算", "may be empty: worked out from the facilities"),
    "facilities": Text(
        "用顿号隔开，坏了的加（故障），例：饮水、微波炉(故障)、手机充电",
        "separated by 、 with (故障) after a broken one, for instance 饮水、微波炉(故障)、手机充电",
    ),
    "floor": Text(
        "整数；1 为地面层，-1 为地下一层，没有 0 层", "whole number; 1 is the ground floor, -1 below it"
    ),
    "capacity": Text("整数，人", "whole number, persons"),
    "area_m2": Text("数字，平方米", "number, square metres"),
    "phone": Text("单位服务电话；个人手机号不保存", "a service phone; private mobile numbers are not stored"),
    "lon": Text("十进制度，73 至 136", "decimal degrees, 73 to 136"),
    "lat": Text("十进制度，3 至 54", "decimal degrees, 3 to 54"),
    "coordsys": Text(
        "wgs84、gcj02 或 bd09；留空则按导入时所给", "wgs84, gcj02 or bd09; empty: as given with the import"
    ),
    "position": Text("“经度,纬度”写在一格里时用", "when one cell holds “lon,lat”"),
    "position_kind": Text("从列表中选", "choose from the list"),
    "accuracy_m": Text("位置的误差，米", "how far off the position may be, metres"),
    "entrance": Text("门口的“经度,纬度”，坐标系同上", "“lon,lat” of the door, in the same coordinate system"),
    "street_door": Text("门是否直接开向街道：是、否、不详", "does a door open to the street: 是, 否 or 不详"),
    "in_compound": Text("是否在院内、小区内：是、否、不详", "is it inside a compound: 是, 否 or 不详"),
    "registration_required": Text("进门是否需登记：是、否、不详", "must visitors register: 是, 否 or 不详"),
    "declared_by": Text("填报人所在单位，不写姓名", "the unit that filled in the form, no personal name"),
    "declared_on": Text("例：2026-10-01", "for instance 2026-10-01"),
    "amap_id": Text("高德地图的 POI 编号", "POI id at Amap"),
    "baidu_id": Text("百度地图的 uid", "uid at Baidu Maps"),
    "osm_id": Text("例：node/123", "for instance node/123"),
    "source": Text("名单的名称；留空则按导入时所给", "name of the list; empty: as given with the import"),
    "verified_at": Text("最近一次实地核实的日期", "date of the last visit on site"),
    "version": Text("导出时写入，勿改", "written by the export; leave as it is"),
    "data_version": Text("导出时写入，勿改", "written by the export; leave as it is"),
}

FIELD_RULE_REJECT: Final = Text("填错则整行退回", "a bad value rejects the row")
FIELD_RULE_WARN: Final = Text(
    "填错则保留该行，此值不用，并在报告中列出",
    "a bad value is not used, the row is kept, the report lists it",
)

FOLDER_ABSENT: Final = Text("没有文件夹 {folder}；请先建立", "there is no folder {folder}; make it first")
FILE_ABSENT: Final = Text("找不到文件 {path}；请检查路径", "no file {path}; check the path")
FILE_KIND: Final = Text(
    "不认识的文件类型 {suffix}；可用 .csv .xlsx .geojson .gpkg（.xls 请在 Excel 中另存为 .xlsx）",
    "unknown kind of file {suffix}; use .csv, .xlsx, .geojson or .gpkg (save an .xls as .xlsx in Excel)",
)
FILE_BROKEN: Final = Text("{path} 打不开或已损坏：{why}", "{path} cannot be opened or is damaged: {why}")
FILE_EMPTY: Final = Text(
    "{path} 是空的；至少要有一行表头和一行站点", "{path} is empty; it needs a header and a row"
)
FILE_NO_ROWS: Final = Text("{path} 只有表头，没有站点", "{path} has a header but no station")
FILE_TOO_WIDE: Final = Text(
    "{path} 第 {row} 行有 {n} 列，最多 {most} 列；请检查分隔符和换行",
    "{path} row {row} has {n} columns, at most {most} are read; check separators and line ends",
)
FILE_ENCODING: Final = Text(
    "{path} 不是 UTF-8 也不是 GBK/GB18030（第 {line} 行附近）；请另存为“CSV UTF-8”",
    "{path} is neither UTF-8 nor GBK/GB18030 (near line {line}); save it as “CSV UTF-8”",
)
FILE_QUOTE: Final = Text(
    "{path} 第 {row} 行有一个引号没有闭合；补上后再导入",
    "{path} row {row} opens a quotation mark that never closes; close it and import again",
)
FILE_GBK_NOTE: Final = Text("按 GBK/GB18030 编码读取", "read as GBK/GB18030")
FILE_TITLE_ROWS: Final = Text(
    "表头在第 {row} 行，之上的行未导入", "the header is row {row}; rows above it are not imported"
)
FILE_SHEET: Final = Text("读取工作表“{sheet}”；未读：{others}", "read sheet “{sheet}”; not read: {others}")
FILE_MERGED: Final = Text(
    "{count} 处合并单元格，已把值填入每一格", "{count} merged ranges: the value was filled into every cell"
)
FILE_FORMULAS: Final = Text(
    "{count} 个公式单元格，用的是上次计算的值",
    "{count} cells hold formulas: their last calculated values are used",
)
FILE_LAYERS: Final = Text("读取图层“{layer}”；未读：{others}", "read layer “{layer}”; not read: {others}")
FILE_CRS: Final = Text(
    "图层的坐标系是 {crs}，与 --coordsys {coordsys} 矛盾；投影坐标的文件只能是 wgs84",
    "the layer is in {crs}, which contradicts --coordsys {coordsys}; projected files can only be wgs84",
)
FILE_GEOMETRY: Final = Text(
    "位置取自几何图形，坐标列未用：{columns}",
    "positions come from the geometry; these coordinate columns are not used: {columns}",
)
EXAMPLE_ROWS: Final = Text("跳过 {count} 行示例（【示例】）", "skipped {count} example rows (【示例】)")
EXAMPLE_MARK: Final = "【示例】"

HEADER_NONE: Final = Text(
    "{path} 里找不到认识的表头；至少要有“名称”一列。看到的是：{seen}",
    "{path} has no header that is known; it needs at least “名称” (name). Seen: {seen}",
)
HEADER_NO_NAME: Final = Text(
    "{path} 没有“名称”一列（或“驿站ID”）；看到的是：{seen}",
    "{path} has no column “名称” (name), nor “驿站ID” (station_id). Seen: {seen}",
)
HEADER_TWICE: Final = Text(
    "两列都是“{title}”：{columns}；请删去或改名其中一列",
    "two columns mean “{title}”: {columns}; delete or rename one",
)
HEADER_UNKNOWN: Final = Text(
    "这些列没有导入（表头不认识）：{columns}", "these columns are not imported (header not known): {columns}"
)
HEADER_COORDSYS_TWICE: Final = Text(
    "经纬度两列的表头写着不同的坐标系：{systems}；请统一",
    "the headers of the coordinate columns name different systems: {systems}; use one",
)
COORDSYS_CONTRADICTION: Final = Text(
    "表头写的坐标系是 {stated}，--coordsys 却是 {given}；请改其一",
    "the header says {stated} but --coordsys says {given}; change one of them",
)
COORDSYS_MISSING: Final = Text(
    "文件里有坐标，但没有说明坐标系；请加 --coordsys wgs84（GPS、天地图）、"
    "gcj02（高德、腾讯、手机地图）或 bd09（百度）",
    "the file has positions but names no coordinate system; add --coordsys wgs84 (GPS, Tianditu), "
    "gcj02 (Amap, Tencent, phone maps) or bd09 (Baidu)",
)
SOURCE_MISSING: Final = Text(
    "替换来源时要写明来源名称（--replace-source 名称）",
    "replacing a source needs its name (--replace-source NAME)",
)
OPTION_AUDIENCE: Final = Text(
    "服务对象“{value}”不认识；可用 {choices}", "audience “{value}” is not known; use one of {choices}"
)

ROW_NO_NAME: Final = Text("名称是空的；请填写", "the name is empty; fill it in")
ROW_TOO_LONG: Final = Text(
    "有 {length} 个字符，最多 {limit} 个；请缩短",
    "has {length} characters, at most {limit} are allowed; shorten it",
)
ROW_NUMBER: Final = Text("“{value}”不是数字；请只写数字", "“{value}” is not a number; write digits only")
ROW_WHOLE: Final = Text("“{value}”不是整数；请写整数", "“{value}” is not a whole number; write one")
ROW_RANGE: Final = Text(
    "{value} 不在 {low} 到 {high} 之间；请改正", "{value} is not between {low} and {high}; correct it"
)
ROW_DATE: Final = Text(
    "“{value}”不是日期；请写成 2026-10-01", "“{value}” is not a date; write it as 2026-10-01"
)
ROW_DATE_FUTURE: Final = Text(
    "日期 {value} 在将来；请改正", "the date {value} lies in the future; correct it"
)
ROW_WORD: Final = Text("“{value}”不认识；可用：{choices}", "“{value}” is not known; use one of: {choices}")
ROW_PATTERN: Final = Text(
    "“{value}”格式不对；应为{form}", "“{value}” has the wrong form; it should be {form}"
)
FORM_STATION_ID: Final = Text(
    "字母、数字、点、横线，至多 64 位，以字母或数字开头（nearest 除外）",
    "letters, digits, dots and dashes, at most 64, a letter or digit first (and not nearest)",
)
FORM_ADCODE: Final = Text("六位数字", "six digits")
FORM_TOWNSHIP_CODE: Final = Text("九位或十二位数字", "nine or twelve digits")
FORM_POSITION: Final = Text(
    "“经度,纬度”，例：113.30513,34.80335", "“lon,lat”, for instance 113.30513,34.80335"
)
ROW_HOURS: Final = Text(
    "“{value}”不符合 OSM opening_hours 语法；请改正或留空",
    "“{value}” is not OSM opening_hours; correct or empty it",
)
ROW_HOURS_UNREAD: Final = Text(
    "“{value}”读不出开放时间，按“不详”处理，原文保留",
    "“{value}” could not be read as hours; they count as unknown, the text is kept",
)
ROW_MOBILE: Final = Text(
    "是个人手机号，依法不保存；请改填单位服务电话",
    "is a private mobile number and, by law, is not stored; give a service phone",
)
ROW_PHONE: Final = Text("“{value}”不是电话号码，未采用", "“{value}” is no phone number and is not used")
ROW_FACILITY: Final = Text(
    "设施“{value}”不认识，原文保留", "facility “{value}” is not known; the word is kept"
)
ROW_CONTROL: Final = Text("去掉了看不见的控制字符", "invisible control characters were removed")
ROW_ERROR_CELL: Final = Text(
    "Excel 错误值 {value}，按空格处理", "the Excel error {value} is read as an empty cell"
)
ROW_HALF_POSITION: Final = Text(
    "经度和纬度只有一个；请补全，不知道就两个都留空",
    "only one of longitude and latitude is given; give both, or leave both empty",
)
ROW_SWAPPED: Final = Text(
    "经度 {x}、纬度 {y} 像是写反了；请对调", "longitude {x}, latitude {y} look swapped; exchange them"
)
ROW_OUTSIDE: Final = Text(
    "经度 {x}、纬度 {y} 不在中国范围内；请改正，不知道就留空",
    "longitude {x}, latitude {y} are not in China; correct them, or leave them empty",
)
ROW_COORDSYS: Final = Text(
    "本行坐标系是 {stated}，--coordsys 却是 {given}；请改其一",
    "this row says {stated} but --coordsys says {given}; change one of them",
)
ROW_NO_COORDSYS: Final = Text(
    "有坐标但没有坐标系；请在“坐标系”一列填写，或加 --coordsys",
    "has a position but no coordinate system; fill the column 坐标系, or add --coordsys",
)
ROW_GEOMETRY: Final = Text("几何类型是 {type}；只收点", "the geometry is a {type}; only points are taken")
ROW_TOO_WIDE: Final = Text(
    "比表头多出 {count} 格，多半是值里的逗号没加引号；请检查",
    "has {count} cells more than the header, probably an unquoted comma; check it",
)
ROW_TWICE: Final = Text(
    "与第 {row} 行是同一站点（{key}）；请删去其一", "is the same station as row {row} ({key}); delete one"
)
ROW_CODE_TAKEN: Final = Text(
    "站点编码 {code} 已属于 {station_id}；请改正",
    "the code {code} already belongs to {station_id}; correct it",
)
ROW_STALE: Final = Text(
    "导出之后登记表里已有改动，未导入。{cells}；请重新导出再改",
    "the registry changed since the export, not imported. {cells}; export again and edit that",
)
ROW_STALE_CELL: Final = Text(
    "{title}：表中“{mine}”，登记“{theirs}”", "{title}: file “{mine}”, registry “{theirs}”"
)
ROW_WITHDRAWN: Final = Text(
    "导出之后该站点已撤销，未导入；要恢复请清空“导出版本”",
    "withdrawn since the export, not imported; to bring it back empty 导出版本",
)
ROW_FAR: Final = Text(
    "离{district}其他站点的中心 {km} 公里，请核对坐标或区县",
    "lies {km} km from the middle of the other stations of {district}; check position or district",
)

WARN_ALL_SWAPPED: Final = Text(
    "有坐标的 {total} 行中 {count} 行经纬度像是写反了；请检查两列的表头",
    "{count} of {total} rows with a position look swapped; check the headers of the two columns",
)
WARN_HIDDEN: Final = Text(
    "{count} 处不会公开显示，因为服务对象不详或不是户外劳动者；可用 --audience outdoor_workers 说明",
    "{count} stations stay hidden: their audience is unknown or not outdoor workers; "
    "--audience outdoor_workers states it",
)
WARN_RENAME: Final = Text(
    "第 {row} 行“{name}”可能是 {station_id}“{old}”改名而来，已作为新站点保存，请人工确认",
    "row {row} “{name}” may be {station_id} “{old}” renamed; kept as a new station, for a person to decide",
)
WARN_REJECTED_REPLACE: Final = Text(
    "有退回的行对不上登记站点；改正后再导入即可恢复被撤销的站点",
    "some rejected rows match no registered station; importing the mended rows brings back what was withdrawn",
)
REJECTS_OVER_INPUT: Final = Text(
    "退回的行不能写进正在导入的文件 {path}；请换一个文件名，未导入",
    "rejected rows cannot go to the file that is imported, {path}; name another; nothing was imported",
)
REJECTS_UNWRITABLE: Final = Text(
    "退回的行写不进 {path}：{why}；请用 --rejects 另选位置，未导入",
    "rejected rows cannot be written to {path}: {why}; choose another place with --rejects; nothing was imported",
)
WARN_REJECTS_AS_CSV: Final = Text(
    "退回的行里有 Excel 放不下的内容，改存为 {path}",
    "the rejected rows hold what Excel cannot; saved as {path}",
)
REJECT_ROW: Final = Text("原行号", "original row")
REJECT_FIELD: Final = Text("退回字段", "rejected field")
REJECT_REASON: Final = Text("退回原因", "rejected because")

STEP_READ: Final = Text("读取", "reading")
STEP_CHECK: Final = Text("检查", "checking")
STEP_STORE: Final = Text("入库", "storing")
STEP_WRITE: Final = Text("写出", "writing")

SHEET_STATIONS: Final = Text("站点", "stations")
SHEET_FIELDS: Final = Text("填表说明", "fields")
SHEET_CHOICES: Final = Text("选项", "choices")
GUIDE_HEAD: Final = (
    Text("列名", "Chinese header"),
    Text("英文列名", "English header"),
    Text("说明", "meaning (Chinese)"),
    Text("英文说明", "meaning (English)"),
    Text("填错时", "when wrong"),
    Text("可填", "choices"),
)
EXAMPLE_ROW: Final[Mapping[str, str]] = {
    "code": "ZY-001",
    "name": EXAMPLE_MARK + "某某路工会驿站",
    "address": "某市某区某某路 1 号",
    "city": "某市",
    "district": "某区",
    "township": "某某街道",
    "host_kind": "银行网点",
    "kind": "固定场所",
    "audience": "户外劳动者",
    "hours_posted": "周一至周五 08:30-12:00,13:00-17:30",
    "access_method": "推门即入",
    "facilities": "饮水、微波炉(故障)、手机充电",
    "floor": "1",
    "lon": "113.620156",
    "lat": "34.749798",
    "coordsys": "gcj02",
    "entrance": "113.620201,34.749755",
    "street_door": "是",
    "in_compound": "否",
    "registration_required": "否",
    "declared_by": "某区总工会",
    "declared_on": "2026-10-01",
}
EXPORT_KIND: Final = Text(
    "不会写 {suffix}；可用 .xlsx .csv .geojson .gpkg",
    "cannot write {suffix}; use .xlsx, .csv, .geojson or .gpkg",
)
XLSX_ONLY: Final = Text("不会写 {suffix}；文件名请以 .xlsx 结尾", "cannot write {suffix}; use .xlsx")

# -- worksheets for visits

VISIT_TITLE: Final[Mapping[str, Text]] = {
    "seq": Text("序号", "no."),
    "together": Text("同看", "see together"),
    "link": Text("地图链接", "map link"),
    "step_m": Text("距上一处(米)", "metres from the previous"),
    "verdict": Text("目前结论", "verdict so far"),
    "reason": Text("原因", "reason"),
    "declared": Text("申报情况", "as declared"),
    "look": Text("请现场查看", "please look at"),
    "look_en": Text("现场查看(英文)", "what to look at"),
    "visited_by": Text("核实单位", "visited by"),
    "guarded": Text("门卫查问", "guard asks"),
    "lift": Text("有电梯", "lift"),
    "note": Text("核实备注", "note"),
}
"""Headers of a worksheet besides those of ``FIELD_TITLE``."""

VISIT_NOTE: Final[Mapping[str, Text]] = {
    "seq": Text("按行走顺序排列：同一街道乡镇的排在一起", "in walking order, township by township"),
    "together": Text(
        "涉及同一处大门或围墙的站点，看一次即可",
        "stations behind the same gate or wall: one look settles them",
    ),
    "step_m": Text("直线距离；每个街道乡镇重新起算", "straight line; starts anew in each township"),
    "verified_at": Text(
        "必填，到现场的日期，例：2026-10-01；留空表示没去，这一行不导入",
        "required: day of the visit, for instance 2026-10-01; empty = not visited, the row is skipped",
    ),
    "visited_by": Text(
        "必填，核实人所在单位，不写姓名", "required: the unit of the visitor, no personal name"
    ),
    "street_door": Text(
        "站点的门是否直接开向街道：是、否；没看清就留空",
        "does the station's door open to the street: 是 or 否; leave empty what you did not see",
    ),
    "in_compound": Text(
        "是否要先进院子、小区或单位大门：是、否", "must one first pass a gate into a compound: 是 or 否"
    ),
    "registration_required": Text("外人进入是否需登记：是、否", "must outsiders register: 是 or 否"),
    "guarded": Text("门卫是否查问、阻拦外人：是、否", "does a guard question or stop outsiders: 是 or 否"),
    "lift": Text(
        "不在一层时，有无可用的电梯：是、否", "if not on the ground floor, is there a lift: 是 or 否"
    ),
    "floor": Text("在几楼：1 为地面层，-1 为地下一层", "which floor: 1 is the ground floor, -1 below it"),
    "entrance": Text(
        "位置不准时填门口的“经度,纬度”，坐标系见列名；准确则留空",
        "“lon,lat” of the door if the position is wrong, in the system of the header; else empty",
    ),
    "note": Text("其他情况", "anything else"),
    "version": Text("写出时的版本，勿改", "version when written; leave as it is"),
}
SHEET_VISITS: Final = Text("现场核实", "visits")
SHEET_HOW: Final = Text("说明", "how to")
VISIT_HOW: Final = (
    Text(
        "本表列出结论为“待核实”、申报与推算矛盾、以及核实已久或位置变动的站点，请按序号依次前往",
        "This sheet lists stations that are to be verified, whose declared facts contradict the computed verdict, or "
        "whose visit is old or of another place; go in the order given",
    ),
    Text(
        "排序方法：按区县、街道乡镇分组；组内先就近，再用 2-opt 与 Or-opt 缩短；直线距离，不是步行路线",
        "Order: by district and township; within, the nearest next, shortened by 2-opt and Or-opt; "
        "straight lines, no walking routes",
    ),
    Text(
        "只填黄色的列；没看清的留空，不要猜。填好后运行：yizhan visits import 本文件",
        "Fill the yellow columns only; leave empty what you did not see, never guess. "
        "Then run: yizhan visits import THIS FILE",
    ),
    Text("坐标系：{coordsys}", "Coordinate system: {coordsys}"),
)
VISIT_TOGETHER: Final = Text(
    "同一处（{osm_id}）：序号 {first}–{last} 一次看完",
    "same place ({osm_id}): one look settles no. {first}–{last}",
)
VISIT_OLD: Final = Text("上次核实已是 {on}", "last visited on {on}")
VISIT_MOVED: Final = Text(
    "核实（{on}）之后位置变动超过 {limit} 米", "moved by more than {limit} m since the visit of {on}"
)
_LOOK_DOOR: Final = Text(
    "门口是否直接朝街，外人能否自由进出", "does the door face the street, may outsiders walk in"
)
_LOOK_GATE: Final = Text(
    "大门平时是否开放、行人可否自由进出；是否需登记、门卫是否查问",
    "is the gate usually open, may anybody walk in; must one register, does a guard ask",
)
_LOOK_WAY: Final = Text(
    "从街道怎样走到门口，有无围墙或大门阻挡，步行约多少米",
    "how does one walk from the street to the door, is there a wall or gate, about how many metres",
)
_LOOK_POSITION: Final = Text(
    "记录门口坐标（入口坐标）；门口是否直接朝街", "record the position of the door; does it face the street"
)
VISIT_LOOK: Final[Mapping[str, Text]] = {
    "gate_unknown": _LOOK_GATE,
    "enclosure_unknown": Text(
        "院落是否封闭，有无开放的门；行人可否自由进出，是否需登记",
        "is the compound enclosed, has it an open gate; may anybody walk in, must one register",
    ),
    "looks_away": Text(
        "门开在哪一侧，是否直接朝街；记录门口坐标",
        "on which side is the door, does it face the street; record it",
    ),
    "single_point": _LOOK_POSITION,
    "too_far": Text(
        "门口是否直接朝街；从路边到门口约多少米", "does the door face the street; how far is it from it"
    ),
    "way_in_known": _LOOK_WAY,
    "way_in_possible": _LOOK_GATE,
    "way_round": _LOOK_WAY,
    "weak_way": Text(
        "门前的路外人能否自由通行；门口是否朝街、是否在院内",
        "may outsiders use the way before the door; does the door face a street, is it inside a compound",
    ),
    "no_street_data": _LOOK_DOOR,
    "off_grade": Text(
        "几楼，有无电梯；地面入口在哪里（入口坐标）", "which floor, is there a lift; where is the entrance"
    ),
    "deep_inside": Text(
        "从哪个入口进，几楼；记录入口坐标，入口是否朝街",
        "which entrance, which floor; record the entrance, does it face the street",
    ),
    "unlocated": Text(
        "没有坐标：请按地址找到站点，记录入口坐标", "no position: find it by its address, record the door"
    ),
    "position_kind_unknown": _LOOK_POSITION,
    "unstable": _LOOK_POSITION,
    "coordsys_doubtful": Text(
        "坐标系可疑，地图位置可能偏几百米：请按地址找到站点，记录入口坐标",
        "the coordinate system is in doubt, the position may be off by hundreds of metres: find it by its address, "
        "record the door",
    ),
    "declared_conflict": Text(
        "申报与地图推算矛盾：门口是否直接朝街，是否在院内，是否需登记",
        "declared facts contradict the map: does the door face the street, is it inside a compound, must one register",
    ),
}
"""What to look at on site, by the rule that left the verdict open."""
VISIT_LOOK_ANY: Final = Text(
    "门口是否直接朝街，是否在院内，是否需登记，几楼、有无电梯",
    "does the door face the street, is it inside a compound, must one register, which floor, is there a lift",
)

VISIT_NO_COLUMN: Final = Text(
    "{path} 缺少这些列：{columns}；请用 yizhan check --worksheet 写出的表",
    "{path} lacks these columns: {columns}; use the sheet that `yizhan check --worksheet` wrote",
)
VISIT_NO_STATION: Final = Text(
    "登记表里没有驿站 {station_id}；请核对驿站ID", "the registry has no station {station_id}; check the id"
)
VISIT_WITHDRAWN: Final = Text("驿站 {station_id} 已撤销", "station {station_id} was withdrawn")
VISIT_NEEDS: Final = Text("有核实内容但没有填写；请补上", "there are findings but this is empty; fill it in")
VISIT_NO_FINDING: Final = Text(
    "填了日期却没有任何核实内容；请填写所见，没去过就清空日期",
    "has a date but no finding; fill in what was seen, or empty the date if nobody went",
)
VISIT_LATER: Final = Text(
    "登记表里已有更近的核实（{on}），未采用", "the registry has a later visit ({on}); this one is not used"
)
VISIT_MOVED_SINCE: Final = Text(
    "写表之后站点移动了 {moved} 米，核实的可能不是现在的地方；请填写入口坐标，或重新写表再去",
    "moved by {moved} m since the sheet was written, so the visit may be of another place; "
    "give the position of the door, or write a new sheet and go again",
)
VISIT_FAR: Final = Text(
    "入口坐标离登记位置 {km} 公里；请核对坐标和坐标系",
    "the door lies {km} km from the registered position; check the numbers and their system",
)
VISIT_CHANGED_SINCE: Final = Text(
    "写表之后登记表里有改动（不影响位置），核实已采用",
    "changed in the registry since the sheet was written (not its place); the visit is used",
)
VISIT_MANY: Final = Text("站点太多（{n}），一张表写不下", "too many stations ({n}) for one sheet")
ROW_MERGED_AWAY = Text(
    "{station_id} 经人确认与 {merged_into} 为同一处，已并入；此行不作改动（改判：yizhan duplicates decide）",
    "{station_id} was found by a person to be {merged_into} and merged into it; this row changes nothing "
    "(to decide otherwise: yizhan duplicates decide)",
)
