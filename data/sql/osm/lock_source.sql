-- Make imports of one street source queue until this transaction ends. Parameters: source.
SELECT pg_advisory_xact_lock(hashtextextended('yizhan street source ' || %(source)s, 0))
