-- Which registry this is (text), and the number of its street map: 0 as long as there is no street in it.
SELECT r.registry_id::text AS registry_id,
       CASE WHEN EXISTS (SELECT FROM yizhan.street) THEN greatest(r.street_version, 1) ELSE 0 END AS street_version
FROM yizhan.registry AS r
