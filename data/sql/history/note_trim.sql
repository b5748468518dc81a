-- Say from when on the history is whole. Parameters: before (timestamptz).
UPDATE yizhan.registry SET history_since = greatest(history_since, %(before)s)
