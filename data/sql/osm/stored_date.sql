-- The data date of a stored street source (NULL when it has none); no row when the source is not stored.
-- Parameters: source.
SELECT data_date FROM yizhan.street_source WHERE source = %(source)s
