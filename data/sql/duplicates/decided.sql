-- Pairs that a person decided about: first_id, second_id, verdict, stays, decided_by, note, decided_at.
SELECT first_id, second_id, verdict, stays, decided_by, note, decided_at FROM yizhan.duplicate_decision
ORDER BY decided_at, first_id, second_id
