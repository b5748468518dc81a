-- From which version on differences are told: one row, one bigint.
SELECT feed_from FROM yizhan.registry
