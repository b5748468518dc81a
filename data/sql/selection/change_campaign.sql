-- New terms of a campaign that nobody changed since version. Parameters: the columns, version as read.
UPDATE yizhan.campaign SET
    title = %(title)s, rules_version = %(rules_version)s, rules_text = %(rules_text)s, levels = %(levels)s,
    notice_days = %(notice_days)s
WHERE campaign_id = %(campaign_id)s AND version = %(version)s
RETURNING version
