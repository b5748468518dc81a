-- The grounds of the 24-hour facts of merged stations, where they changed. The three facts are what was declared.
SELECT m.row_no, m.opening_hours, m.access_method, m.facilities::text AS facilities,
       CASE WHEN m.provenance ? 'stated.door_24h' THEN m.door_24h ELSE 'unknown' END,
       CASE WHEN m.provenance ? 'stated.unattended_24h' THEN m.unattended_24h ELSE 'unknown' END,
       CASE WHEN m.provenance ? 'stated.goods_24h' THEN m.goods_24h ELSE 'unknown' END
FROM merged_station AS m WHERE m.facts_moved
