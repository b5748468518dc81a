-- A street source came or goes whole: all of its extent changed. Nothing when it holds nothing. Parameters: source.
WITH whole AS (
    SELECT m.extent FROM yizhan.street_source AS m WHERE m.source = %(source)s AND m.extent IS NOT NULL
), raised AS (
    UPDATE yizhan.registry SET street_version = street_version + 1 WHERE EXISTS (SELECT FROM whole)
    RETURNING street_version
)
INSERT INTO yizhan.street_change (street_version, source, place)
SELECT r.street_version, %(source)s, w.extent FROM raised AS r CROSS JOIN whole AS w
