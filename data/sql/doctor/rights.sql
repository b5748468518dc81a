-- What this role may do in the registry: tables it cannot read (those that people do not read apart), whether it reads keys, which tables it cannot
-- write that a writer writes, whether it may rewrite the history.
WITH tables AS (
    SELECT c.oid, c.relname FROM pg_class AS c
    WHERE c.relnamespace = 'yizhan'::regnamespace AND c.relkind IN ('r', 'v'))
SELECT coalesce((SELECT string_agg(t.relname, ', ' ORDER BY t.relname) FROM tables AS t
                 WHERE t.relname NOT IN ('access_key', 'import_answer', 'report', 'report_salt') AND NOT has_table_privilege(t.oid, 'SELECT')), ''),
       coalesce((SELECT has_table_privilege(t.oid, 'SELECT') FROM tables AS t WHERE t.relname = 'access_key'), true),
       coalesce((SELECT string_agg(t.relname, ', ' ORDER BY t.relname) FROM tables AS t
                 WHERE t.relname IN ('station', 'frontage', 'history', 'holiday', 'street', 'import_batch')
                   AND NOT has_table_privilege(t.oid, 'INSERT')), ''),
       has_table_privilege('yizhan.history', 'DELETE')
