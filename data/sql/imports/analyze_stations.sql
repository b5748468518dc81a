-- Statistics of the columns that the next import matches by: without them, until autovacuum comes round, the
-- planner takes a freshly filled table for an empty one and compares every row with every other.
ANALYZE yizhan.station (station_id, source, code, name, address)
