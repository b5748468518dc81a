-- Which registered station each row of the file is: by station id, else by code, else by an external id, else by
-- name and address, each within its source, else by the id that was once made from the same key. A living
-- station goes before a tombstone. `first_row`: the row that has the best claim to the station; the others are
-- the same station listed again. Rows that match nothing are not here. Parameters: has_station_id, has_code,
-- has_external_ids: does the file state any; without, that way is not tried.
CREATE TEMPORARY TABLE matched_station ON COMMIT DROP AS
WITH candidates AS (
    SELECT n.row_no, t.station_id, 0 AS rank, t.deleted_at
    FROM staged_station AS n JOIN yizhan.station AS t ON t.station_id = n.station_id
    WHERE %(has_station_id)s
    UNION ALL
    SELECT n.row_no, t.station_id, 1, t.deleted_at
    FROM staged_station AS n JOIN yizhan.station AS t ON t.source = n.source AND t.code = n.code
    WHERE %(has_code)s AND n.station_id IS NULL
    UNION ALL
    SELECT n.row_no, t.station_id, 2, t.deleted_at
    FROM staged_station AS n
    JOIN yizhan.station AS t ON t.source = n.source AND t.external_ids ->> 'amap' = n.external_ids ->> 'amap'
    WHERE %(has_external_ids)s AND n.station_id IS NULL AND (n.code IS NULL OR t.code IS NULL)
    UNION ALL
    SELECT n.row_no, t.station_id, 2, t.deleted_at
    FROM staged_station AS n
    JOIN yizhan.station AS t ON t.source = n.source AND t.external_ids ->> 'baidu' = n.external_ids ->> 'baidu'
    WHERE %(has_external_ids)s AND n.station_id IS NULL AND (n.code IS NULL OR t.code IS NULL)
    UNION ALL
    SELECT n.row_no, t.station_id, 2, t.deleted_at
    FROM staged_station AS n
    JOIN yizhan.station AS t ON t.source = n.source AND t.external_ids ->> 'osm' = n.external_ids ->> 'osm'
    WHERE %(has_external_ids)s AND n.station_id IS NULL AND (n.code IS NULL OR t.code IS NULL)
    UNION ALL
    SELECT n.row_no, t.station_id, 3, t.deleted_at
    FROM staged_station AS n
    JOIN yizhan.station AS t ON t.source = n.source AND t.name = n.name
        AND coalesce(t.address, '') = coalesce(n.address, '')
    WHERE n.station_id IS NULL AND (n.code IS NULL OR t.code IS NULL)
      AND NOT EXISTS (SELECT 1 FROM jsonb_each(n.external_ids) AS e WHERE t.external_ids -> e.key <> e.value)
    UNION ALL
    SELECT n.row_no, t.station_id, 4, t.deleted_at
    FROM staged_station AS n JOIN yizhan.station AS t ON t.station_id = n.new_id
    WHERE n.station_id IS NULL
), best AS (
    SELECT DISTINCT ON (row_no) row_no, station_id, rank
    FROM candidates ORDER BY row_no, rank, deleted_at IS NOT NULL, station_id
)
SELECT b.row_no, b.station_id, b.rank, n.rejected,
       first_value(b.row_no) OVER (PARTITION BY b.station_id ORDER BY n.rejected, b.rank, b.row_no) AS first_row
FROM best AS b JOIN staged_station AS n USING (row_no)
