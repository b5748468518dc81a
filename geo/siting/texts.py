"""Sentences of siting, Chinese first and English second."""

from geo.texts import Text

COUNT_INVALID = Text(
    "{name} 应为不小于 0 的整数，给出的是 {value}", "{name} must be a whole number of at least 0, not {value}"
)
SHARE_INVALID = Text("share 应在 0 到 1 之间，给出的是 {value}", "share must be from 0 to 1, not {value}")
SECONDS_INVALID = Text(
    "seconds 应为不小于 0 的有限秒数，给出的是 {value}",
    "seconds must be a finite number of at least 0, not {value}",
)
WEIGHTS_INVALID = Text(
    "weights 应为 {rows} 个不小于 0 的有限数，每个需求点一个",
    "weights must be {rows} finite numbers of at least 0, one per row of demand",
)
ROWS_INVALID = Text("covered 应为 {rows} 个真假值", "covered must be a mask of {rows} rows")
FACILITY_INVALID = Text(
    "{name} 的设施序号应在 0 到 {count}（不含）之间", "facilities of {name} must be from 0 to below {count}"
)
