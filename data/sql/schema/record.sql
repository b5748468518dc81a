-- Note that a migration was applied. Parameters: number, name, checksum (SHA-256, hex).
INSERT INTO yizhan.migration (number, name, checksum) VALUES (%(number)s, %(name)s, %(checksum)s)
