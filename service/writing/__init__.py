"""What may be written over HTTP, and how it is read: records of stations, preconditions, uploads."""
