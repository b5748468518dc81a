-- Record where a replaced source differs from before, and raise the number of the street map; nothing when it does not.
-- Neighbouring rectangles of one size, up to 0.001 degrees (about 100 m), are recorded as one.
-- `other_file`: objects that another source holds too count as changed, since the newer data is read of those.
-- Parameters: source, other_file (is the file another one than before).
WITH new_object AS (
    SELECT n.layer, n.osm_id, n.digest, n.box FROM yizhan.street_objects(%(source)s) AS n
), changed AS (
    SELECT o.box AS old_box, n.box AS new_box
    FROM old_object AS o FULL JOIN new_object AS n USING (layer, osm_id)
    WHERE o.digest IS DISTINCT FROM n.digest
    UNION ALL
    SELECT NULL, n.box FROM new_object AS n
    JOIN yizhan.street_source AS m ON %(other_file)s AND m.source <> %(source)s AND m.extent && n.box
    WHERE EXISTS (SELECT FROM yizhan.street AS t WHERE t.source = m.source AND t.osm_id = n.osm_id)
       OR EXISTS (SELECT FROM yizhan.building AS t WHERE t.source = m.source AND t.osm_id = n.osm_id)
       OR EXISTS (SELECT FROM yizhan.barrier AS t WHERE t.source = m.source AND t.osm_id = n.osm_id)
       OR EXISTS (SELECT FROM yizhan.gate AS t WHERE t.source = m.source AND t.osm_id = n.osm_id)
       OR EXISTS (SELECT FROM yizhan.compound AS t WHERE t.source = m.source AND t.osm_id = n.osm_id)
       OR EXISTS (SELECT FROM yizhan.obstacle AS t WHERE t.source = m.source AND t.osm_id = n.osm_id)
       OR EXISTS (SELECT FROM yizhan.entrance AS t WHERE t.source = m.source AND t.osm_id = n.osm_id)
), box AS (
    SELECT old_box AS box FROM changed WHERE old_box IS NOT NULL
    UNION ALL SELECT new_box FROM changed WHERE new_box IS NOT NULL
), place AS (
    SELECT public.ST_SetSRID(public.ST_Expand(public.ST_Extent(b.box), 1e-7), 4326)::public.geometry(Polygon, 4326)
        AS place
    FROM box AS b
    GROUP BY floor(public.ST_XMin(b.box) * 1000), floor(public.ST_YMin(b.box) * 1000),
             floor(public.ST_XMax(b.box) * 1000), floor(public.ST_YMax(b.box) * 1000)
), raised AS (
    UPDATE yizhan.registry SET street_version = street_version + 1 WHERE EXISTS (SELECT FROM place)
    RETURNING street_version
)
INSERT INTO yizhan.street_change (street_version, source, place)
SELECT r.street_version, %(source)s, p.place FROM raised AS r CROSS JOIN place AS p
