"""What a user may read of this room, Chinese first, English second (see ``geo.texts``)."""

from geo.texts import Text

NO_POSTGRESQL = Text(
    "本机没有 PostgreSQL 服务器；请执行：sudo apt install postgresql postgresql-postgis",
    "There is no PostgreSQL server on this machine; type: sudo apt install postgresql postgresql-postgis",
)
NO_POSTGRESQL_OF_MAJOR = Text(
    "这些数据由 PostgreSQL {major} 写成，而本机没有该版本；请执行："
    "sudo apt install postgresql-{major}-postgis-3",
    "These data were written by PostgreSQL {major}, which is not on this machine; type: "
    "sudo apt install postgresql-{major}-postgis-3",
)
NO_POSTGIS_FILES = Text(
    "本机的 PostgreSQL {major} 没有 PostGIS；请执行：sudo apt install postgresql-{major}-postgis-3",
    "PostgreSQL {major} on this machine has no PostGIS; type: sudo apt install postgresql-{major}-postgis-3",
)
NO_SERVER_USER = Text(
    "数据库须由系统用户 {owner} 运行，而本机没有该用户；如该用户是 postgres，请执行："
    "sudo apt install postgresql",
    "The database must run as the system user {owner}, who does not exist; if that is postgres, type: "
    "sudo apt install postgresql",
)
NAMELESS_USER = Text(
    "当前用户编号 {uid} 在本机没有用户名，PostgreSQL 无法识别；请换用有名字的用户",
    "The user number {uid} has no name on this machine, so PostgreSQL cannot tell who it is; use a user "
    "that has one",
)
CLUSTER_OF_ANOTHER = Text(
    "数据库文件夹 {folder} 属于用户 {owner}；请以该用户或 root 运行",
    "The database folder {folder} belongs to user {owner}; run this as that user or as root",
)
CLUSTER_FOLDER_UNUSABLE = Text(
    "文件夹 {folder} 不能用于数据库：{why}；请换一个文件夹或修正其权限",
    "The folder {folder} cannot hold the database: {why}; choose another one or mend its permissions",
)
CLUSTER_FOLDER_FOREIGN = Text(
    "文件夹 {folder} 里有其他内容，不会在其中建立数据库；请指定一个空文件夹",
    "The folder {folder} holds something else, so no database is made in it; name an empty folder",
)
CLUSTER_ABSENT = Text(
    "{folder} 里还没有数据库；请先执行：yizhan db start",
    "There is no database in {folder} yet; type first: yizhan db start",
)
CLUSTER_LOST = Text(
    "{folder} 的记录说数据在 {home}，但那里没有；请从备份恢复，或删除 {record} 以新建空库",
    "{folder} records that its data are in {home}, but they are not there; restore them from a backup, or "
    "delete {record} to begin with an empty database",
)
CLUSTER_ELSEWHERE = Text(
    "系统用户 {owner} 进不了 {folder}，数据库实际位于 {home}",
    "The system user {owner} cannot enter {folder}, so the database is in {home}",
)
CLUSTER_BUSY = Text(
    "另一个程序正在启动或停止 {folder} 中的数据库，等了 {wait_s:.0f} 秒；请稍后再试",
    "Another program is starting or stopping the database in {folder}; waited {wait_s:.0f} s; try again "
    "later",
)
CLUSTER_STEP_FAILED = Text(
    "{step} 没有成功（{folder}）：{why}",
    "{step} did not succeed ({folder}): {why}",
)
CLUSTER_NOT_STOPPED = Text(
    "数据库进程 {pid} 在 {wait_s:.0f} 秒内没有停止；日志在 {log}",
    "The database process {pid} did not stop within {wait_s:.0f} s; its log is {log}",
)
CLUSTER_ORPHANS = Text(
    "前一个数据库留下的进程仍在 {folder} 中运行：{pids}；请结束它们后再试",
    "Processes of an earlier server still work in {folder}: {pids}; end them and try again",
)
DATABASE_URL_UNREADABLE = Text(
    "数据库地址无法识别；形如 postgresql://用户:密码@主机/库名，其中密码里的 @ : / % 须写成 %40 %3A %2F %25",
    "The database url cannot be read; it looks like postgresql://user:password@host/database, where @ : / % "
    "in the password are written %40 %3A %2F %25",
)
DATABASE_AWAY = Text("数据库连接不上或已断开：{why}", "The database cannot be reached or broke off: {why}")
DATABASE_BUSY = Text(
    "数据库太忙，没有在限定时间内完成：{why}；请稍后再试",
    "The database was too busy to finish in time: {why}; try again later",
)
DATABASE_REFUSED = Text("数据库拒绝了这一操作：{why}", "The database refused this: {why}")
POOL_CLOSED = Text(
    "程序正在退出，数据库连接已关闭", "The program is ending; its database connections are closed"
)
POOL_TIMEOUT = Text(
    "{n} 个数据库连接都在使用中，等了 {wait_s:g} 秒；请稍后再试",
    "All {n} database connections are in use; waited {wait_s:g} s; try again later",
)
NO_POSTGIS_EXTENSION = Text(
    "数据库 {database} 还没有 PostGIS 扩展；请以超级用户执行："
    "psql -d {database} -c 'CREATE EXTENSION postgis'",
    "The database {database} has no PostGIS extension; a superuser types: "
    "psql -d {database} -c 'CREATE EXTENSION postgis'",
)
NO_POSTGIS_ON_SERVER = Text(
    "数据库 {database} 所在的服务器没有安装 PostGIS；请在服务器上执行：sudo apt install postgresql-postgis",
    "The server of the database {database} has no PostGIS installed; on the server, type: "
    "sudo apt install postgresql-postgis",
)
POSTGIS_NOT_IN_PUBLIC = Text(
    "数据库 {database} 的 PostGIS 装在模式 {schema} 里，本程序要求装在 public 里；请换一个数据库",
    "PostGIS of the database {database} lives in the schema {schema}, but this program needs it in public; "
    "use another database",
)
SCHEMA_PENDING = Text(
    "数据库缺少迁移 {names}；请执行：yizhan db migrate",
    "The database lacks the migrations {names}; type: yizhan db migrate",
)
NOT_THE_OWNER = Text(
    "数据库角色 {user} 不是登记表的所有者，不能改变结构或删除历史；请以所有者连接，例如："
    "DATABASE_URL='postgresql:///yizhan?user=yizhan_owner' yizhan db migrate",
    "The database role {user} does not own the registry, so it cannot change the schema or trim the history; "
    "connect as the owner, for instance: DATABASE_URL='postgresql:///yizhan?user=yizhan_owner' yizhan db migrate",
)
SCHEMA_NEWER = Text(
    "数据库已到迁移 {database_number}，而本程序只认识到 {program_number}；请升级本程序",
    "The database is at migration {database_number}, but this program knows only up to {program_number}; "
    "upgrade the program",
)
SCHEMA_CHANGED = Text(
    "迁移 {name} 执行之后内容变了；请换回原来的程序版本，或用这一版本新建数据库",
    "Migration {name} was changed after it was applied; use the version of the program that applied it, or "
    "make a new database with this one",
)
SCHEMA_GAP = Text(
    "数据库跳过了迁移 {name} 而执行了更后面的；请从备份恢复",
    "The database skipped migration {name} but has later ones; restore it from a backup",
)
CLUSTER_SOCKET_TOO_LONG = Text(
    "没有足够短的文件夹可放套接字（路径须短于 {limit} 字节）；试过：{tried}",
    "No folder is short enough for the socket (its path must stay below {limit} bytes); tried: {tried}",
)
