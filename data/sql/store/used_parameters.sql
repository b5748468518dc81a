-- What the stored verdicts were computed with, the last used first, and the stations of each.
SELECT f.parameters::text, array_agg(f.station_id ORDER BY f.station_id COLLATE "C")
FROM yizhan.frontage AS f GROUP BY f.parameters ORDER BY max(f.checked_at) DESC, f.parameters::text
