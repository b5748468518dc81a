-- The migrations applied so far. Columns: number, name, checksum; by number.
SELECT number, name, checksum FROM yizhan.migration ORDER BY number
