"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from typing import Final

from geo.texts import Text
from service.doctor.findings import Level

# -- the command

DOCTOR: Final = Text("检查各部分是否正常", "look at every part, in plain words")
OPTION_SERVICE: Final = Text(
    "也检查运行中的服务，例如 http://127.0.0.1:8000",
    "also ask a running service, for instance http://127.0.0.1:8000",
)
OPTION_DISK: Final = Text(
    "检查此文件夹所在磁盘的空间；可重复", "look at the room on the disk of this folder; may be repeated"
)
OPTION_ILLS_ONLY: Final = Text("只列出需留意和有故障的", "list only what is not fine")
LINE: Final = Text("{mark_zh}  {subject_zh}：{text_zh}", "{mark_en}  {subject_en}: {text_en}")
LEVELS: Final = {
    Level.FINE: Text("正常", "fine   "),
    Level.WARNING: Text("留意", "warning"),
    Level.BROKEN: Text("故障", "broken "),
}
VERDICTS: Final = {
    Level.FINE: Text("查了 {n} 项，都正常", "looked at {n} things, all fine"),
    Level.WARNING: Text("查了 {n} 项，{ill} 项需留意", "looked at {n} things, {ill} need attention"),
    Level.BROKEN: Text(
        "查了 {n} 项，{ill} 项不正常，其中有故障", "looked at {n} things, {ill} are not fine, some are broken"
    ),
}

# -- subjects

DATABASE: Final = Text("数据库", "database")
REPLICATION: Final = Text("复制", "replication")
SCHEMA: Final = Text("数据库结构", "schema")
ROLES: Final = Text("角色", "roles")
REGISTRY: Final = Text("登记表", "registry")
HOLIDAYS: Final = Text("节假日表", "holidays")
STREETS: Final = Text("街道数据", "street data")
SERVICE: Final = Text("服务", "service")
BACKUPS: Final = Text("备份", "backups")
DISKS: Final = Text("磁盘", "disk")
BASE_MAP: Final = Text("底图", "base map")
CLOCK: Final = Text("时钟", "clock")

# -- database

URL_UNREADABLE: Final = Text("DATABASE_URL 无法识别", "DATABASE_URL cannot be read")
SERVER_AWAY: Final = Text("{server}：{why_zh}", "{server}: {why_en}")
NO_SERVER: Final = Text(
    "没有一台数据库应答；服务仍凭内存应答，但数据不再更新。请查看：systemctl status postgresql",
    "no server answers; a running service goes on from memory, but its data grow old. See: systemctl status postgresql",
)
NO_REGISTRY: Final = Text(
    "还没有登记表；请先导入，或设置 DATABASE_URL",
    "there is no registry yet; import first, or set DATABASE_URL",
)
PRIMARY: Final = Text("主库", "primary")
STANDBY: Final = Text("备库", "standby")
POSTGRESQL: Final = Text(
    "{server}：PostgreSQL {version}，{kind_zh}", "{server}: PostgreSQL {version}, {kind_en}"
)
POSTGRESQL_OLD: Final = Text(
    "{server}：PostgreSQL {version} 早于 {oldest}，本程序没有在其上试过；请升级",
    "{server}: PostgreSQL {version} is older than {oldest}, on which this program was never tried; upgrade",
)
POSTGRESQL_ENDS: Final = Text(
    "{server}：PostgreSQL {version} 的维护到 {end} 为止；请按 README 的步骤升级大版本",
    "{server}: PostgreSQL {version} is maintained until {end}; upgrade the major version as the README says",
)
POSTGIS: Final = Text("PostGIS {version}", "PostGIS {version}")
POSTGIS_OLD: Final = Text(
    "PostGIS {version} 太旧，本程序没有在其上试过；请升级",
    "PostGIS {version} is old, and this program was never tried on it; upgrade",
)
NO_POSTGIS: Final = Text(
    "{server}：数据库里没有 PostGIS 扩展；请以超级用户执行：CREATE EXTENSION postgis",
    "{server}: the database has no PostGIS extension; a superuser types: CREATE EXTENSION postgis",
)
CONNECTIONS: Final = Text("{server}：连接 {n}/{most}", "{server}: {n} of {most} connections")
CROWDED: Final = Text(
    "{server}：连接 {n}/{most}，快用完了；请查 pg_stat_activity 或调大 max_connections",
    "{server}: {n} of {most} connections, nearly all; look into pg_stat_activity or raise max_connections",
)

# -- replication

NO_PRIMARY: Final = Text(
    "应答的都是备库，没有主库，写入暂停；请恢复主库，或在备库执行 SELECT pg_promote()",
    "only standbys answer, so nothing can be written; bring the primary back, or type on a standby: "
    "SELECT pg_promote()",
)
NOT_FOLLOWING: Final = Text(
    "备库 {server} 没有连上主库，数据会变旧；请查看其日志",
    "the standby {server} is not connected to its primary, and its data grow old; see its log",
)
FOLLOWS: Final = Text("备库 {server} 跟上了主库", "the standby {server} follows its primary")
LAGS: Final = Text(
    "备库 {server} 落后 {lag_s:.0f} 秒；请查网络和长时间的查询",
    "the standby {server} is {lag_s:.0f} s behind; look at the network and at long queries",
)

# -- registry

SCHEMA_CURRENT: Final = Text("已执行全部 {n} 个迁移", "all {n} migrations are applied")
CANNOT_READ: Final = Text(
    "{user} 不能读 {tables}；请以所有者执行：yizhan db migrate",
    "{user} cannot read {tables}; as the owner, type: yizhan db migrate",
)
CANNOT_READ_KEYS: Final = Text(
    "{user} 不能读接口密钥，持密钥的请求会被拒绝；服务请用 yizhan_service",
    "{user} cannot read the keys, so requests with a key are refused; let the service use yizhan_service",
)
READER_MAY_WRITE: Final = Text(
    "读取所用的 {user} 还可以写入；DATABASE_URL 请用 yizhan_service",
    "{user}, as which the service reads, may also write; use yizhan_service in DATABASE_URL",
)
READER: Final = Text("以 {user} 读取，不能写入", "reads as {user}, which cannot write")
ONE_ROLE: Final = Text(
    "读写都用 {user}；可用 deploy/roles.sql 和 YIZHAN_WRITE_URL 分开",
    "{user} reads and writes; deploy/roles.sql and YIZHAN_WRITE_URL tell them apart",
)
WRITER: Final = Text("以 {user} 写入，不能改动历史", "writes as {user}, which cannot rewrite the history")
WRITER_MAY_REWRITE: Final = Text(
    "写入所用的 {user} 可以改动历史；YIZHAN_WRITE_URL 请用 yizhan_writer",
    "{user}, as which imports write, may rewrite the history; use yizhan_writer in YIZHAN_WRITE_URL",
)
CANNOT_WRITE: Final = Text(
    "{user} 不能写 {tables}；请以所有者执行：yizhan db migrate",
    "{user} cannot write {tables}; as the owner, type: yizhan db migrate",
)
CANNOT_CONNECT_WRITER: Final = Text("YIZHAN_WRITE_URL：{why_zh}", "YIZHAN_WRITE_URL: {why_en}")
WRITES_TO_STANDBY: Final = Text(
    "YIZHAN_WRITE_URL 连到了备库，不能写入；请改为主库，或列出两台",
    "YIZHAN_WRITE_URL leads to a standby, which takes no writes; name the primary, or both",
)
NO_STATIONS: Final = Text("登记表是空的", "the registry holds no station")
STATIONS: Final = Text(
    "{n} 处驿站，数据版本 {version}，历史 {entries} 条（自 {since}），登记表编号 {id}",
    "{n} stations, data version {version}, {entries} entries of history (since {since}), registry {id}",
)
HOLIDAYS_KNOWN: Final = Text("已知到 {year} 年底", "known to the end of {year}")
NO_STREETS: Final = Text(
    "没有街道数据，临街与否无法推算；请执行：yizhan osm FILE.osm.pbf",
    "there is no street data, so street-facing is unknown everywhere; type: yizhan osm FILE.osm.pbf",
)
STREETS_DATE: Final = Text("{source}：{day} 的数据", "{source}: data of {day}")
STREETS_OLD: Final = Text(
    "{source}：数据是 {day} 的，已超过 400 天；请下载新的并执行 yizhan osm",
    "{source}: data of {day}, more than 400 days old; fetch a newer extract and run yizhan osm",
)
STREETS_UNDATED: Final = Text("{source}：数据没有注明日期", "{source}: the data bear no date")

# -- service

SERVICE_AWAY: Final = Text(
    "{url} 没有正常应答：{why}；请查看：systemctl status yizhan",
    "{url} does not answer as it should: {why}; see: systemctl status yizhan",
)
NOT_READY: Final = Text("还没有载入数据", "it has not loaded any data yet")
STALE: Final = Text(
    "应答的是 {age_s:.0f} 秒前的数据（版本 {version}，原因 {trouble}）；请查看服务日志",
    "it answers from data of {age_s:.0f} s ago (version {version}, trouble {trouble}); see the log of the service",
)
BEHIND: Final = Text(
    "应答的是版本 {version}，登记表已是 {newest}；几秒后请再查一次",
    "it answers from version {version}, and the registry is at {newest}; look again in some seconds",
)
SERVES: Final = Text(
    "版本 {version}，{n} 处公开驿站，{age_s:.1f} 秒前确认",
    "version {version}, {n} public stations, confirmed {age_s:.1f} s ago",
)

# -- machine

BACKUPS_UNTOLD: Final = Text(
    "不知道备份在哪里；请设置 YIZHAN_BACKUPS，并启用 deploy/systemd/yizhan-backup.timer",
    "nobody said where backups are; set YIZHAN_BACKUPS, and enable deploy/systemd/yizhan-backup.timer",
)
BACKUPS_UNREADABLE: Final = Text("{folder} 读不了：{why}", "{folder} cannot be read: {why}")
NO_BACKUP: Final = Text(
    "{folder} 里没有备份；请执行：systemctl start yizhan-backup",
    "there is no backup in {folder}; type: systemctl start yizhan-backup",
)
BACKUP: Final = Text("{dump}，{hours:.0f} 小时前，{mb:.1f} MB", "{dump}, {hours:.0f} hours ago, {mb:.1f} MB")
BACKUP_OLD: Final = Text(
    "最新的备份 {dump} 已是 {hours:.0f} 小时前的；请查看：systemctl status yizhan-backup",
    "the newest backup {dump} is {hours:.0f} hours old; see: systemctl status yizhan-backup",
)
BACKUP_SHRANK: Final = Text(
    "最新的备份 {dump} 只有 {mb:.1f} MB，前一个有 {before_mb:.1f} MB；请查是否丢了数据",
    "the newest backup {dump} has only {mb:.1f} MB, the one before {before_mb:.1f} MB; see whether data were lost",
)
DISK: Final = Text(
    "{place} 还有 {free_gb:.1f} GB（{percent:.0f}%）", "{place} has {free_gb:.1f} GB ({percent:.0f} %) left"
)
DISK_FULL: Final = Text(
    "{place} 只剩 {free_gb:.1f} GB（{percent:.0f}%）；请腾出空间，满了就不能写入",
    "{place} has only {free_gb:.1f} GB ({percent:.0f} %) left; make room, a full disk takes no writes",
)
PLAIN_GROUND: Final = Text("没有底图，不涉及审图号", "none, so that no approval number is needed")
NO_MAP_KEY: Final = Text(
    "天地图没有设置密钥（YIZHAN_BASE_MAP_KEY），底图不会显示",
    "Tianditu has no key (YIZHAN_BASE_MAP_KEY), so that no map is shown",
)
APPROVED: Final = Text("{base}，{number}", "{base}, {number}")

# -- clocks

CLOCK_DATABASE: Final = Text("数据库 {server}", "the database {server}")
CLOCK_SERVICE: Final = Text("服务", "the service")
CLOCKS_AGREE: Final = Text("与{other_zh}相差 {seconds:.1f} 秒", "{seconds:.1f} s apart from {other_en}")
CLOCKS_DIFFER: Final = Text(
    "与{other_zh}相差 {seconds:.0f} 秒，「正在开放」会算错；请校时：timedatectl set-ntp true",
    "{seconds:.0f} s apart from {other_en}, so that what is open now comes out wrong; type: timedatectl set-ntp true",
)
