-- How many reports came from an address today. Parameters: address_hash, received_on.
SELECT count(*) FROM yizhan.report WHERE address_hash = %(address_hash)s AND received_on = %(received_on)s
