"""Who may ask, and how much: keys at hand, client addresses, buckets that all workers share."""
