"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

SCOPES: Final[dict[str, Text]] = {
    "read": Text("读：自有的配额", "read: a quota of its own"),
    "bulk": Text("批量：一次至多 100000 个位置", "bulk: batches of up to 100,000 points"),
    "write": Text("写：登记、修改、删除站点，上传导入", "write: stations and uploads"),
    "admin": Text("管理：包含以上全部，并可读取运行指标", "admin: all of these, and metrics"),
}
"""What a key may be for; the codes are the CHECK of its table."""

NO_LABEL = Text(
    "没有说明密钥发给谁；请以 --label 写明（至多 {n} 字），日后才知道该不该收回",
    "It is not said for whom the key is; say it by --label (at most {n} characters), so that one knows later "
    "whether to revoke it",
)
NO_SCOPE = Text(
    "没有说明密钥的用途；请以 --scope 写明，可多次：{known}",
    "It is not said what the key is for; say it by --scope, more than once if wished: {known}",
)
UNKNOWN_SCOPE = Text("没有用途 {name}；可用：{known}", "There is no scope {name}; there are: {known}")
PAST_EXPIRY = Text("有效期 {until} 已经过去；请写将来的日期", "{until} has passed; give a day to come")
UNKNOWN_KEY = Text(
    "没有密钥 {key_id}；请用 yizhan keys list 查看", "There is no key {key_id}; see yizhan keys list"
)
