-- Rows that are the same registered station as another row of the file with a better claim. Returns row_no, first_row.
SELECT m.row_no, m.first_row FROM matched_station AS m
WHERE m.first_row <> m.row_no AND NOT m.rejected ORDER BY m.row_no
