-- A campaign, held for the length of the transaction so that its terms stay. Parameter: campaign_id.
SELECT campaign_id, title, rules_version, rules_text, levels::text, notice_days, opened_on, opened_by, version
FROM yizhan.campaign WHERE campaign_id = %(campaign_id)s
FOR SHARE
