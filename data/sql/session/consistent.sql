-- What this transaction reads is of one moment, however many statements it takes; said before the first of them.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ
