-- Forget what changed before a moment. Stations and tombstones are no history and stay. Parameters: before (timestamptz).
DELETE FROM yizhan.history WHERE changed_at < %(before)s
