"""The feed: all public stations as files made once per data version, and what changed since a version."""
