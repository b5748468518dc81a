-- The rights of readers and writers, as far as these roles exist (deploy/roles.sql).
SELECT yizhan.grant_roles()
