"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text

# -- problems

KEY_REQUIRED = Text(
    "此操作需要密钥：请在请求头 X-API-Key 中给出，其用途须含 {scope}；密钥由运营单位以 yizhan keys create 发放。",
    "This needs a key: send it in the header X-API-Key; it must be for {scope}. The operator makes keys by "
    "yizhan keys create.",
)
UNKNOWN_KEY = Text(
    "请求头 X-API-Key 中的不是有效的密钥：请核对是否完整；公开的读取不需要密钥，去掉该请求头即可。",
    "What is in the header X-API-Key is no key of this service: see that it is complete. Public reads need none; "
    "leave the header out.",
)
BAD_KEYS: Final[dict[str, Text]] = {
    "revoked": Text(
        "密钥 {key_id} 已被收回：请向运营单位另行申请；公开的读取不需要密钥，去掉该请求头即可。",
        "The key {key_id} was revoked: ask the operator for another one. Public reads need none; leave the header "
        "out.",
    ),
    "expired": Text(
        "密钥 {key_id} 已过有效期：请向运营单位另行申请；公开的读取不需要密钥，去掉该请求头即可。",
        "The key {key_id} is past its date: ask the operator for another one. Public reads need none; leave the "
        "header out.",
    ),
}
WRONG_SCOPE = Text(
    "密钥的用途是 {held}，此操作须含 {scope}：请向运营单位申请相应的密钥。",
    "The key is for {held}, and this needs {scope}: ask the operator for a key that is for it.",
)
KEYS_UNKNOWN = Text(
    "密钥尚未从数据库载入，暂时无法核对，请稍后重试；公开的读取不需要密钥，去掉该请求头即可。",
    "The keys were not loaded from the database yet and cannot be checked; try again later. Public reads need "
    "none; leave the header out.",
)

# -- command line

KEYS: Final = Text("接口密钥：发放、查看、收回", "keys of the API: create, list, revoke")
LABEL: Final = Text("发给谁、做什么用", "for whom and for what")
SCOPE: Final = Text(
    "用途，可多次：read 自有配额，bulk 大批量，write 写入，admin 全部",
    "what it is for, more than once if wished: read (a quota of its own), bulk, write, admin (all)",
)
UNTIL: Final = Text(
    "有效至哪一天（含），例如 2027-12-31；缺省不限", "last day it is good, for instance 2027-12-31"
)
WHICH: Final = Text("密钥的编号（yz_ 之后的 8 个字符），或整个密钥", "id of the key, or the whole key")
BAD_DAY: Final = Text("“{given}”不是日期；形如 2027-12-31", "“{given}” is no date; write it like 2027-12-31")
CREATED: Final = Text(
    "密钥 {key_id} 已建立。下面一行就是密钥，只显示这一次；本系统只存其散列值，丢失后请收回并另建。",
    "Key {key_id} is made. The line below is the key, shown this once; only its hash is kept. If it is lost, "
    "revoke it and make another.",
)
REVOKED: Final = Text(
    "密钥 {key_id}（{label}）已收回，数秒内生效", "Key {key_id} ({label}) is revoked, in force within seconds"
)
NONE: Final = Text("还没有密钥", "There are no keys yet")
HEADS: Final = (
    Text("编号", "id"),
    Text("说明", "label"),
    Text("用途", "scopes"),
    Text("建立", "created"),
    Text("有效至", "until"),
    Text("最近使用", "last used"),
    Text("状态", "state"),
)
STATES: Final = {
    "good": Text("有效", "good"),
    "revoked": Text("已收回", "revoked"),
    "expired": Text("已过期", "expired"),
}
