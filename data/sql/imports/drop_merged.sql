-- Leave rows out of the merge. Parameters: rows = row numbers.
DELETE FROM merged_station WHERE row_no = ANY (%(rows)s)
