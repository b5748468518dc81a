-- When the registry last changed: one row, one timestamptz.
SELECT changed_at FROM yizhan.registry
