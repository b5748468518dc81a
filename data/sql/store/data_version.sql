-- The data version of the registry: one row, one bigint.
SELECT data_version FROM yizhan.registry
