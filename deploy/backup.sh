#!/bin/sh
# Dumps the registry into a folder, reads the dump once through, and only then lets go of old ones.
#   deploy/backup.sh FOLDER [DAYS] [MONTHS]
# Kept: every dump of the last DAYS days (14), and the first of each month for MONTHS months (13).
# The database is postgresql:///yizhan, or what YIZHAN_BACKUP_URL says; its role must own or read everything.
# Exit code 0: a new dump that can be read is there. Anything else: nothing was deleted, older dumps are as they were.
set -eu
umask 027

folder=${1:?"usage: backup.sh FOLDER [DAYS] [MONTHS]"}
days=${2:-14}
months=${3:-13}
url=${YIZHAN_BACKUP_URL:-postgresql:///yizhan}
dump="$folder/yizhan-$(date +%Y%m%d-%H%M%S).dump"

rm -f "$folder"/yizhan-*.dump.part
trap 'rm -f "$dump.part"' EXIT
# 60 s: a migration at work holds tables for itself; better said than waited for all night.
# Without the salt of today's reports: from a dump that has it, addresses could be found for as long as it is kept.
pg_dump --format=custom --lock-wait-timeout=60s --exclude-table-data=yizhan.report_salt --file="$dump.part" --dbname="$url"
pg_restore --file=/dev/null "$dump.part"
sync "$dump.part"
mv "$dump.part" "$dump"
echo "备份完成 · backed up: $dump ($(stat -c %s "$dump") B)"

recent=$(date -d "-$days days" +%Y%m%d)
oldest=$(date -d "-$months months" +%Y%m%d)
kept_month=""
two=[0-9][0-9]
# Unquoted: a pattern. What somebody named otherwise is none of ours.
for file in "$folder"/yizhan-$two$two$two$two-$two$two$two.dump; do
    day=$(basename "$file" | cut -c8-15)
    [ "$day" -ge "$oldest" ] || { rm -- "$file"; continue; }
    [ "${day%??}" = "$kept_month" ] || { kept_month=${day%??}; continue; }
    [ "$day" -ge "$recent" ] || rm -- "$file"
done
