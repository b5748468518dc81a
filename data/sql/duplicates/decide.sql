-- Keep what a person decided. Parameters: first_id < second_id, verdict, stays or NULL, by, note or NULL.
INSERT INTO yizhan.duplicate_decision (first_id, second_id, verdict, stays, decided_by, note)
VALUES (%(first_id)s, %(second_id)s, %(verdict)s, %(stays)s, %(by)s, %(note)s)
ON CONFLICT (first_id, second_id) DO UPDATE SET verdict = excluded.verdict, stays = excluded.stays,
    decided_by = excluded.decided_by, note = excluded.note, decided_at = now()
