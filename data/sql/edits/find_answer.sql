-- What a request was answered: request_sha256, answer, rejected_csv. Parameters: holder, key; days it is kept.
SELECT a.request_sha256, a.answer, a.rejected_csv FROM yizhan.import_answer AS a
WHERE a.holder = %(holder)s AND a.idempotency_key = %(key)s
  AND a.answered_at > now() - make_interval(days => %(days)s)
