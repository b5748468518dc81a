-- Remove the days that a newly covered year no longer lists.
-- Parameters: years int[] (covered by the new table), days date[] (all that it lists).
DELETE FROM yizhan.holiday
WHERE extract(year FROM day)::int = ANY (%(years)s::int[]) AND day <> ALL (%(days)s::date[])
