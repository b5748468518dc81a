-- The number of the street map: one row, one bigint; 0 before the first import.
SELECT street_version FROM yizhan.registry
