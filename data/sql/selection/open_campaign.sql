-- A new campaign; none when the id is taken. Parameters: the columns; levels as JSON text.
INSERT INTO yizhan.campaign
    (campaign_id, title, rules_version, rules_text, levels, notice_days, opened_on, opened_by)
VALUES (%(campaign_id)s, %(title)s, %(rules_version)s, %(rules_text)s, %(levels)s, %(notice_days)s,
        %(opened_on)s, %(opened_by)s)
ON CONFLICT (campaign_id) DO NOTHING
RETURNING version
