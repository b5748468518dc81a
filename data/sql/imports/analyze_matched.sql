-- A temporary table has no statistics until asked; without them large files get nested loops.
ANALYZE pg_temp.matched_station
