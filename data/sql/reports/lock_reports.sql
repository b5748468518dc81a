-- Some reports, held until the transaction ends. Parameter: report_ids.
SELECT report_id, station_id, state, decided_on, decided_by FROM yizhan.report
WHERE report_id = ANY (%(report_ids)s)
ORDER BY report_id
FOR UPDATE
