"""The routes, one file per subject; each reads what it needs from ``request.app.state``."""
