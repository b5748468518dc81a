"""Keys: who may do more than anybody. Only their hashes are kept."""
