-- What a street source holds before it is replaced; gone with the transaction. Parameters: source.
CREATE TEMPORARY TABLE old_object ON COMMIT DROP AS
SELECT o.layer, o.osm_id, o.digest, o.box FROM yizhan.street_objects(%(source)s) AS o
