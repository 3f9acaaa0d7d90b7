"""The door of search: find documents by their words."""

from .queries import Found, find, matching

__all__ = ["Found", "find", "matching"]
