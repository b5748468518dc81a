"""Nearest stations of many points at once: the body read, the search, the answer, and who may run when."""
