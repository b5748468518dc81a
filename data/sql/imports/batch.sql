-- The record of an import. Parameters: source, file_name, file_sha256, coordsys or NULL, options, counts = JSON.
INSERT INTO yizhan.import_batch (source, file_name, file_sha256, coordsys, options, counts)
VALUES (%(source)s, %(file_name)s, %(file_sha256)s, %(coordsys)s, %(options)s::jsonb, %(counts)s::jsonb)
RETURNING batch_id
