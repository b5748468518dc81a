-- Answers past their days are let go. Parameters: days.
DELETE FROM yizhan.import_answer WHERE answered_at <= now() - make_interval(days => %(days)s)
