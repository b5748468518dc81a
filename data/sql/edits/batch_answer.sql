-- As find_answer, by the number of the import. Parameters: batch_id; days it is kept.
SELECT a.request_sha256, a.answer, a.rejected_csv FROM yizhan.import_answer AS a
WHERE a.batch_id = %(batch_id)s AND a.answered_at > now() - make_interval(days => %(days)s)
