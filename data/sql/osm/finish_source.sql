-- State what a street source holds: counts per layer (jsonb) and the rectangle of its objects (EPSG:4326, widened
-- by 1e-7 degrees, so that one point has a rectangle too).
-- Parameters: source, counts.
UPDATE yizhan.street_source SET counts = %(counts)s, extent = (
    SELECT public.ST_SetSRID(public.ST_Expand(public.ST_Extent(o.geom), 1e-7), 4326)::public.geometry(Polygon, 4326)
    FROM (SELECT geom FROM yizhan.street WHERE source = %(source)s
          UNION ALL SELECT geom FROM yizhan.building WHERE source = %(source)s
          UNION ALL SELECT geom FROM yizhan.barrier WHERE source = %(source)s
          UNION ALL SELECT geom FROM yizhan.gate WHERE source = %(source)s
          UNION ALL SELECT geom FROM yizhan.compound WHERE source = %(source)s
          UNION ALL SELECT geom FROM yizhan.obstacle WHERE source = %(source)s
          UNION ALL SELECT geom FROM yizhan.entrance WHERE source = %(source)s) AS o)
WHERE source = %(source)s
