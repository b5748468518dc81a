-- Mark staged rows as rejected. Parameters: rows = row numbers.
UPDATE staged_station SET rejected = true WHERE row_no = ANY (%(rows)s)
