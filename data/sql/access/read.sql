-- Every key, those taken back and past their date included, oldest first.
SELECT key_id, secret_sha256, label, scopes, created_at, expires_at, revoked_at, last_used
FROM yizhan.access_key ORDER BY created_at, key_id
