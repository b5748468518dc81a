"""Sentences of this room that a user reads, Chinese first, English second."""

from geo.texts import Text

KINDS = Text(
    "population（人口面）、points（带权重的点）、presence（按半小时的在场人数）",
    "population (areas with inhabitants), points (weighted points), presence (people by the half hour)",
)
KIND_UNKNOWN = Text(
    f"不认识需求文件的类型“{{kind}}”。请用 {KINDS.zh}。",
    f"There is no kind of demand file '{{kind}}'; use {KINDS.en}.",
)
SUFFIX = Text(
    "{path}：读不了“{suffix}”文件。需求文件可以是 .csv、.tsv、.txt、.xlsx、.geojson、.json、.gpkg。",
    "{path}: cannot read a '{suffix}' file; demand may be .csv, .tsv, .txt, .xlsx, .geojson, .json or .gpkg.",
)
ABSENT = Text("找不到文件 {path}。", "There is no file {path}.")
EMPTY = Text("{path} 没有数据行。", "{path} has no rows.")
BROKEN = Text("{path} 读不出来：{why}", "{path} cannot be read: {why}")
COLUMN_ABSENT = Text(
    "{path} 没有“{field}”列（可用的列名：{names}）。文件里的列：{seen}。",
    "{path} has no column for {field} (known names: {names}); it has: {seen}.",
)
WEIGHT_ABSENT = Text(
    "{path} 没有名为“{name}”的权重列。文件里的列：{seen}。",
    "{path} has no weight column called '{name}'; it has: {seen}.",
)
WEIGHT_AMBIGUOUS = Text(
    "{path} 有多列可以作权重：{names}。请用 --demand-weight 写明一列（--profile 的文件请改列名）。",
    "{path} has several columns that could be the weight: {names}; name one with --demand-weight "
    "(in a file for --profile rename the others).",
)
TITLE_TWICE = Text(
    "{path} 有两列都叫“{name}”，无法判断用哪一列；请改名或删去一列。",
    "{path} has two columns called '{name}', and one cannot tell which is meant; rename or delete one.",
)
NO_SHAPES = Text(
    "{path} 里没有面；population 需要多边形（.gpkg 或 .geojson）。带权重的点请用 points。",
    "{path} holds no areas; population needs polygons (.gpkg or .geojson). For weighted points use points.",
)
CRS_CONFLICT = Text(
    "{path} 的坐标参考是 {crs}，与写明的坐标系 {coordsys} 矛盾。投影坐标的文件请写 wgs84。",
    "{path} is in {crs}, which contradicts the stated {coordsys}; for a projected file state wgs84.",
)
NOTHING_LEFT = Text(
    "{path} 的 {n} 行全部无法使用，第一行的原因：{why}",
    "None of the {n} rows of {path} can be used; the first one: {why}",
)

REJECT_PLACE = Text("没有坐标，或坐标不是数字", "no coordinates, or not numbers")
REJECT_IMPLAUSIBLE = Text(
    "坐标 {x}, {y} 不可能是 {coordsys} 坐标", "{x}, {y} cannot be coordinates in {coordsys}"
)
REJECT_SWAPPED = Text(
    "经度和纬度像是写反了（{x}, {y}）", "longitude and latitude seem to have changed places ({x}, {y})"
)
REJECT_WEIGHT = Text("权重“{value}”不是不小于 0 的数", "the weight '{value}' is no number of at least 0")
REJECT_SHAPE = Text("不是面：{kind}", "no area: {kind}")
REJECT_FLAT = Text("面没有面积（边界折回自身）", "an area without ground (its outline folds back on itself)")
REJECT_POINT = Text("不是点：{kind}", "no point: {kind}")
REJECT_TIME = Text("时间“{value}”读不出来", "the time '{value}' cannot be read")
REJECT_CELLS = Text("这一行的格数多于表头", "the row has more cells than the header")

NOTE_WEIGHT = Text("权重取自“{name}”列。", "Weights are those of the column '{name}'.")
NOTE_UNWEIGHTED = Text("没有权重列，每行按 1 计。", "There is no weight column; every row counts 1.")
NOTE_IDS = Text(
    "只读取位置、权重和所在区域；其他列（如订单号、骑手号）没有读入：{names}。",
    "Only place, weight and area are read; other columns (order or rider ids, for instance) are not: {names}.",
)
NOTE_REPAIRED = Text("修复了 {n} 个自相交的面。", "{n} self-intersecting areas were repaired.")
NOTE_OVERLAP = Text("{n} 对面互相重叠超过 1%。", "{n} pairs of areas overlap by more than 1 %.")
NOTE_NO_CODE = Text(
    "{n} 个面没有街道乡镇代码，按名称区分。", "{n} areas have no township code and are told apart by name."
)
NOTE_SHARED_CODE = Text(
    "{n} 个街道乡镇代码出现在多个面上，统计时合并：{codes}。",
    "{n} township codes stand on several areas, which are counted together: {codes}.",
)
NOTE_SAME_PLACE = Text(
    "{n} 行与另一行位置完全相同，都计入。", "{n} rows stand exactly where another does; all count."
)
NOTE_PRESENCE = Text(
    "{places} 个位置，{slots} 个观测时刻（{first} 至 {last}）；没有列出的位置和时刻按 0 计。",
    "{places} places at {slots} times ({first} to {last}); a place that is not listed at a time counts 0 then.",
)
NOTE_UNSEEN = Text(
    "一周 336 个半小时中有 {seen} 个有观测；其余取同类日（周一至周五、周末）同一时刻的平均，"
    "没有同类日的取全部日的平均。",
    "{seen} of the 336 half hours of the week were observed; the others take the mean of the same time on days "
    "of their kind (Monday to Friday, weekend), or on all days where no such day was observed.",
)
NOTE_ZERO = Text("{n} 行的权重是 0，保留。", "{n} rows have the weight 0 and are kept.")
