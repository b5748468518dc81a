-- Remove a street source with all its objects (cascade). Parameters: source.
DELETE FROM yizhan.street_source WHERE source = %(source)s
