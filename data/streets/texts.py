"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from geo.texts import Text

OSM_NO_FILE = Text("找不到文件 {path}；请检查路径", "no such file: {path}; check the path")
OSM_NOT_A_FILE = Text("{path} 不是文件；请给出 .osm.pbf 文件", "{path} is not a file; name an .osm.pbf file")
OSM_EMPTY_FILE = Text("{path} 是空文件；请重新下载", "{path} is empty; download it again")
OSM_NOT_PBF = Text(
    "{path} 不是 PBF 格式的 OSM 数据（{reason}）；其他格式请先转换：osmium cat 文件 -o 新文件.osm.pbf",
    "{path} is not OSM data in PBF form ({reason}); "
    "convert other forms first: osmium cat FILE -o NEW.osm.pbf",
)
OSM_TRUNCATED = Text(
    "{path} 不完整，读到中途断了（{reason}）；请重新下载",
    "{path} is truncated, it breaks off in the middle ({reason}); download it again",
)
OSM_DAMAGED = Text(
    "{path} 已损坏，无法读取（{reason}）；请重新下载",
    "{path} is damaged and cannot be read ({reason}); download it again",
)
OSM_HISTORY_FILE = Text(
    "{path} 是历史文件，同一对象有多个版本；请先取某一时刻：osmium time-filter",
    "{path} is a history file with several versions per object; take one moment first: osmium time-filter",
)
OSM_NOTHING_IN_IT = Text(
    "{path} 中没有街道、建筑、围墙、出入口等对象；请换一份数据",
    "{path} holds no street, building, barrier or entrance; use another extract",
)
OSM_NO_NODES = Text(
    "{path} 中的道路缺少节点坐标（或节点排在道路之后）；"
    "请用 osmium extract --strategy complete_ways 截取，再用 osmium sort 排序",
    "the ways in {path} lack their nodes (or the nodes come after them); "
    "cut with osmium extract --strategy complete_ways and sort with osmium sort",
)
OSM_TWICE = Text(
    "{path} 中同一对象出现两次（{detail}）；请先用 osmium sort 与 osmium merge 合并去重",
    "{path} holds an object twice ({detail}); merge it with osmium sort and osmium merge first",
)
OSM_OLDER = Text(
    "{path} 的数据日期 {given} 早于已存的 {stored}，未导入；确要用旧数据请加 --force",
    "the data of {path} is of {given}, older than the stored {stored}; not imported; use --force to insist",
)
OSM_SURVEYING = Text("检查文件", "checking the file")
OSM_STORING = Text("导入街道图", "storing the street map")
OSM_DONE = Text("完成", "done")
OSM_ADDED = Text(
    "已导入街道图“{source}”，数据日期 {date}，用时 {seconds} 秒",
    "imported street map “{source}”, data of {date}, in {seconds} s",
)
OSM_REPLACED = Text(
    "已更新街道图“{source}”，数据日期 {date}，用时 {seconds} 秒",
    "replaced street map “{source}”, data of {date}, in {seconds} s",
)
OSM_LAYERS = {
    "streets": Text("街道 {n} 条", "{n} streets"),
    "buildings": Text("建筑 {n} 座", "{n} buildings"),
    "barriers": Text("围墙围栏 {n} 段", "{n} barriers"),
    "gates": Text("大门和通道口 {n} 处", "{n} gates and passages"),
    "compounds": Text("院落 {n} 处", "{n} compounds"),
    "obstacles": Text("水面、河道、铁路 {n} 处", "{n} waters and railways"),
    "entrances": Text("建筑入口 {n} 处", "{n} building entrances"),
}
OSM_LOST = {
    "cut_at_border": Text("{n} 条线在数据边界处截短", "{n} lines shortened at the border of the data"),
    "no_line": Text("{n} 条线缺少节点，未导入", "{n} lines lack nodes and were left out"),
    "open_ring": Text("{n} 个面未闭合或不完整，未导入", "{n} areas are open or incomplete and were left out"),
    "point_only": Text(
        "{n} 处建筑或院落只有点、没有轮廓，未导入",
        "{n} buildings or compounds have a point only and were left out",
    ),
}
OSM_CHANGED = Text("与之前相比有变化的地方：{n} 处", "places that differ from before: {n}")

# -- streets of a file

STREETS_UNREADABLE = Text(
    "无法读取街道文件 {path}：{reason}。可用 .osm.pbf，或带 highway 列的线图层（GeoPackage、GeoJSON 等）。",
    "Cannot read the streets of {path}: {reason}. Use .osm.pbf, or a layer of lines with a column highway.",
)
STREETS_NO_HIGHWAY = Text(
    "{path} 中没有 highway 列；街道文件每条线须有 OSM 道路等级。",
    "{path} has no column highway; each line of a street file needs its OSM class.",
)
STREETS_NO_CRS = Text(
    "{path} 没有注明坐标参考系；请先注明（如 EPSG:4326）。",
    "{path} states no CRS; set it first, for instance EPSG:4326.",
)
STREETS_NO_LINES = Text("{path} 中没有线。", "There is no line in {path}.")
