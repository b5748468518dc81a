-- Which registry this is and how far it has come: one row of registry_id (text), data_version (bigint), and mark
-- (text), which tells this version from one of the same number before a restore ('' when there is none).
SELECT r.registry_id::text AS registry_id, r.data_version, coalesce(m.mark::text, '') AS mark
FROM yizhan.registry AS r LEFT JOIN yizhan.version_mark AS m USING (data_version)
