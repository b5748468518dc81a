-- Years whose arrangement is known, ascending: year smallint. No parameters.
SELECT year FROM yizhan.holiday_year ORDER BY year
