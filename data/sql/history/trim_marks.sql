-- Forget the marks of versions older than a moment, never that of the present one. Parameters: before (timestamptz).
DELETE FROM yizhan.version_mark AS m USING yizhan.registry AS r
WHERE m.made_at < %(before)s AND m.data_version < r.data_version
