-- The salt of a day, made by whoever comes first; older ones go. Parameters: day; salt = 32 random bytes.
WITH gone AS (DELETE FROM yizhan.report_salt WHERE day < %(day)s::date),
     made AS (
         INSERT INTO yizhan.report_salt (day, salt) VALUES (%(day)s, %(salt)s)
         ON CONFLICT (day) DO NOTHING RETURNING salt)
SELECT salt FROM made UNION ALL SELECT salt FROM yizhan.report_salt WHERE day = %(day)s LIMIT 1
