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

LIMITED: Final[dict[tuple[str, str], Text]] = {
    ("address", "requests"): Text(
        "来自此网络地址的请求过多（每秒 {per_s} 次，一时至多 {burst} 次）：请在 {wait_s} 秒后重试；许多位置请用"
        "批量查询，全部站点请用 /v1/feed，持续使用请向运营单位申请密钥。",
        "Too many requests from this address ({per_s} per second, {burst} at once): try again in {wait_s} s. For many "
        "points use the batch, for all stations /v1/feed; ask the operator for a key if you need more.",
    ),
    ("address", "points"): Text(
        "来自此网络地址的位置过多（每秒 {per_s} 个，一时至多 {burst} 个）：请在 {wait_s} 秒后重试，或减少位置；"
        "持续使用请向运营单位申请密钥。",
        "Too many points from this address ({per_s} per second, {burst} at once): try again in {wait_s} s or send "
        "fewer; ask the operator for a key if you need more.",
    ),
    ("key", "requests"): Text(
        "此密钥的请求过多（每秒 {per_s} 次，一时至多 {burst} 次）：请在 {wait_s} 秒后重试；许多位置请用批量查询，"
        "全部站点请用 /v1/feed。",
        "Too many requests with this key ({per_s} per second, {burst} at once): try again in {wait_s} s. For many "
        "points use the batch, for all stations /v1/feed.",
    ),
    ("key", "points"): Text(
        "此密钥的位置过多（每秒 {per_s} 个，一时至多 {burst} 个）：请在 {wait_s} 秒后重试，或减少位置。",
        "Too many points with this key ({per_s} per second, {burst} at once): try again in {wait_s} s or send fewer.",
    ),
}

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

# -- settings

SETTINGS: Final[dict[str, Text]] = {
    "limits": Text(
        "是否限制每个来源的请求数；页面、地图数据、数据源和健康检查从不按来源限制。",
        "Limit what one client may ask; pages, map data, feed and health are never limited by address.",
    ),
    "trusted_proxies": Text(
        "前置代理的地址（CIDR，逗号分隔，例如 127.0.0.1/32）；只相信它们写的客户端地址。",
        "Addresses of the proxies in front (CIDR, commas between); only they are believed about clients.",
    ),
    "forwarded_header": Text(
        "前置代理写客户端地址的请求头：x-forwarded-for 或 forwarded；另一个不看。",
        "Header in which the proxies name the client: x-forwarded-for or forwarded; the other is not read.",
    ),
    "address_requests_per_s": Text(
        "无密钥时，每个地址长期每秒的请求数；0 为不限。",
        "Requests per second and address without a key; 0: no limit.",
    ),
    "address_requests_burst": Text("无密钥时，每个地址一时的请求数。", "Requests of one address at once."),
    "address_points_per_s": Text(
        "无密钥时，每个地址长期每秒的批量位置数；0 为不限。",
        "Points of batches per second and address without a key; 0: no limit.",
    ),
    "address_points_burst": Text("无密钥时，每个地址一时的批量位置数。", "Points of one address at once."),
    "key_requests_per_s": Text(
        "每个密钥长期每秒的请求数；0 为不限。", "Requests per second and key; 0: no limit."
    ),
    "key_requests_burst": Text("每个密钥一时的请求数。", "Requests of one key at once."),
    "key_points_per_s": Text(
        "每个密钥长期每秒的批量位置数；0 为不限。", "Points of batches per second and key; 0: no limit."
    ),
    "key_points_burst": Text("每个密钥一时的批量位置数。", "Points of one key at once."),
    "trial_point_cost": Text(
        "试判一个位置（POST /v1/street-facing）算作几个批量位置。",
        "How many points of a batch one position of a trial (POST /v1/street-facing) counts for.",
    ),
    "metrics": Text(
        "/metrics 给谁看：off（没有）、key（用途含 admin 的密钥）、open（任何人）。",
        "Who may read /metrics: off (nobody), key (keys for admin), open (anybody).",
    ),
    "log_format": Text(
        "日志格式：text 或 json（每行一个对象）。", "Form of the log: text, or json (an object per line)."
    ),
}
