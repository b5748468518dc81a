"""The commands of ``yizhan``, one noun per file; ``service.cli`` puts them together."""
