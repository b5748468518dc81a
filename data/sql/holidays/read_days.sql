-- Special days, oldest first: day date, kind text ('holiday' or 'workday'), name text. No parameters.
SELECT day, kind, name FROM yizhan.holiday ORDER BY day
