-- Announce a street source before its objects are copied; counts and extent follow with finish_source.
-- Parameters: source, file_name, file_sha256 (hex), data_date (or NULL).
INSERT INTO yizhan.street_source (source, file_name, file_sha256, data_date)
VALUES (%(source)s, %(file_name)s, %(file_sha256)s, %(data_date)s)
