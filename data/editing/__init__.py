"""Writing to the registry otherwise than by a file: single stations, uploads, decisions about duplicates."""
