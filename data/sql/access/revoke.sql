-- Takes a key back, from now on; one taken back before stays so since then. Parameters: key_id.
UPDATE yizhan.access_key SET revoked_at = coalesce(revoked_at, now()) WHERE key_id = %(key_id)s
RETURNING label
