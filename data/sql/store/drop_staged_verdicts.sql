-- The staged verdicts are merged; a transaction may stage others.
DROP TABLE staged_verdict
