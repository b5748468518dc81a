-- Mark years as covered. Parameters: years int[], source text.
INSERT INTO yizhan.holiday_year (year, source)
SELECT y, %(source)s FROM unnest(%(years)s::int[]) AS y
ON CONFLICT (year) DO NOTHING
