"""Reports of users: taken over HTTP and from a small page, decided by people with a key or at the command line."""
