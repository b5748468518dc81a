"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from geo.texts import Text

SNAPSHOT = Text("全部公开站点", "All public stations")
SNAPSHOT_MEANING = Text(
    "每个数据版本生成一次，可长期缓存；用 ETag 与 If-None-Match 避免重复下载。给出 since（您所存的 data_version）"
    "则只答此后新增、修改与移除的站点；同时给出 mark（您所存的 mark）可发现数据库曾被恢复。410 snapshot_needed："
    "差异无法给出，请重新下载全部。开放状态随时间变化，不在其中。",
    "Made once per data version; use the ETag with If-None-Match. With since, the data_version that you hold, only "
    "what was added, changed or removed after it; with mark, the mark that you hold, you hear when a backup was "
    "restored in between. 410 snapshot_needed: no difference can be told, take the whole. What depends on the hour "
    "(open_state) is not in it.",
)
UNCHANGED = Text("与您所存的相同", "As you have it")
SINCE = Text(
    "您所存副本的 data_version：只答此后的变化。",
    "The data_version of your copy: only what changed after it.",
)
MARK = Text(
    "您所存副本的 mark，与 since 一同给出：数据库恢复过则答 410。",
    "The mark of your copy, together with since: 410 when a backup was restored in between.",
)
NOT_A_MARK = Text("不是 mark；请原样使用您所存的。", "Not a mark; give the one that you hold as it is.")
MARK_ALONE = Text("mark 须与 since 一同给出。", "Give mark together with since.")
AHEAD = Text(
    "版本 {since} 尚不存在（当前 {version}）：登记表可能已从备份恢复。请重新下载全部，不带 since。",
    "There is no version {since} (it is {version} now): a backup may have been restored. Take the whole again, "
    "without since.",
)
TOO_OLD = Text(
    "只能给出版本 {oldest} 之后的差异。请重新下载全部，不带 since。",
    "Differences are told from version {oldest} on. Take the whole again, without since.",
)
OTHER_MARK = Text(
    "您的版本 {since} 与登记表的版本 {since} 不是同一份数据：登记表已从备份恢复。请重新下载全部，不带 since。",
    "Your version {since} is not this registry's version {since}: a backup was restored. Take the whole again, "
    "without since.",
)
TOO_MANY = Text(
    "此后有超过 {n} 个站点变化，下载全部更快。请不带 since。",
    "More than {n} stations changed since then, so that the whole is quicker. Take it, without since.",
)
FILE_VERSION = Text(
    "数据来自文件，没有此版本的差异。请重新下载全部，不带 since。",
    "The data come from a file and know no difference to that version. Take the whole again, without since.",
)
NO_ROOM = Text(
    "服务器磁盘暂无空间生成数据源，请稍后再试；查询不受影响。",
    "The server has no room on disk to make the feed; try again later. Queries go on.",
)
LAST_UPDATED = "RFC 3339: when this data version was made."
TTL = "Seconds for which a copy is fresh enough."
VERSION = "Version of this format; within 1 fields are only added."
REGISTRY = "Which registry; data versions of two registries say nothing of each other. Absent: a file."
MARK_FIELD = "Drawn by lot for each data version; give it back as mark."
REMOVED = "No longer public: forget these. Only with since."
