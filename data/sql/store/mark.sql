-- The mark of one data version; no row when it never was, or is no longer known. Parameters: data_version.
SELECT m.mark::text AS mark FROM yizhan.version_mark AS m WHERE m.data_version = %(data_version)s
