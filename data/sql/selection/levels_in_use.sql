-- The levels that candidates of a campaign are of, and how many. Parameter: campaign_id.
SELECT level, count(*) FROM yizhan.candidate WHERE campaign_id = %(campaign_id)s GROUP BY level ORDER BY level
