-- Rows of an export whose station changed since: was the row edited, and where file and registry now differ.
-- Parameters: present = names of the columns that the file states. What the export showed is today's row walked
-- back through the old values of the history. Returns row_no, was_deleted, edited, cells = {column: [file, registry]}.
WITH stale AS (
    SELECT m.row_no, m.station_id, m.was_deleted, m.base_data_version, to_jsonb(m) AS mine, to_jsonb(t) AS theirs
    FROM merged_station AS m JOIN yizhan.station AS t USING (station_id)
    WHERE m.exact AND m.base_version <> m.now_version
), first_old AS (
    SELECT s.row_no, o.key, (array_agg(o.value ORDER BY h.history_id))[1] AS value
    FROM stale AS s
    JOIN yizhan.history AS h ON h.station_id = s.station_id AND h.entity = 'station'
        AND h.data_version > s.base_data_version
    CROSS JOIN LATERAL jsonb_each(h.old) AS o(key, value)
    GROUP BY s.row_no, o.key
), based AS (
    SELECT s.*, s.theirs || coalesce((SELECT jsonb_object_agg(o.key, o.value) FROM first_old AS o
                                      WHERE o.row_no = s.row_no), '{}') AS base
    FROM stale AS s
)
SELECT b.row_no, b.was_deleted,
       EXISTS (SELECT 1 FROM unnest(%(present)s) AS c(name)
               WHERE b.mine -> c.name IS DISTINCT FROM b.base -> c.name) AS edited,
       coalesce((SELECT jsonb_object_agg(c.name, jsonb_build_array(b.mine -> c.name, b.theirs -> c.name))
                 FROM unnest(%(present)s) AS c(name)
                 WHERE b.mine -> c.name IS DISTINCT FROM b.theirs -> c.name), '{}')::text AS cells
FROM based AS b ORDER BY b.row_no
