-- The k nearest stations of every query point by geodesic, exactly.
--   bench_query(id, position), bench_station(id, position): geography(Point, 4326), indexed
--   %(k)s: how many; there are at least as many stations
-- `<->` orders by the sphere, so its k are candidates: the geodesic to the farthest of them bounds the answer,
-- and all within that radius are ordered by ST_Distance (metres, on the ellipsoid), then by id.
SELECT query.id, best.id, best.distance_m
FROM bench_query AS query
CROSS JOIN LATERAL (
    SELECT max(ST_Distance(near.position, query.position)) + 0.001 AS radius_m
    FROM (
        SELECT position FROM bench_station
        ORDER BY position <-> query.position
        LIMIT %(k)s
    ) AS near
) AS bound
CROSS JOIN LATERAL (
    SELECT station.id, ST_Distance(station.position, query.position) AS distance_m
    FROM bench_station AS station
    WHERE ST_DWithin(station.position, query.position, bound.radius_m)
    ORDER BY distance_m, station.id
    LIMIT %(k)s
) AS best
ORDER BY query.id, best.distance_m, best.id
