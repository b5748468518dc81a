-- The salts of days that are over. Parameter: day = today in China.
DELETE FROM yizhan.report_salt WHERE day < %(day)s::date
