-- A campaign, held for the length of the transaction so that its terms stay, and so that of two who recommend the same
-- station at once the second sees the first: there is no candidate yet that could be held. Parameter: campaign_id.
SELECT campaign_id, title, rules_version, rules_text, levels::text, notice_days, opened_on, opened_by, version
FROM yizhan.campaign WHERE campaign_id = %(campaign_id)s
FOR UPDATE
