"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from geo.texts import Text

OUT = Text("写成工作表：.xlsx 或 .csv。", "Write a worksheet: .xlsx or .csv.")
WITHIN = Text("名称相似的站点最多相距多少米。", "How far apart stations with like names may stand, metres.")
LIKENESS = Text("名称至少多相似，0 至 1。", "How alike the names must be, 0 to 1.")
LIMIT = Text("屏幕上最多列出多少对。", "How many pairs to show on the screen.")
OVERWRITE = Text("覆盖已有的文件。", "Overwrite an existing file.")
ID = Text("站点编号。", "Station id.")
BY = Text("由谁判断（单位或岗位）。", "Who decides: an office rather than a name.")
KEEP = Text(
    "同一处：保留这一个，另一个并入它。", "They are the same: keep this one, merge the other into it."
)
DIFFERENT = Text("不是同一处；不再列出。", "They are different; they are not listed again.")
NOTE = Text("备注。", "A note.")
FILE = Text("填好的工作表（.xlsx 或 .csv）。", "The filled worksheet (.xlsx or .csv).")
NO_FILE = Text("没有文件 {file}。", "There is no file {file}.")
ONE_VERDICT = Text(
    "请写 --different，或 --keep 加上要保留的站点编号，二者取一。",
    "Give either --different, or --keep with the id of the station that stays.",
)
FOUND = Text(
    "{stations} 个站点（含已撤销），疑似重复 {n} 对；此前已判断 {decided} 对。",
    "{stations} stations, withdrawn ones included: {n} pairs that may be one; {decided} decided before.",
)
WRITTEN = Text(
    "已写入 {file}；填好后：yizhan duplicates import {file} --by 单位",
    "Written to {file}; when filled in: yizhan duplicates import {file} --by OFFICE",
)
MORE = Text("另有 {n} 对；用 --out 写成工作表。", "{n} more; write a worksheet with --out.")
PAIR = Text("{why} · {apart} · 名称相似度 {likeness}", "{why} · {apart} · names alike {likeness}")
APART = Text("相距 {m} 米", "{m} m apart")
UNLOCATED = Text("无位置", "no position")
DECIDED = Text(
    "已记录：同一处 {same} 对，不同 {different} 对。", "Kept: {same} the same, {different} different."
)
