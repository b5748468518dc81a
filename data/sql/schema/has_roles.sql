-- Whether this schema knows roles, which it does since migration 7. Columns: exists (boolean).
SELECT to_regprocedure('yizhan.grant_roles()') IS NOT NULL
