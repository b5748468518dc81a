-- Which registry this is and how far it has come: one row of registry_id (text), data_version (bigint).
SELECT registry_id::text AS registry_id, data_version FROM yizhan.registry
