-- How many stations were numbered after a version, counted no further than most + 1. Parameters: since, most.
SELECT count(*) FROM (SELECT FROM yizhan.station WHERE data_version > %(since)s LIMIT %(most)s + 1) AS changed
