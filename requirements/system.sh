#!/bin/sh
# Installs the Debian packages that are missing, and nothing else.
#   requirements/system.sh run    what the service needs: PostgreSQL with PostGIS, python3-venv
#   requirements/system.sh test   the same, and curl, Chromium with Chinese fonts, libatomic, GDAL's programs, and
#                                 nginx, which is unpacked aside and not installed
#   requirements/system.sh bench  the same, and Redis, which benchmarks compare with
# As root, or with a sudo that asks no password; else it prints the one command to type and exits 2.
set -eu

want=${1:-run}
python=${PYTHON:-python3}
missing=""
nginx=/usr/local/lib/yizhan-tests/nginx

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "需要 Python 3.11 或更新版本：请设置 PYTHON=… · Python 3.11 or newer is needed: set PYTHON=…" >&2
    exit 2
}
"$python" -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"
set -- /usr/share/postgresql/*/extension/postgis.control
[ -e "$1" ] || missing="$missing postgresql-postgis"
if [ "$want" != run ]; then
    command -v chromium >/dev/null || missing="$missing chromium"
    # The documents' examples are run.
    command -v curl >/dev/null || missing="$missing curl"
    # What drives Chromium in tests brings a Node.js of its own, which links against this.
    set -- /usr/lib/*/libatomic.so.1
    [ -e "$1" ] || missing="$missing libatomic1"
    [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing="$missing fonts-noto-cjk"
    command -v ogr2ogr >/dev/null || missing="$missing gdal-bin"
    # Installed, Debian's nginx would serve on port 80 at once and at every boot. The program alone is enough here.
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || [ -x $nginx/usr/sbin/nginx ] || missing="$missing nginx"
fi
if [ "$want" = bench ]; then
    # Debian's server is this very program under another name (redis-server is a link to redis-check-rdb). The
    # package redis-server would add a service that starts at once and at every boot; this one adds none.
    [ -x /usr/bin/redis-check-rdb ] || missing="$missing redis-tools"
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
    echo "缺少系统软件包：$missing · missing system packages:$missing" >&2
    echo "请执行 · please run:" >&2
    echo "    sudo sh '$here/system.sh' $want" >&2
    exit 2
fi

# Where PostgreSQL comes new, Debian would start a system cluster on port 5432: ours is private, so it must not.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    $as_root mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
echo "安装 · installing:$missing" >&2
$as_root apt-get update -qq
case "$missing " in *" nginx "*)
    missing=$(echo "$missing" | sed 's/ nginx$//; s/ nginx / /')
    packages=$(mktemp -d)
    # Unpacked, no script of the packages runs: no service, no user, no settings. Delete the folder to be rid of it.
    (cd "$packages" && apt-get download -qq nginx nginx-common)
    $as_root mkdir -p "$nginx"
    for package in "$packages"/*.deb; do $as_root dpkg-deb -x "$package" "$nginx"; done
    rm -rf "$packages"
    ;;
esac
[ -n "$missing" ] || exit 0
# shellcheck disable=SC2086  # the list of packages is meant to split
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Options::=--force-confold $missing >/dev/null
