-- Where some stations stand in a campaign, held until the transaction ends. Parameters: campaign_id, station_ids.
SELECT station_id, step, level, on_day, notice_until, by_whom, version
FROM yizhan.candidate
WHERE campaign_id = %(campaign_id)s AND station_id = ANY (%(station_ids)s)
ORDER BY station_id COLLATE "C"
FOR UPDATE
