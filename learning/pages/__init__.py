"""Learners' pages, rendered on the server: they work without JavaScript, and do nothing that the API can't."""
