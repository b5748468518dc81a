-- Forget changes that every verdict has seen; a verdict of unknown street map (-1) is stale anyhow.
DELETE FROM yizhan.street_change
WHERE street_version <= (SELECT min(f.streets_version) FROM yizhan.frontage AS f WHERE f.streets_version >= 0)
