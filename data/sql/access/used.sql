-- The day on which keys were last used; never back. Parameters: key_ids (texts), day.
UPDATE yizhan.access_key SET last_used = %(day)s
WHERE key_id = ANY (%(key_ids)s) AND (last_used IS NULL OR last_used < %(day)s)
