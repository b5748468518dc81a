-- A new key. Parameters: key_id, secret_sha256 (bytes), label, scopes (texts), expires_at (or null).
INSERT INTO yizhan.access_key (key_id, secret_sha256, label, scopes, expires_at)
VALUES (%(key_id)s, %(secret_sha256)s, %(label)s, %(scopes)s, %(expires_at)s)
RETURNING created_at
