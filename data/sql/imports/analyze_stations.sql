-- Statistics of the columns that the next import matches by: without them, until autovacuum comes round, the
-- planner takes a freshly filled table for an empty one and compares every row with every other.
-- By a function, because only the owner of a table may do it, and a writer need not be the owner.
SELECT yizhan.analyze_stations()
