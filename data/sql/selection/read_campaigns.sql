-- Campaigns in the order of their opening. Parameter: campaign_id = only this one, or NULL.
SELECT campaign_id, title, rules_version, rules_text, levels::text, notice_days, opened_on, opened_by, version
FROM yizhan.campaign
WHERE %(campaign_id)s::text IS NULL OR campaign_id = %(campaign_id)s
ORDER BY opened_on, campaign_id COLLATE "C"
