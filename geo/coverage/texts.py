"""Sentences of this room that a user may read, Chinese first, English second."""

from geo.texts import Text

OPENINGS_SHAPE = Text(
    "开放时间应是 {n} 行 × 336 列，得到 {found}。",
    "Opening flags must be {n} stations by 336 half hours, are {found}.",
)
LENGTHS = Text("{name} 有 {found} 行，应有 {wanted} 行。", "{name} has {found} rows, {wanted} are needed.")
REACH_STANDARD = Text(
    "不认识的标准“{name}”，请用 straight 或 walk。", "There is no standard '{name}'; use straight or walk."
)
REACH_UNCOUNTED = Text(
    "{standard} 的清单含有不计入的驿站 {station}。请先去掉它（Lists.keep）。",
    "The lists of {standard} hold station {station}, which does not count; drop it first (Lists.keep).",
)
ZONE_NAMELESS = Text("区域不明", "area not known")
WHOLE = Text("全部", "the whole area")
GAP_CELLS = Text(
    "第 {row} 行需求的编号 {name} 不是 h3 网格，无法画出空白区。请先汇总到网格（geo.demand.gather）。",
    "Demand row {row}, {name}, is no h3 cell, so gaps have no outline; gather it into cells first "
    "(geo.demand.gather).",
)
GAP_SHARE = Text(
    "最小份额是 {value}，应在 0 到 1 之间。", "The smallest share is {value}; give a number from 0 to 1."
)
SPECKS = Text(
    "另有 {n} 处零星空白（{standard_zh}，{moment_zh}），合计需求 {demand}，占空白的 {share:.1%}，未单独画出。",
    "{n} more specks of uncovered ground ({standard_en}, {moment_en}) hold {demand} of demand in all, "
    "{share:.1%} of the gap, and are not drawn.",
)
