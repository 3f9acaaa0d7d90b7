"""Saved searches of the repository, and mail about what is new in them."""
