-- As analyze_matched, for the merged stations.
ANALYZE pg_temp.merged_station
