"""The database server: a private cluster, connections with limits, migrations."""
