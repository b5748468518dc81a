-- An upload was carried out. Parameters: holder, key, request_sha256, batch_id, answer, rejected_csv or NULL.
INSERT INTO yizhan.import_answer (holder, idempotency_key, request_sha256, batch_id, answer, rejected_csv)
VALUES (%(holder)s, %(key)s, %(request_sha256)s, %(batch_id)s, %(answer)s, %(rejected_csv)s)
