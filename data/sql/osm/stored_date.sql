-- The data date of a stored street source (NULL when it has none) and the digest of its file; no row when the source
-- is not stored. Parameters: source.
SELECT data_date, file_sha256 FROM yizhan.street_source WHERE source = %(source)s
