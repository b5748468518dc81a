-- A decision on open reports. Parameters: report_ids, state, decided_on, decided_by, decision.
UPDATE yizhan.report SET
    state = %(state)s, decided_on = %(decided_on)s, decided_by = %(decided_by)s, decision = %(decision)s
WHERE report_id = ANY (%(report_ids)s) AND state = 'open'
RETURNING report_id
