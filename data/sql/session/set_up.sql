-- The session of one connection: search path, time zone, and the limits of its role. Cursors are read to the end.
-- Parameters: timezone; statement_ms, lock_ms, idle_ms (texts of whole milliseconds, 0 = no limit);
-- read_only ('on' or 'off').
SELECT set_config('search_path', 'yizhan, public', false),
       set_config('timezone', %(timezone)s, false),
       set_config('statement_timeout', %(statement_ms)s, false),
       set_config('lock_timeout', %(lock_ms)s, false),
       set_config('idle_in_transaction_session_timeout', %(idle_ms)s, false),
       set_config('cursor_tuple_fraction', '1', false),
       set_config('default_transaction_read_only', %(read_only)s, false)
